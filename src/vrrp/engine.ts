/**
 * All virtual routers of one daemon, their deadlines and their groups: the
 * daemon and the simulator drive these same functions.
 *
 * @module
 */

import type { Due } from "./due.ts";
import type { Reason } from "./reason.ts";
import { step } from "./router.ts";
import { Schedule } from "./schedule.ts";
import {
  type Action,
  type Deadline,
  initialState,
  type Input,
  type RouterConfig,
  type RouterState,
} from "./state.ts";
import {
  endClaims,
  groupFaults,
  type MemberChange,
  type MemberInput,
  reunite,
  settle,
} from "./sync_group.ts";

/** One virtual router as the engine keeps it. */
export interface Router {
  /** Configuration in force. */
  readonly config: RouterConfig;
  /** State so far. */
  readonly state: RouterState;
}

/** The virtual routers and their groups; to be changed by the functions here. */
export interface Engine {
  /** The virtual routers by instance name. */
  readonly routers: ReadonlyMap<string, Router>;
  /** What is due when. */
  readonly schedule: Schedule;
}

/** An action and the instance that it is for. */
export interface InstanceAction {
  /** Name of the instance. */
  readonly instance: string;
  /** What to do. */
  readonly action: Action;
}

const DEADLINE: Deadline = { type: "deadline" };

/** An engine without routers. */
export function newEngine(): Engine {
  return { routers: new Map(), schedule: new Schedule() };
}

/** Add a virtual router in INIT, or give an existing one a configuration. */
export function configure(
  engine: Engine,
  instance: string,
  config: RouterConfig,
): void {
  const state = engine.routers.get(instance)?.state ?? initialState(config);
  put(engine, instance, { config, state });
}

/** Add a virtual router in a state that it had in another engine. */
export function restore(
  engine: Engine,
  instance: string,
  config: RouterConfig,
  state: RouterState,
): void {
  put(engine, instance, { config, state });
}

/**
 * Forget a virtual router that was shut down. A group that it was in keeps its
 * place; its faults are over with the next {@linkcode regroup}.
 */
export function forget(engine: Engine, instance: string): void {
  if (!routersOf(engine).delete(instance)) return;
  engine.schedule.forget(instance);
}

function put(engine: Engine, instance: string, router: Router): void {
  routersOf(engine).set(instance, router);
  engine.schedule.set(instance, router.config, router.state);
}

/**
 * Feed one input to one virtual router, and what follows to its group.
 *
 * @param now Milliseconds of the monotonic clock.
 * @returns What to do, in order; nothing for an instance that is not there.
 */
export function advance(
  engine: Engine,
  instance: string,
  input: Input,
  now: number,
): readonly InstanceAction[] {
  const router = engine.routers.get(instance);
  if (router === undefined) return [];
  const { config, state: before } = router;
  const { state, actions } = step(config, before, input, now);
  if (state === before) return tag(instance, actions);
  put(engine, instance, { config, state });
  const change = { name: instance, before, after: state, reason: why(actions) };
  const follow = followUp(engine, change, input, now);
  const own = tag(instance, actions);
  return follow.length === 0
    ? own
    : [...own, ...advanceAll(engine, follow, now)];
}

/** Why a router changed its state, which is told last; null when it did not. */
function why(actions: readonly Action[]): Reason | null {
  const last = actions.at(-1);
  return last?.type === "transition" ? last.reason : null;
}

/** What the change of one member means for its group. */
function followUp(
  { routers, schedule }: Engine,
  change: MemberChange,
  input: Input,
  now: number,
): readonly MemberInput[] {
  const { name: member } = change;
  const members = schedule.unitOf(member);
  if (input.type === "held") return endClaims(members, routers, now);
  if (members.length === 1) return [];
  const settled = settle(members, routers, change, input);
  if (input.type !== "advert") return settled;
  const hearing = { member, advert: input };
  return [
    ...settled,
    ...reunite(schedule.mastersOf(member), routers, hearing),
  ];
}

function advanceAll(
  engine: Engine,
  inputs: readonly MemberInput[],
  now: number,
): readonly InstanceAction[] {
  return inputs.flatMap(({ member, input }) =>
    advance(engine, member, input, now)
  );
}

function tag(
  instance: string,
  actions: readonly Action[],
): readonly InstanceAction[] {
  return actions.map((action) => ({ instance, action }));
}

/**
 * Tell the masters that this process was not run: one that was silent for
 * longer than the others wait yields. To be called before adverts are read.
 *
 * @param lost Milliseconds in which the process was not run, just before `now`;
 *   time that its own calls took is none.
 * @param now Milliseconds of the monotonic clock.
 * @returns What to do, in order.
 */
export function detectStall(
  engine: Engine,
  lost: number,
  now: number,
): readonly InstanceAction[] {
  if (lost <= 0) return [];
  // One without an advert due was not silent for so long.
  return engine.schedule.adverts(now).flatMap((instance) =>
    advance(engine, instance, { type: "stall", lost }, now)
  );
}

/**
 * Run what is due: adverts first, then all else, takeovers last.
 *
 * @param due Known before anything is done, of this engine as it is: a group
 *   decides on what it was before.
 * @param now Milliseconds of the monotonic clock.
 * @returns What to do, in order.
 */
export function expire(
  engine: Engine,
  { adverts, chores, takeOvers }: Due,
  now: number,
): readonly InstanceAction[] {
  const actions: InstanceAction[] = [];
  for (const instances of [adverts, chores]) {
    for (const instance of instances) {
      actions.push(...advance(engine, instance, DEADLINE, now));
    }
  }
  for (const { members, input } of takeOvers) {
    for (const member of members) {
      actions.push(...advance(engine, member, input, now));
    }
  }
  return actions;
}

/** When the first takeover is due, or Infinity; O(1). */
export function earliestTakeOver({ schedule }: Engine): number {
  return schedule.earliestTakeOver;
}

/** When an instance takes over with its group, or Infinity; O(1). */
export function takeOverAt({ schedule }: Engine, instance: string): number {
  return schedule.takeOverAt(instance);
}

/** The earliest deadline of all, or Infinity; O(1). */
export function earliestDeadline({ schedule }: Engine): number {
  return schedule.earliest;
}

/**
 * Replace the groups. A fault that a member has because of its group comes and
 * goes with it.
 *
 * @param groups Instance names by the name of the group; each in one at most.
 * @param now Milliseconds of the monotonic clock.
 * @returns What to do, in order.
 */
export function regroup(
  engine: Engine,
  groups: ReadonlyMap<string, readonly string[]>,
  now: number,
): readonly InstanceAction[] {
  const { routers, schedule } = engine;
  schedule.regroup(groups.values());
  for (const [instance, { config, state }] of routers) {
    schedule.set(instance, config, state);
  }
  const units = new Set([...routers.keys()].map((one) => schedule.unitOf(one)));
  const faults = [...units].flatMap((unit) => groupFaults(unit, routers));
  const actions = advanceAll(engine, faults, now);
  const claims = [...units].flatMap((unit) => endClaims(unit, routers, now));
  return [...actions, ...advanceAll(engine, claims, now)];
}

/** Only this file writes. */
function routersOf({ routers }: Engine): Map<string, Router> {
  return routers as Map<string, Router>;
}
