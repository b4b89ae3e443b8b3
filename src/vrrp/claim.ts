/**
 * Addresses that the kernel refuses. A host that was refused once makes sure
 * of its addresses before it says a word: it must not take them from one that
 * can serve more than once.
 *
 * @module
 */

import { becomeFault } from "./become.ts";
import { CLAIM_MOST, REFUSED } from "./deadline.ts";
import type { FaultReason } from "./reason.ts";
import {
  type Action,
  type Backup,
  claims,
  type Master,
  stay,
  type Step,
} from "./state.ts";

/** First and longest wait before refused addresses are tried again. */
const RETRY_FIRST = 1000;
const RETRY_LONGEST = 60_000;

/** Hold the addresses as a backup, to see whether that can be. */
export function claim(state: Backup, now: number): Step {
  return stay({ ...state, claimsSince: now, holds: false }, [{ type: "hold" }]);
}

/** The claimed addresses are held. */
export function confirm(state: Backup): Step {
  return stay(claims(state) ? { ...state, holds: true } : state);
}

/** A backup that claims no more, and what follows. */
export interface Withdrawal {
  /** The state from now on. */
  readonly state: Backup;
  /** What to do. */
  readonly actions: readonly Action[];
}

/** Another master, or another member of the group, ends a claim if there is one. */
export function withdraw(state: Backup): Withdrawal {
  if (!claims(state)) return { state, actions: [] };
  return {
    state: { ...state, claimsSince: null, holds: false },
    actions: [{ type: "release" }],
  };
}

/** The shell has not answered for too long. */
export function giveUp(state: Backup, now: number): Step {
  return refuse(state, { kind: "unanswered", waited: CLAIM_MOST }, now);
}

/** A router without its addresses cannot serve: wait, try again. */
export function refuse(
  state: Master | Backup,
  reason: FaultReason,
  now: number,
): Step {
  const wait = Math.min(RETRY_FIRST * 2 ** state.refusals, RETRY_LONGEST);
  return becomeFault(
    {
      ...state,
      refusals: state.refusals + 1,
      faults: { ...state.faults, [REFUSED]: reason },
    },
    reason,
    now + wait,
  );
}
