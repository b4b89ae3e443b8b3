/**
 * Faults come and go, at once or when they have lasted.
 *
 * @module
 */

import { becomeFault, enter } from "./become.ts";
import { type FaultReason, isSameReason } from "./reason.ts";
import {
  type FaultChange,
  type FaultNews,
  type PendingFault,
  type RecoveryNews,
  type RouterConfig,
  type RouterState,
  stay,
  type Step,
} from "./state.ts";

/** Cause of the fault that an operator orders. */
export const OPERATOR = "operator";

/** A fault of a cause is told of: it comes, or it is as before. */
export function fault(
  config: RouterConfig,
  state: RouterState,
  { cause, reason, delay = 0 }: Omit<FaultNews, "type">,
  now: number,
): Step {
  const known = state.faults[cause] !== undefined;
  // As before, though perhaps for another reason: its end did not last.
  if (known) return stay(put(without(state, cause), cause, reason));
  return change(config, state, {
    cause,
    kind: "comes",
    reason,
    at: now + delay,
  }, now);
}

/** The end of a fault is told of: it goes, or there is none as before. */
export function recover(
  config: RouterConfig,
  state: RouterState,
  { cause, reason, delay = 0 }: Omit<RecoveryNews, "type">,
  now: number,
): Step {
  // As before: it did not last.
  if (state.faults[cause] === undefined) return stay(without(state, cause));
  return change(
    config,
    state,
    { cause, kind: "goes", reason, at: now + delay },
    now,
  );
}

/** Believe it now, or when it has lasted since it was told of first. */
function change(
  config: RouterConfig,
  state: RouterState,
  news: PendingFault,
  now: number,
): Step {
  if (state.name === "INIT" || news.at <= now) {
    return believe(config, state, news, now);
  }
  const first = state.pending.find(({ cause }) => cause === news.cause);
  if (isSameReason(first?.reason, news.reason)) return stay(state);
  const { pending } = without(state, news.cause);
  const at = first?.at ?? news.at;
  return stay({ ...state, pending: [...pending, { ...news, at }] });
}

/** A fault came, or one went. */
export function believe(
  config: RouterConfig,
  state: RouterState,
  change: FaultChange,
  now: number,
): Step {
  const { cause } = change;
  const rest = without(state, cause);
  return change.kind === "comes"
    ? fail(put(rest, cause, change.reason), change.reason)
    : mend(config, rest, change, now);
}

function fail(state: RouterState, reason: FaultReason): Step {
  return state.name === "INIT" || state.name === "FAULT"
    ? stay(state)
    : becomeFault(state, reason, null);
}

function mend(
  config: RouterConfig,
  state: RouterState,
  { cause, reason: what }: Extract<FaultChange, { kind: "goes" }>,
  now: number,
): Step {
  const { [cause]: _, ...faults } = state.faults;
  if (state.name !== "FAULT" || Object.keys(faults).length > 0) {
    return stay({ ...state, faults });
  }
  return enter(config, { ...state, faults }, { kind: "recovered", what }, now);
}

/** With a fault. */
function put(
  state: RouterState,
  cause: string,
  reason: FaultReason,
): RouterState {
  if (isSameReason(state.faults[cause], reason)) return state;
  return { ...state, faults: { ...state.faults, [cause]: reason } };
}

/** Without what was pending of a cause. */
function without(state: RouterState, cause: string): RouterState {
  const pending = state.pending.filter((one) => one.cause !== cause);
  return pending.length === state.pending.length
    ? state
    : { ...state, pending };
}
