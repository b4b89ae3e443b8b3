/**
 * The only places where a virtual router gets another state.
 *
 * @module
 */

import { announceAll } from "./announce.ts";
import { REFUSED } from "./deadline.ts";
import {
  type Action,
  type HeardMaster,
  type Patience,
  type RouterConfig,
  type RouterState,
  standing,
  type Step,
  transition,
} from "./state.ts";

/** Startup, and the end of the last fault (RFC 9568 §6.4.1). */
export function enter(
  config: RouterConfig,
  state: RouterState,
  now: number,
  reason: string,
): Step {
  const faults = Object.values(state.faults);
  if (faults.length > 0) return becomeFault(state, faults.join("; "), null);
  return config.priority === 255
    ? becomeMaster(config, state, now, `${reason} as address owner`)
    : becomeBackup(state, { reason, waits: "masterDown" }, now);
}

/** How a backup begins to listen. */
export interface Listening {
  /** Why, in words. */
  readonly reason: string;
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
      master: master ?? null,
      toleratedSince: null,
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

/**
 * Hold the addresses. The advert goes first: a peer that still answers learns
 * of it at once.
 */
export function becomeMaster(
  config: RouterConfig,
  state: RouterState,
  now: number,
  reason: string,
): Step {
  const announcing = announceAll(config, {
    ...standing(state),
    name: "MASTER",
    advertAt: now,
    announcedAt: null,
    announceAgainAt: null,
    answeredAt: null,
    repairedAt: null,
    repairAt: null,
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
  reason: string,
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
    },
    actions: [...resign(state), transition(state.name, "INIT", "stopped")],
  };
}

const PRIORITY_0: Action = { type: "sendAdvert", priority: 0 };
const RELEASE: Action = { type: "release" };

/** What a master owes the others when it stops being one by itself. */
function resign(state: RouterState): readonly Action[] {
  return state.name === "MASTER" ? [PRIORITY_0, RELEASE] : [];
}
