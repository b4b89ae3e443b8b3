/**
 * The only places where a virtual router gets another state.
 *
 * @module
 */

import { announceAll } from "./announce.ts";
import { REFUSED } from "./deadline.ts";
import { OWNER } from "./priority.ts";
import type { Reason } from "./reason.ts";
import {
  type Action,
  claims,
  type HeardMaster,
  type Patience,
  type RouterConfig,
  type RouterState,
  standing,
  type Step,
  transition,
} from "./state.ts";
import { beatOf } from "./timing.ts";

/**
 * Startup, and the end of the last fault (RFC 9568 §6.4.1). After a fault an
 * owner does not wait, but takes over as any other does: with its group, and
 * when it can hold its addresses.
 */
export function enter(
  config: RouterConfig,
  state: RouterState,
  reason: Reason,
  now: number,
): Step {
  const faults = Object.values(state.faults);
  const [fault] = faults;
  if (fault !== undefined) {
    const all = { kind: "faults", faults } as const;
    return becomeFault(state, faults.length === 1 ? fault : all, null);
  }
  const owns = config.priority === OWNER;
  if (owns && state.name === "INIT") {
    return becomeMaster(config, state, now, { reason: { kind: "owner" } });
  }
  return becomeBackup(
    state,
    { reason, waits: owns ? "none" : "masterDown" },
    now,
  );
}

/** How a backup begins to listen. */
export interface Listening {
  /** Why. */
  readonly reason: Reason;
  /** How long silence is waited. */
  readonly waits: Patience;
  /** Whom to listen to, when it is known. */
  readonly master?: HeardMaster;
  /** What a master says to the others; nothing when absent. */
  readonly resign?: "priority0" | "lastWord";
  /** Told before all else. */
  readonly before?: readonly Action[];
}

/** Listen from now on. */
export function becomeBackup(
  state: RouterState,
  { reason, waits, master, resign, before = [] }: Listening,
  now: number,
): Step {
  const serves = state.name === "MASTER";
  return {
    state: {
      ...standing(state),
      name: "BACKUP",
      heardAt: now,
      waits,
      resigner: null,
      master: master ?? null,
      lowerHeard: null,
      toleratedSince: null,
      claimsSince: null,
      holds: false,
    },
    actions: [
      ...before,
      ...(serves && resign === "priority0" ? [PRIORITY_0] : []),
      ...(serves ? [RELEASE] : []),
      ...(serves && resign === "lastWord" ? [lastWord(state)] : []),
      transition(state.name, "BACKUP", reason),
    ],
  };
}

/**
 * An advert behind the release tells a better router that there were two
 * masters, so that it announces the addresses again: a winner whose advert is
 * the first to cross a healed partition could not know.
 */
function lastWord({ priority }: RouterState): Action {
  return { type: "sendAdvert", priority, after: "release" };
}

/** Why a router becomes master. */
export interface Promotion {
  /** What happened. */
  readonly reason: Reason;
  /** See {@linkcode Master.missing}; default: null. */
  readonly missing?: string | null;
}

/**
 * Hold the addresses. The advert goes first: a peer that still answers learns
 * of it at once.
 */
export function becomeMaster(
  config: RouterConfig,
  state: RouterState,
  now: number,
  { reason, missing = null }: Promotion,
): Step {
  const announcing = announceAll(config, {
    ...standing(state),
    name: "MASTER",
    yielded: false,
    advertAt: beatOf(config.advertInterval, now),
    announcedAt: null,
    announceAgainAt: null,
    answeredAt: null,
    repairedAt: null,
    repairAt: null,
    missing,
  }, now);
  return {
    state: announcing.state,
    actions: [
      { type: "sendAdvert", priority: state.priority },
      { type: "hold" },
      ...announcing.actions,
      transition(state.name, "MASTER", reason),
    ],
  };
}

/** Serve no more; the faults are in the state already. */
export function becomeFault(
  state: RouterState,
  reason: Reason,
  retryAt: number | null,
): Step {
  return {
    state: { ...standing(state), name: "FAULT", retryAt },
    actions: [...resign(state), transition(state.name, "FAULT", reason)],
  };
}

/** Take no part any more. */
export function becomeInit(state: RouterState): Step {
  const { [REFUSED]: _, ...faults } = state.faults;
  return {
    state: {
      ...standing(state),
      name: "INIT",
      faults,
      pending: [],
      refusals: 0,
      yielded: false,
    },
    actions: [...resign(state), transition(state.name, "INIT", STOPPED)],
  };
}

const STOPPED: Reason = { kind: "stopped" };
const PRIORITY_0: Action = { type: "sendAdvert", priority: 0 };
const RELEASE: Action = { type: "release" };

/** What a router owes the others when it stops serving by itself. */
function resign(state: RouterState): readonly Action[] {
  if (state.name === "MASTER") return [PRIORITY_0, RELEASE];
  // Nobody knows of a claim.
  return claims(state) ? [RELEASE] : [];
}
