/**
 * What becomes of an instance that handed over: who takes its addresses, or
 * that nobody does.
 *
 * @module
 */

import type { Action } from "../../vrrp/state.ts";
import { type Core, log, stateOf } from "./core.ts";
import type { Instance } from "./instance.ts";

/** An instance changed its state: it hands over, or it waits no more. */
export function followFailover(
  core: Core,
  instance: Instance,
  { to, reason }: Pick<
    Extract<Action, { type: "transition" }>,
    "to" | "reason"
  >,
  now: number,
): void {
  const { failedOverAt: since } = instance;
  instance.failedOverAt = reason.kind === "handed_over" ? now : null;
  // It may have been resumed, and have preempted a worse one.
  if (since === null || to !== "MASTER" || reason.kind !== "silence") return;
  const { name } = instance.settings;
  log(core, { event: "not_taken_over", instance: name, after: now - since });
}

/**
 * An instance that handed over heard an advert: tell who has taken over, if
 * that is a master.
 *
 * @param at When it came, in milliseconds of the core's clock.
 */
export function tellSuccessor(
  core: Core,
  instance: Instance,
  at: number,
): void {
  const { failedOverAt: since, settings: { name } } = instance;
  const state = stateOf(core, name);
  if (since === null || state?.name !== "BACKUP") return;
  if (state.master === null) return;
  instance.failedOverAt = null;
  const { address: source, priority: sourcePriority } = state.master;
  log(core, {
    ...{ event: "taken_over", instance: name, source, sourcePriority },
    after: Math.max(0, at - since),
  });
}
