/**
 * What the core tells of its instances. Told behind everything else that a
 * turn does.
 *
 * @module
 */

import type { EventOf } from "../../log/catalogue.ts";
import type { Action } from "../../vrrp/state.ts";
import { CALM } from "./budget.ts";
import { type Core, log, stateOf } from "./core.ts";
import { followFailover } from "./failover.ts";
import type { Instance } from "./instance.ts";
import type { Reports } from "./reports.ts";
import type { Rival } from "./rivals.ts";
import type { SideNews } from "./side_life.ts";
import { explained } from "./weighing.ts";

/** Milliseconds between two reports of a rival that stays. */
const REPEAT = 60_000;
/** Kind of the lines about other masters. */
const RIVAL = "rival";

/** An instance changed its state. */
export function tellTransition(
  core: Core,
  instance: Instance,
  { from, to, reason: because }: Extract<Action, { type: "transition" }>,
  now: number,
): void {
  const reason = explained(core, instance, because);
  const { counters, settings: { name, priority: base } } = instance;
  const { priority = base, faults = {} } = stateOf(core, name) ?? {};
  const time = core.kernel.wallClock();
  counters.transitions[to]++;
  if (from === "MASTER") counters.releasedMaster++;
  instance.entrance = { time, from, reason };
  instance.reports.renew();
  instance.toldMaster = null;
  instance.isAnnounced = false;
  if (from === "MASTER") tellEnded(core, instance, now);
  followFailover(core, instance, { to, reason }, now);
  const transition = {
    ...{ instance: name, from, to, reason, priority },
    causes: Object.keys(faults),
    time,
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
  if (instance.budget.take("transition", now)) return true;
  instance.untold++;
  tellBy(core, now + CALM);
  return false;
}

/** Whether the log takes one more line of a kind; if not, it is counted. */
export function afford(
  core: Core,
  instance: Instance,
  kind: string,
  now: number,
): boolean {
  const isCalm = instance.budget.take(kind, now);
  if (isCalm && core.budget.take(kind, now)) return true;
  const { reports } = isCalm ? core : instance;
  reports.leaveOut(kind);
  tellLeftOutBy(core, now + REPEAT);
  return false;
}

/** Tell what waited for its time. */
export function tellLater(core: Core, now: number): void {
  core.chores.tellAt = Infinity;
  for (const instance of core.instances.values()) {
    tellUntold(core, instance);
    tellEnded(core, instance, now);
  }
}

/** Tell how many changes the log was not told of. */
function tellUntold(core: Core, instance: Instance): void {
  const { untold: count } = instance;
  if (count === 0) return;
  instance.untold = 0;
  log(core, { event: "flapping", instance: instance.settings.name, count });
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

/**
 * Ask `Reports.say()` whether a line is to be told now. What finds no room is
 * counted, and that is told later.
 *
 * @returns How often it was not told since the last time, or null when it is
 *   not to be told.
 */
export function ask(
  core: Core,
  reports: Reports,
  { kind, source, every }: {
    readonly kind: string;
    readonly source: string;
    readonly every?: number;
  },
  now: number,
): number | null {
  const unsaid = reports.say(kind, source, now, every);
  if (reports.hasLeftOut) tellLeftOutBy(core, now + REPEAT);
  return unsaid;
}

/** What waits to be told is, at this time at the latest. */
function tellBy({ chores }: Core, at: number): void {
  chores.tellAt = Math.min(chores.tellAt, at);
}

function tellLeftOutBy({ chores }: Core, at: number): void {
  chores.leftOutAt = Math.min(chores.leftOutAt, at);
}

/** Tell how many lines found no room. */
export function tellLeftOut(core: Core): void {
  core.chores.leftOutAt = Infinity;
  for (const [kind, count] of core.reports.takeLeftOut()) {
    log(core, { event: "left_out", kind, count });
  }
  for (const { settings: { name }, reports } of core.instances.values()) {
    for (const [kind, count] of reports.takeLeftOut()) {
      log(core, { event: "left_out", instance: name, kind, count });
    }
  }
  for (const { link, reports } of core.ports.values()) {
    for (const [kind, count] of reports.takeLeftOut()) {
      log(core, { event: "left_out", interface: link, kind, count });
    }
  }
}

/** Another router advertises while an instance stays master. */
export function tellRival(
  core: Core,
  instance: Instance,
  { source, priority }: Extract<Action, { type: "rival" }>,
  now: number,
): void {
  const { reports, rivals } = instance;
  const rival = rivals.heard(source, priority, now);
  tellBy(core, rivals.tellAt(patienceOf(instance)));
  const due = dueLine(rival, now);
  if (due === "left_out") {
    reports.leaveOut(RIVAL);
    tellLeftOutBy(core, now + REPEAT);
  }
  if (due !== "line" || !afford(core, instance, RIVAL, now)) return;
  if (rival.count > 1) {
    rival.toldAt = now;
    rival.telling = "lines";
  }
  log(core, { event: "rival", ...factsOf(core, instance, rival) });
}

/**
 * What is to be told of another master now. One advert may be the last of one
 * that has just yielded; what is counted with others has a line when it lasts.
 */
function dueLine(
  { count, since, telling, toldAt }: Rival,
  now: number,
): "line" | "left_out" | null {
  if (telling === "lines") {
    return toldAt === null || now - toldAt >= REPEAT ? "line" : null;
  }
  if (now - since >= REPEAT) return "line";
  return telling === "none" && count <= 2 ? "left_out" : null;
}

/** Tell of other masters that are none any more. */
function tellEnded(core: Core, instance: Instance, now: number): void {
  const { rivals, settings: { name } } = instance;
  const serves = stateOf(core, name)?.name === "MASTER";
  const patience = patienceOf(instance);
  for (const rival of rivals.takeEnded(serves ? patience : 0, now)) {
    if (rival.toldAt === null) continue;
    log(core, { event: "rival_gone", ...factsOf(core, instance, rival) });
  }
  for (const untold of rivals.takeUntold(now, !serves)) {
    const { source, times, count, lasted, since, until } = untold;
    log(core, {
      ...{ event: "rival_again", instance: name, source, times, count },
      ...{ lasted, within: until - since },
    });
  }
  tellBy(core, rivals.tellAt(patience));
}

/** Milliseconds of silence after which another master is none any more. */
function patienceOf({ settings, heard }: Instance): number {
  const { advertInterval: own, downTimerAdverts } = settings;
  const interval = Math.max(own, heard?.advert.interval ?? 0);
  return (downTimerAdverts + 1) * interval;
}

function factsOf(
  core: Core,
  { settings: { name, priority: base } }: Instance,
  { source, priority: sourcePriority, count, since, lastAt }: Rival,
): Omit<EventOf<"rival">, "event"> {
  const priority = stateOf(core, name)?.priority ?? base;
  const lasted = lastAt - since;
  return { instance: name, source, sourcePriority, priority, count, lasted };
}

/** The side stands still, which it cannot say itself, or it is back. */
export function tellSide(core: Core, { silentFor, isBack }: SideNews): void {
  if (isBack) return log(core, { event: "side_back", silentFor });
  const time = core.kernel.wallClock();
  const line = core.format({ event: "side_silent", silentFor, time });
  core.kernel.complain(line);
}
