/**
 * What is due of all virtual routers of an engine, and what takeovers begin
 * with: known beforehand, without a change of anything.
 *
 * @module
 */

import { hasStalled } from "./backup.ts";
import { advertDueAt, choreDueAt, readyAt } from "./deadline.ts";
import type { Engine, InstanceAction } from "./engine.ts";
import type { DueUnit } from "./schedule.ts";
import type { Deadline, SendAdvert, TakeOver } from "./state.ts";

/** Most milliseconds that an advert is sent early to join another's times. */
const SLACK = 5;

/** The advert that a takeover begins with. */
export interface FirstWord extends InstanceAction {
  /** Sent before all else. */
  readonly action: SendAdvert;
}

const DEADLINE: Deadline = { type: "deadline" };

/** A router that is run. */
export interface DueRouter {
  /** Name of the instance. */
  readonly instance: string;
  /** What happens to it. */
  readonly input: Deadline;
}

/** Those that take over together. */
export interface DueTakeOver {
  /** Names of the instances. */
  readonly members: readonly string[];
  /** What happens to each. */
  readonly input: TakeOver;
}

/** What is due. */
export interface Due {
  /** Masters whose advert is due, or nearly. */
  readonly adverts: readonly DueRouter[];
  /** Those with anything else. */
  readonly chores: readonly DueRouter[];
  /** Takeovers. */
  readonly takeOvers: readonly DueTakeOver[];
}

/**
 * What `expire()` runs, in this order.
 *
 * @param lost As for `expire()`, and so are the others.
 */
export function whatIsDue(
  engine: Engine,
  lost: number,
  now: number,
  most: number,
): Due {
  const { routers, schedule } = engine;
  // When the last that is due of each interval was.
  const dueAt = new Map<number, number>();
  const adverts = schedule.adverts(now + SLACK, most).flatMap((instance) => {
    const { config, state } = routers.get(instance) ?? {};
    if (config === undefined || state === undefined) return [];
    const { advertInterval: interval } = config;
    const due = advertDueAt(config, state);
    if (due <= now) {
      dueAt.set(interval, due);
      return { instance, input: DEADLINE };
    }
    const joins = dueAt.get(interval) ?? -Infinity;
    if (due - joins > Math.min(interval / 20, SLACK)) return [];
    return { instance, input: { ...DEADLINE, joins } };
  });
  const chores = schedule.chores(now, most - adverts.length)
    .map((instance) => ({ instance, input: DEADLINE }));
  const left = most - adverts.length - chores.length;
  return { adverts, chores, takeOvers: unitsDue(engine, lost, now, left) };
}

/**
 * The adverts that takeovers begin with: what `expire()` will say first
 * for those that take over for certain, so that it can be said before anything
 * is thought through. Changes nothing.
 *
 * @param lost As `expire()` will be told, and so are the others.
 * @returns Each of them is among the actions of `expire()` with these
 *   arguments, if nothing happens before it.
 */
export function firstWords(
  engine: Engine,
  lost: number,
  now: number,
  most = Infinity,
): readonly FirstWord[] {
  if (engine.schedule.earliestTakeOver > now) return [];
  return whatIsDue(engine, lost, now, most).takeOvers
    .filter((unit) => isCertain(engine, unit, now))
    .flatMap(({ members }) => wordsOf(engine, members));
}

/**
 * What the takeovers due by a time will say first, if nothing is heard: those
 * that come first are first. Changes nothing.
 */
export function foresee(engine: Engine, by: number): readonly FirstWord[] {
  return engine.schedule.takeOvers(by)
    .flatMap(({ members }) => wordsOf(engine, members));
}

/** What is still to be done of what was asked for: not what was said already. */
export function unsaid(
  actions: readonly InstanceAction[],
  said: readonly FirstWord[],
): readonly InstanceAction[] {
  if (said.length === 0) return actions;
  const left = new Set(said.map(({ instance }) => instance));
  return actions.filter(({ instance, action }) =>
    action.type !== "sendAdvert" || !left.delete(instance)
  );
}

/**
 * When to get ready for the first takeover, or Infinity: see
 * {@linkcode readyAt}.
 *
 * @param after Takeovers that are due until then need it no more.
 */
export function getReadyAt(
  { routers, schedule }: Engine,
  after: number,
): number {
  const first = schedule.firstTakeOver;
  if (first === null || first.due <= after) return Infinity;
  return first.members.reduce((latest, member) => {
    const { config, state } = routers.get(member) ?? {};
    return config === undefined || state?.name !== "BACKUP"
      ? latest
      : Math.max(latest, readyAt(config, state));
  }, -Infinity);
}

/** The takeovers of all units that stalled, and of some that did not. */
function unitsDue(
  engine: Engine,
  lost: number,
  now: number,
  most: number,
): readonly DueTakeOver[] {
  // Who stalled would be taken for late by work of its own in the next call.
  const { routers, schedule } = engine;
  const units = schedule.takeOvers(now, lost > 0 ? Infinity : most);
  let left = most;
  return units.flatMap(({ members, due }) => {
    const stalled = unitHasStalled(engine, { members, due }, lost, now);
    if (!stalled && left <= 0) return [];
    if (!stalled) left -= members.length;
    const claim = members.some((member) =>
      (routers.get(member)?.state.refusals ?? 0) > 0
    );
    return { members, input: { type: "takeOver", due, stalled, claim } };
  });
}

/** Whether nothing of what is run before it can change it. */
function isCertain(
  { routers }: Engine,
  { members, input: { stalled, claim } }: DueTakeOver,
  now: number,
): boolean {
  return !stalled && !claim && members.every((member) => {
    const { config, state } = routers.get(member) ?? {};
    return config === undefined || state === undefined ||
      choreDueAt(config, state) > now;
  });
}

function wordsOf(
  { routers }: Engine,
  members: readonly string[],
): readonly FirstWord[] {
  return members.flatMap((instance) => {
    const state = routers.get(instance)?.state;
    return state?.name === "BACKUP"
      ? { instance, action: { type: "sendAdvert", priority: state.priority } }
      : [];
  });
}

/** A stall of one is that of all. */
function unitHasStalled(
  { routers }: Engine,
  { members, due }: DueUnit,
  lost: number,
  now: number,
): boolean {
  return members.some((member) => {
    const { config, state } = routers.get(member) ?? {};
    return config !== undefined && state?.name === "BACKUP" &&
      hasStalled(config, state, { due, lost }, now);
  });
}
