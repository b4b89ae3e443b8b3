/**
 * What is due of all virtual routers of an engine, and what will be said first:
 * known beforehand, without a change of anything.
 *
 * @module
 */

import { hasStalled } from "./backup.ts";
import { readyAt } from "./deadline.ts";
import type { Engine, InstanceAction } from "./engine.ts";
import type { DueUnit } from "./schedule.ts";
import type { SendAdvert, TakeOver } from "./state.ts";

/** An advert that is due for certain. */
export interface FirstWord extends InstanceAction {
  /** Sent before all else. */
  readonly action: SendAdvert;
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
  /** Masters whose advert is due. */
  readonly adverts: readonly string[];
  /** Those with anything else. */
  readonly chores: readonly string[];
  /** Takeovers. */
  readonly takeOvers: readonly DueTakeOver[];
}

const NOTHING: Due = { adverts: [], chores: [], takeOvers: [] };

/**
 * What is due, for `expire()`. Changes nothing.
 *
 * @param lost Milliseconds in which the process was not run: see
 *   `detectStall()`. What it means for all is due at once, whatever
 *   `most` says.
 * @param now Milliseconds of the monotonic clock.
 * @param most Most routers to run, so that the clock can be read in between: to
 *   be asked again with what it says then and no time lost. A group takes over
 *   as a whole.
 */
export function whatIsDue(
  engine: Engine,
  lost: number,
  now: number,
  most = Infinity,
): Due {
  const { schedule } = engine;
  if (schedule.earliest > now) return NOTHING;
  const adverts = schedule.adverts(now, most);
  const chores = schedule.chores(now, most - adverts.length);
  const left = most - adverts.length - chores.length;
  return { adverts, chores, takeOvers: unitsDue(engine, lost, now, left) };
}

/**
 * The adverts that takeovers begin with, and then those of masters: what
 * `expire()` will say for certain, so that it can be said before anything is
 * thought through. Changes nothing.
 *
 * @param due What `expire()` will run, and when.
 * @returns Each of them is among the actions of `expire()`, if nothing happens
 *   before it.
 */
export function firstWords(
  engine: Engine,
  { adverts, takeOvers }: Due,
  now: number,
): readonly FirstWord[] {
  const { schedule } = engine;
  // What else is due can change who says what, in the whole of a unit.
  const unsure = new Set(
    schedule.chores(now).flatMap((instance) => schedule.unitOf(instance)),
  );
  const isSure = (instance: string): boolean => !unsure.has(instance);
  return [
    ...takeOvers
      .filter(({ input: { stalled, claim } }) => !stalled && !claim)
      .flatMap(({ members }) =>
        wordsOf(engine, members.filter(isSure), "BACKUP")
      ),
    ...wordsOf(engine, adverts.filter(isSure), "MASTER"),
  ];
}

/**
 * What the takeovers due by a time will say first, if nothing is heard: those
 * that come first are first. Changes nothing.
 */
export function foresee(engine: Engine, by: number): readonly FirstWord[] {
  return engine.schedule.takeOvers(by)
    .flatMap(({ members }) => wordsOf(engine, members, "BACKUP"));
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
 * @param lead Most milliseconds that it may be before the takeover.
 */
export function getReadyAt(
  { routers, schedule }: Engine,
  lead: number,
): number {
  const first = schedule.firstTakeOver;
  if (first === null) return Infinity;
  return first.members.reduce((latest, member) => {
    const { config, state } = routers.get(member) ?? {};
    return config === undefined || state?.name !== "BACKUP"
      ? latest
      : Math.max(latest, readyAt(config, state, lead));
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

/** An advert of each that is in a state. */
function wordsOf(
  { routers }: Engine,
  instances: readonly string[],
  name: "BACKUP" | "MASTER",
): readonly FirstWord[] {
  return instances.flatMap((instance) => {
    const state = routers.get(instance)?.state;
    return state?.name === name
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
