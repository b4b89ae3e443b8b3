/**
 * What the core tells of its instances. Told behind everything else that a
 * turn does.
 *
 * @module
 */

import type { Action } from "../../vrrp/state.ts";
import { type Core, log, stateOf } from "./core.ts";
import type { Instance } from "./instance.ts";
import type { SideNews } from "./side_life.ts";

/** Changes of state within {@linkcode CALM} that the log is told of. */
const MOST_CHANGES = 20;
/** Milliseconds. */
const CALM = 10_000;
/** Milliseconds between two reports of a rival that stays. */
const REPEAT = 60_000;

/** An instance changed its state. */
export function tellTransition(
  core: Core,
  instance: Instance,
  { from, to, reason }: Extract<Action, { type: "transition" }>,
  now: number,
): void {
  const { name, priority: base } = instance.settings;
  const { priority = base, faults = {} } = stateOf(core, name) ?? {};
  instance.reports.renew();
  const transition = {
    ...{ instance: name, from, to, reason, priority },
    causes: Object.keys(faults),
    time: core.kernel.wallClock(),
    isLogged: isCalm(core, instance, now),
    missed: 0,
  };
  core.work.tales.push(() => core.outbox.transition(transition));
}

/**
 * Whether the log takes one more change of an instance: one that a peer makes
 * change all the time fills no disk.
 */
function isCalm(core: Core, instance: Instance, now: number): boolean {
  const { changes } = instance;
  while (changes[0] !== undefined && changes[0] < now - CALM) changes.shift();
  if (changes.length >= MOST_CHANGES) {
    instance.untold++;
    core.chores.tellAt = Math.min(core.chores.tellAt, now + CALM);
    return false;
  }
  changes.push(now);
  return true;
}

/** Tell how many changes the log was not told of. */
export function tellUntold(core: Core): void {
  for (const instance of core.instances.values()) {
    if (instance.untold === 0) continue;
    const { untold: count } = instance;
    instance.untold = 0;
    log(core, { event: "flapping", instance: instance.settings.name, count });
  }
}

/** An instance saw that this process was not run. */
export function tellStall(
  core: Core,
  instance: Instance,
  late: number,
): void {
  instance.counters.stalls++;
  log(core, { event: "stall", instance: instance.settings.name, late });
}

/** Another router advertises while an instance stays master. */
export function tellRival(
  core: Core,
  instance: Instance,
  { source, priority }: Extract<Action, { type: "rival" }>,
  now: number,
): void {
  // One advert may be the last of a master that has just yielded.
  const isFirst = instance.reports.say("rival", source, now) !== null;
  if (
    !isFirst && instance.reports.say("rivals", source, now, REPEAT) === null
  ) return;
  log(core, {
    ...{ event: "rival", instance: instance.settings.name },
    ...{ source, priority, isFirst },
  });
}

/** The side stands still, which it cannot say itself, or it is back. */
export function tellSide(core: Core, { silentFor, isBack }: SideNews): void {
  if (isBack) return log(core, { event: "side_back", silentFor });
  const time = core.kernel.wallClock();
  const line = core.format({ event: "side_silent", silentFor, time });
  core.kernel.complain(line);
}
