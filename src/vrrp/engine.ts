/**
 * All virtual routers of one daemon, their deadlines and their groups: the
 * daemon and the simulator drive these same functions.
 *
 * @module
 */

import { hasStalled } from "./backup.ts";
import { nextDeadline, stateDeadline } from "./deadline.ts";
import { step } from "./router.ts";
import {
  type Action,
  initialState,
  type Input,
  type RouterConfig,
  type RouterState,
} from "./state.ts";
import { groupFault, settle } from "./sync_group.ts";

/** One virtual router as the engine keeps it. */
export interface Router {
  /** Configuration in force. */
  readonly config: RouterConfig;
  /** State so far. */
  readonly state: RouterState;
  /** {@linkcode nextDeadline} of the two above. */
  readonly deadline: number;
}

/** The virtual routers and their groups. */
export interface Engine {
  /** The virtual routers by instance name. */
  readonly routers: Map<string, Router>;
  /** Instance names by the name of the sync group that they form. */
  readonly groups: Map<string, readonly string[]>;
}

/** An action and the instance that it is for. */
export interface InstanceAction {
  /** Name of the instance. */
  readonly instance: string;
  /** What to do. */
  readonly action: Action;
}

/** Most milliseconds that an advert is sent early to share a wake-up. */
const SLACK = 5;

/** An engine without routers. */
export function newEngine(): Engine {
  return { routers: new Map(), groups: new Map() };
}

/** Add a virtual router in INIT, or give an existing one a configuration. */
export function configure(
  engine: Engine,
  instance: string,
  config: RouterConfig,
): void {
  const state = engine.routers.get(instance)?.state ?? initialState(config);
  put(engine, instance, config, state);
}

function put(
  engine: Engine,
  instance: string,
  config: RouterConfig,
  state: RouterState,
): void {
  const deadline = nextDeadline(config, state);
  engine.routers.set(instance, { config, state, deadline });
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
  put(engine, instance, config, state);
  const group = groupOf(engine, instance);
  const follow = group === undefined ? [] : settle(membersOf(engine, group), {
    name: instance,
    before,
    after: state,
  });
  return [
    ...tag(instance, actions),
    ...follow.flatMap(({ member, input }) =>
      advance(engine, member, input, now)
    ),
  ];
}

function tag(
  instance: string,
  actions: readonly Action[],
): readonly InstanceAction[] {
  return actions.map((action) => ({ instance, action }));
}

/**
 * Tell every master how late it is: one that stood still for longer than the
 * others wait yields. To be called before adverts are read.
 */
export function detectStall(
  engine: Engine,
  now: number,
): readonly InstanceAction[] {
  if (earliestDeadline(engine) > now) return [];
  return [...engine.routers.keys()].flatMap((instance) =>
    advance(engine, instance, { type: "stall" }, now)
  );
}

/**
 * Run every deadline that has passed. With one that has, adverts due within a
 * twentieth of their interval (at most 5 ms) go out too, so that many
 * instances do not cost as many wake-ups; a takeover is never early.
 *
 * @param now Milliseconds of the monotonic clock.
 * @returns What to do, in order.
 */
export function expire(engine: Engine, now: number): readonly InstanceAction[] {
  if (earliestDeadline(engine) > now) return [];
  // Known before anything is done: a group decides on what it was before.
  const due: { instance: string; deadline: number; stalled: boolean }[] = [];
  for (const [instance, router] of engine.routers) {
    const { config, state } = router;
    const deadline = deadlineOf(engine, instance, router);
    const slack = state.name === "MASTER"
      ? Math.min(config.advertInterval / 20, SLACK)
      : 0;
    if (deadline - slack > now) continue;
    const stalled = unitOf(engine, instance, router).some(({ config, state }) =>
      state.name === "BACKUP" && hasStalled(config, state, deadline, now)
    );
    due.push({ instance, deadline, stalled });
  }
  return due.flatMap(({ instance, deadline, stalled }) => {
    const input = { type: "deadline", due: deadline, stalled } as const;
    // An early advert counts as sent on time: its grid does not move.
    return advance(engine, instance, input, Math.max(now, deadline));
  });
}

/** The earliest deadline of all, or Infinity. */
export function earliestDeadline(engine: Engine): number {
  let earliest = Infinity;
  for (const [instance, router] of engine.routers) {
    const deadline = deadlineOf(engine, instance, router);
    if (deadline < earliest) earliest = deadline;
  }
  return earliest;
}

/**
 * Replace the groups. A fault that a member has because of its group comes and
 * goes with it.
 *
 * @param groups Instance names by the name of the group.
 * @param now Milliseconds of the monotonic clock.
 * @returns What to do, in order.
 */
export function regroup(
  engine: Engine,
  groups: ReadonlyMap<string, readonly string[]>,
  now: number,
): readonly InstanceAction[] {
  engine.groups.clear();
  for (const [group, members] of groups) engine.groups.set(group, members);
  return [...engine.routers.keys()].flatMap((instance) => {
    const group = groupOf(engine, instance);
    const members = group === undefined
      ? new Map<string, Router>()
      : membersOf(engine, group);
    return advance(engine, instance, groupFault(members, instance), now);
  });
}

/** A backup in a group takes over when the last of its group may. */
function deadlineOf(
  engine: Engine,
  instance: string,
  router: Router,
): number {
  const { state, deadline } = router;
  if (engine.groups.size === 0 || state.name !== "BACKUP") return deadline;
  const takeOverAt = Math.max(
    ...unitOf(engine, instance, router).map(({ config, state }) =>
      state.name === "MASTER" ? -Infinity : stateDeadline(config, state)
    ),
  );
  return Math.min(state.pending?.at ?? Infinity, takeOverAt);
}

/** Those that take over together: a group, or an instance without one. */
function unitOf(
  engine: Engine,
  instance: string,
  router: Router,
): readonly Router[] {
  const group = groupOf(engine, instance);
  return group === undefined
    ? [router]
    : [...membersOf(engine, group).values()];
}

function groupOf(engine: Engine, instance: string): string | undefined {
  for (const [group, members] of engine.groups) {
    if (members.includes(instance)) return group;
  }
}

function membersOf(
  engine: Engine,
  group: string,
): ReadonlyMap<string, Router> {
  const members = new Map<string, Router>();
  for (const name of engine.groups.get(group) ?? []) {
    const router = engine.routers.get(name);
    if (router !== undefined) members.set(name, router);
  }
  return members;
}
