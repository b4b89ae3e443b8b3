/**
 * States and priorities are what links, verdicts and groups make of them.
 *
 * @module
 */

import type { RouterState } from "../../vrrp/state.ts";
import { type Known, priorityOf, settingsOf, unitObstacle } from "./oracle.ts";
import { Violation } from "./violation.ts";

/** What is known on a host, and the states of its daemon. */
export interface Stateful extends Known {
  /** The state of an instance. */
  stateOf(name: string): RouterState | undefined;
}

/**
 * The members of a group are alike.
 *
 * @param settling Groups with members that came or were restarted since they
 *   were alike; those that are now are taken out.
 */
export function checkGroups(host: Stateful, settling: Set<string>): void {
  for (const { name, instances } of host.settings.syncGroups) {
    const states = new Set(
      instances.flatMap((member) => host.stateOf(member)?.name ?? []),
    );
    if (states.size <= 1) settling.delete(name);
    if (states.size <= 1 || settling.has(name)) continue;
    throw new Violation("group", `"${name}" is ${[...states].join(", ")}`);
  }
}

/** The priority of an instance is what its trackers make it. */
export function checkPriority(host: Stateful, name: string): void {
  const instance = settingsOf(host, name);
  const state = host.stateOf(name);
  if (instance === undefined || state === undefined) return;
  const priority = priorityOf(host, instance);
  if (state.priority === priority) return;
  throw new Violation(
    "priority",
    `"${name}" has ${state.priority} where its trackers make ${priority}`,
  );
}

/** No instance is master that cannot serve. */
export function checkFit(host: Stateful, name: string): void {
  if (host.stateOf(name)?.name !== "MASTER") return;
  const obstacle = unitObstacle(host, name);
  if (obstacle === null) return;
  throw new Violation("unfit", `"${name}" is master with ${obstacle}`);
}
