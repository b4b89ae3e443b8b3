/**
 * The only places where a virtual router gets another state.
 *
 * @module
 */

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
    : becomeBackup(state, now, reason, "masterDown", null);
}

/**
 * Listen from now on.
 *
 * @param master Whom to listen to, when it is known.
 */
export function becomeBackup(
  state: RouterState,
  now: number,
  reason: string,
  waits: Patience,
  master: HeardMaster | null,
): Step {
  return {
    state: {
      ...standing(state),
      name: "BACKUP",
      heardAt: now,
      waits,
      master,
      toleratedSince: null,
    },
    actions: [
      ...(state.name === "MASTER" ? [REMOVE_ADDRESSES] : []),
      transition(state.name, "BACKUP", reason),
    ],
  };
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
  return {
    state: {
      ...standing(state),
      name: "MASTER",
      advertAt: now,
      announcedAt: now,
      announceAgainAt: config.garp.delay > 0 ? now + config.garp.delay : null,
      answeredAt: null,
      repairedAt: null,
      repairAt: null,
    },
    actions: [
      { type: "sendAdvert", priority: state.priority },
      { type: "addAddresses" },
      { type: "announce" },
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
      pending: null,
      refusals: 0,
    },
    actions: [...resign(state), transition(state.name, "INIT", "stopped")],
  };
}

const REMOVE_ADDRESSES: Action = { type: "removeAddresses" };

/** What a master owes the others when it stops being one by itself. */
function resign(state: RouterState): readonly Action[] {
  return state.name === "MASTER"
    ? [{ type: "sendAdvert", priority: 0 }, REMOVE_ADDRESSES]
    : [];
}
