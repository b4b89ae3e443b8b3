/**
 * The state machine of one virtual router: {@linkcode step} takes an input and
 * gives the next state and an ordered list of actions. It reads no clock, does
 * no I/O and holds no timer: deadlines are computed from facts in the state,
 * so a timer that is stale cannot exist. RFC 9568 §6.4 and RFC 3768 §6.4 are
 * the text to read beside it; BACKUP and MASTER are their Backup and Active.
 *
 * @module
 */

import { listen, takeOver } from "./backup.ts";
import { becomeBackup, becomeFault, becomeInit, enter } from "./become.ts";
import { nextDeadline, REFUSED } from "./deadline.ts";
import { contend, refuse, repair, tick, yieldAfterStall } from "./master.ts";
import {
  type Action,
  type Input,
  type PendingFault,
  type RouterConfig,
  type RouterState,
  stay,
  type Step,
} from "./state.ts";

/**
 * Feed one input to a virtual router.
 *
 * An input that does not apply changes nothing, and so does a `deadline` or a
 * `takeOver` that comes early.
 *
 * @param config Configuration in force.
 * @param state State so far.
 * @param input What happened.
 * @param now Milliseconds of the monotonic clock.
 */
export function step(
  config: RouterConfig,
  state: RouterState,
  input: Input,
  now: number,
): Step {
  switch (input.type) {
    case "startup":
      return state.name === "INIT"
        ? enter(config, state, now, "started")
        : stay(state);
    case "shutdown":
      return state.name === "INIT" ? stay(state) : becomeInit(state);
    case "advert":
      if (state.name === "BACKUP") return listen(config, state, input, now);
      if (state.name === "MASTER") return contend(config, state, input, now);
      return stay(state);
    case "deadline":
      return expire(config, state, now);
    case "takeOver":
      return state.name === "BACKUP"
        ? takeOver(config, state, input, now)
        : stay(state);
    case "stall":
      return state.name === "MASTER"
        ? yieldAfterStall(config, state, input.lost, now)
        : stay(state);
    case "priority":
      return reprioritize(state, input.priority);
    case "source":
      return state.source === input.source
        ? stay(state)
        : stay({ ...state, source: input.source });
    case "fault": {
      const { cause, reason, delay = 0 } = input;
      return change(config, state, { cause, reason, at: now + delay }, now);
    }
    case "recover": {
      const { cause, delay = 0 } = input;
      const at = now + delay;
      return change(config, state, { cause, reason: null, at }, now);
    }
    case "config":
      return reconfigure(state, input.priority, now);
    case "demote":
      return state.name === "MASTER"
        ? demote(state, input.reason, now)
        : stay(state);
    case "addressLost":
      return state.name === "MASTER" ? repair(config, state, now) : stay(state);
    case "addressRefused":
      return state.name === "MASTER"
        ? refuse(state, input.reason, now)
        : stay(state);
    default:
      return input satisfies never;
  }
}

function expire(
  config: RouterConfig,
  state: RouterState,
  now: number,
): Step {
  if (now < nextDeadline(config, state)) return stay(state);
  const { pending } = state;
  if (pending !== null && now >= pending.at) {
    return apply(config, { ...state, pending: null }, pending, now);
  }
  switch (state.name) {
    case "INIT":
    case "BACKUP":
      return stay(state);
    case "MASTER":
      return tick(config, state, now);
    case "FAULT":
      return recover(config, state, REFUSED, now);
    default:
      return state satisfies never;
  }
}

/** A fault comes or goes, at once or when it has lasted. */
function change(
  config: RouterConfig,
  state: RouterState,
  next: PendingFault,
  now: number,
): Step {
  const { cause, reason } = next;
  const known = state.faults[cause] ?? null;
  const pending = state.pending?.cause === cause ? state.pending : null;
  // As before: whatever was pending did not last.
  if ((known === null) === (reason === null)) {
    const settled = pending === null ? state : { ...state, pending: null };
    return reason === known ? stay(settled) : fail(settled, cause, reason);
  }
  if (state.name === "INIT" || next.at <= now) {
    const settled = pending === null ? state : { ...state, pending: null };
    return apply(config, settled, next, now);
  }
  const at = pending?.at ?? next.at;
  if (pending !== null && pending.reason === reason) return stay(state);
  return stay({ ...state, pending: { cause, reason, at } });
}

function apply(
  config: RouterConfig,
  state: RouterState,
  { cause, reason }: PendingFault,
  now: number,
): Step {
  return reason === null
    ? recover(config, state, cause, now)
    : fail(state, cause, reason);
}

function fail(
  state: RouterState,
  cause: string,
  reason: string | null,
): Step {
  if (reason === null || state.faults[cause] === reason) return stay(state);
  const faulty = { ...state, faults: { ...state.faults, [cause]: reason } };
  return state.name === "INIT" || state.name === "FAULT"
    ? stay(faulty)
    : becomeFault(faulty, reason, null);
}

function recover(
  config: RouterConfig,
  state: RouterState,
  cause: string,
  now: number,
): Step {
  const { [cause]: mended, ...faults } = state.faults;
  if (mended === undefined) return stay(state);
  if (state.name !== "FAULT" || Object.keys(faults).length > 0) {
    return stay({ ...state, faults });
  }
  return enter(config, { ...state, faults }, now, `recovered: ${mended}`);
}

function reprioritize(state: RouterState, priority: number): Step {
  if (priority === state.priority) return stay(state);
  return stay(
    { ...state, priority },
    state.name === "MASTER" ? [{ type: "sendAdvert", priority }] : [],
  );
}

/** The same router with other settings: nothing moves that need not. */
function reconfigure(state: RouterState, priority: number, now: number): Step {
  if (state.name !== "MASTER") return stay({ ...state, priority });
  return stay({ ...state, priority, announcedAt: now }, [
    { type: "sendAdvert", priority },
    { type: "addAddresses" },
    { type: "announce" },
  ]);
}

/** Its group is master no more: resign, so that the others need not wait. */
function demote(
  state: Extract<RouterState, { name: "MASTER" }>,
  reason: string,
  now: number,
): Step {
  const resign: Action = { type: "sendAdvert", priority: 0 };
  const { state: next, actions } = becomeBackup(
    state,
    now,
    reason,
    "masterDown",
    null,
  );
  return { state: next, actions: [resign, ...actions] };
}
