/**
 * All virtual routers of one daemon, and their deadlines: the daemon and the
 * simulator drive these same functions.
 *
 * @module
 */

import { nextDeadline } from "./deadline.ts";
import { step } from "./router.ts";
import {
  type Action,
  initialState,
  type Input,
  type RouterConfig,
  type RouterState,
} from "./state.ts";

/** One virtual router as the engine keeps it. */
export interface Router {
  /** Configuration in force. */
  readonly config: RouterConfig;
  /** State so far. */
  readonly state: RouterState;
  /** {@linkcode nextDeadline} of the two above. */
  readonly deadline: number;
}

/** The virtual routers by instance name. */
export type Engine = Map<string, Router>;

/** An action and the instance that it is for. */
export interface InstanceAction {
  /** Name of the instance. */
  readonly instance: string;
  /** What to do. */
  readonly action: Action;
}

/** Most milliseconds that an advert is sent early to share a wake-up. */
const SLACK = 5;

/** Add a virtual router in INIT, or give an existing one a configuration. */
export function configure(
  engine: Engine,
  instance: string,
  config: RouterConfig,
): void {
  const state = engine.get(instance)?.state ?? initialState(config);
  engine.set(instance, {
    config,
    state,
    deadline: nextDeadline(config, state),
  });
}

/**
 * Feed one input to one virtual router.
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
  const router = engine.get(instance);
  if (router === undefined) return [];
  const { config } = router;
  const { state, actions } = step(config, router.state, input, now);
  if (state !== router.state) {
    const deadline = nextDeadline(config, state);
    engine.set(instance, { config, state, deadline });
  }
  return actions.map((action) => ({ instance, action }));
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
  const actions: InstanceAction[] = [];
  for (const [instance, { config, state, deadline }] of engine) {
    const slack = state.name === "MASTER"
      ? Math.min(config.advertInterval / 20, SLACK)
      : 0;
    if (deadline - slack > now) continue;
    // An early advert counts as sent on time: its grid does not move.
    const at = Math.max(now, deadline);
    actions.push(...advance(engine, instance, { type: "deadline" }, at));
  }
  return actions;
}

/** The earliest deadline of all, or Infinity. */
export function earliestDeadline(engine: Engine): number {
  let earliest = Infinity;
  for (const { deadline } of engine.values()) {
    if (deadline < earliest) earliest = deadline;
  }
  return earliest;
}
