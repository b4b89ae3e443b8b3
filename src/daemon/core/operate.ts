/**
 * Obeys operators: drain, hand over, resume. Orders to drain are kept by the
 * name of the instance, so that they last when it is stopped and started anew.
 *
 * @module
 */

import { OPERATOR } from "../../vrrp/fault.ts";
import type { Drain } from "../../vrrp/operator.ts";
import { OWNER } from "../../vrrp/priority.ts";
import type { DrainedReason, ResumedRecovery } from "../../vrrp/reason.ts";
import type { Obeyed, Operate, Order } from "../messages.ts";
import { type Core, log, stateOf } from "./core.ts";
import type { Instance } from "./instance.ts";
import { feed } from "./perform.ts";
import { afford } from "./tell.ts";
import { weighInstance } from "./track.ts";

/**
 * Obey an order, unless it is too old, and answer. A sync group does so as a
 * whole: all its members are in the answer.
 */
export function operate(
  core: Core,
  { id, order, instances, validUntil }: Operate,
  now: number,
): void {
  if (core.kernel.wallClock() > validUntil) return;
  const outcomes = new Map<string, Obeyed>();
  for (const name of instances) {
    if (outcomes.has(name)) continue;
    const unit = unitOf(core, name);
    const refused = refusal(core, unit, order);
    if (refused === null) obey(core, unit, order, now);
    for (const instance of unit) outcomes.set(instance, { instance, refused });
  }
  core.outbox.notice({ type: "obeyed", id, outcomes: [...outcomes.values()] });
}

/** Those that obey together; one alone that is not there. */
function unitOf(core: Core, name: string): readonly string[] {
  return core.instances.has(name)
    ? core.engine.schedule.unitOf(name).filter((one) => core.instances.has(one))
    : [name];
}

/** Why an order does nothing, or null. */
function refusal(
  core: Core,
  unit: readonly string[],
  order: Order,
): Obeyed["refused"] {
  const { instances, drains } = core;
  const isThere = unit.every((name) => instances.has(name));
  // What is not there any more can still be resumed.
  if (!isThere && order.verb !== "resume") return "unknown";
  const owns = unit.some((name) =>
    instances.get(name)?.settings.priority === OWNER
  );
  switch (order.verb) {
    case "drain":
      if (owns && order.drain.lastResort) return "owner";
      return unit.every((name) => isSame(drains.get(name), order.drain))
        ? "already"
        : null;
    case "failover":
      if (owns) return "owner";
      return unit.some((name) => stateOf(core, name)?.name === "MASTER")
        ? null
        : "not_master";
    case "resume": {
      const isHeld = unit.some((name) =>
        drains.has(name) || stateOf(core, name)?.yielded === true
      );
      if (isHeld) return null;
      return isThere ? "already" : "unknown";
    }
    default:
      return order satisfies never;
  }
}

/** Whether two orders to drain, by whomever and since when, say the same. */
function isSame(one: Drain | undefined, other: Drain): boolean {
  return one?.lastResort === other.lastResort && one.until === other.until &&
    one.reason === other.reason;
}

function obey(
  core: Core,
  unit: readonly string[],
  order: Order,
  now: number,
): void {
  switch (order.verb) {
    case "drain":
      return drain(core, unit, order.drain, now);
    case "failover":
      return failOver(core, unit, order.by, now);
    case "resume":
      return resume(core, unit, order, now);
    default:
      order satisfies never;
  }
}

function drain(
  core: Core,
  unit: readonly string[],
  order: Drain,
  now: number,
): void {
  for (const name of unit) core.drains.set(name, order);
  const instances = instancesOf(core, unit);
  for (const instance of instances) {
    tellDrained(core, instance, order, true, now);
  }
  if (!order.lastResort) {
    for (const { settings: { name } } of instances) {
      const reason = reasonOf(order);
      feed(core, name, { type: "fault", cause: OPERATOR, reason }, now);
    }
  }
  // Nobody serves for a moment with a priority that it does not have.
  for (const instance of instances) weighInstance(core, instance, now);
  if (!order.lastResort) return;
  const reason = resumed(order.by, "last_resort");
  for (const { settings: { name } } of instances) {
    feed(core, name, { type: "recover", cause: OPERATOR, reason }, now);
  }
}

function failOver(
  core: Core,
  unit: readonly string[],
  by: string | null,
  now: number,
): void {
  const instances = instancesOf(core, unit);
  for (const instance of instances) {
    const { name } = instance.settings;
    if (!afford(core, instance, "failover", now)) continue;
    log(core, { event: "failover", instance: name, by });
  }
  for (const { settings: { name } } of instances) {
    feed(core, name, { type: "failover", by }, now);
  }
}

function resume(
  core: Core,
  unit: readonly string[],
  { by, isOver }: Extract<Order, { verb: "resume" }>,
  now: number,
): void {
  for (const name of unit) core.drains.delete(name);
  const instances = instancesOf(core, unit);
  for (const instance of instances) {
    const { name } = instance.settings;
    if (!afford(core, instance, "resumed", now)) continue;
    log(core, { event: "resumed", instance: name, by, isOver });
  }
  for (const instance of instances) weighInstance(core, instance, now);
  const reason = resumed(by, isOver ? "over" : "asked");
  for (const { settings: { name } } of instances) {
    feed(core, name, { type: "resume" }, now);
    feed(core, name, { type: "recover", cause: OPERATOR, reason }, now);
  }
}

/** An instance is there from now on: drained, if that was ordered. */
export function beginDrained(
  core: Core,
  instance: Instance,
  now: number,
): void {
  const { name } = instance.settings;
  const order = core.drains.get(name);
  if (order === undefined) return;
  tellDrained(core, instance, order, false, now);
  if (order.lastResort) return;
  const reason = reasonOf(order);
  feed(core, name, { type: "fault", cause: OPERATOR, reason }, now);
}

function tellDrained(
  core: Core,
  instance: Instance,
  { since, until, by, reason, lastResort }: Drain,
  isNew: boolean,
  now: number,
): void {
  const { name, priority } = instance.settings;
  if (!afford(core, instance, "drained", now)) return;
  log(core, {
    ...{ event: "drained", instance: name, isNew, lastResort },
    ...{ by, reason, since, until, isOwner: priority === OWNER },
  });
}

function instancesOf(
  { instances }: Core,
  unit: readonly string[],
): readonly Instance[] {
  return unit.map((name) => instances.get(name))
    .filter((one) => one !== undefined);
}

function reasonOf({ by, reason, until }: Drain): DrainedReason {
  return { kind: "drained", by, reason, until };
}

function resumed(
  by: string | null,
  why: ResumedRecovery["why"],
): ResumedRecovery {
  return { kind: "resumed", by, why };
}
