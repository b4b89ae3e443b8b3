/**
 * When a virtual router next changes by itself, computed from the facts in its
 * state and the configuration in force.
 *
 * @module
 */

import { announceDueAt } from "./announce.ts";
import {
  type Backup,
  claims,
  type RouterConfig,
  type RouterState,
} from "./state.ts";
import { masterDownInterval, skewTime } from "./timing.ts";

/** Cause of the fault that only time can mend: refused addresses. */
export const REFUSED = "addresses";

/** A claim that the shell does not answer is given up after so long, in ms. */
export const CLAIM_MOST = 5000;

/**
 * When the state next changes by itself.
 *
 * @returns Milliseconds of the same clock as `now`, or Infinity for never.
 */
export function nextDeadline(config: RouterConfig, state: RouterState): number {
  return Math.min(
    advertDueAt(config, state),
    choreDueAt(config, state),
    takeOverDueAt(config, state),
  );
}

/** When a master sends its next advert, or Infinity. */
export function advertDueAt(config: RouterConfig, state: RouterState): number {
  return state.name === "MASTER"
    ? state.advertAt + config.advertInterval
    : Infinity;
}

/** When a backup takes over unless it hears a master, or Infinity. */
export function takeOverDueAt(
  config: RouterConfig,
  state: RouterState,
): number {
  return state.name === "BACKUP" && !claims(state)
    ? masterDownAt(config, state)
    : Infinity;
}

/**
 * When a backup gets ready to take over: some milliseconds before it is due,
 * and never while its master is heard in time, which takes the half of what a
 * missed advert leaves at most.
 *
 * @param lead Most milliseconds that it may be before.
 */
export function readyAt(
  config: RouterConfig,
  state: Backup,
  lead: number,
): number {
  const due = masterDownAt(config, state);
  const interval = masterInterval(config, state);
  const isPatient = state.waits === "masterDown" || state.waits === "again";
  const left = isPatient ? due - state.heardAt - interval : Infinity;
  return due - Math.min(lead, left / 2);
}

/** When anything else is due, or Infinity. */
export function choreDueAt(config: RouterConfig, state: RouterState): number {
  return state.pending.reduce(
    (first, { at }) => Math.min(first, at),
    ownChoreAt(config, state),
  );
}

function ownChoreAt(config: RouterConfig, state: RouterState): number {
  switch (state.name) {
    case "INIT":
      return Infinity;
    case "BACKUP":
      return claimEndsAt(state);
    case "MASTER":
      return Math.min(
        announceDueAt(config, state),
        state.repairAt ?? Infinity,
      );
    case "FAULT":
      return REFUSED in state.faults ? state.retryAt ?? Infinity : Infinity;
    default:
      return state satisfies never;
  }
}

/** When a backup gives its claim up, or Infinity. */
export function claimEndsAt({ claimsSince, holds }: Backup): number {
  return claimsSince === null || holds ? Infinity : claimsSince + CLAIM_MOST;
}

/** When a backup declares its master dead (RFC 9568 §6.4.2). */
export function masterDownAt(config: RouterConfig, state: Backup): number {
  const { version, downTimerAdverts } = config;
  const { heardAt, priority, waits } = state;
  const interval = masterInterval(config, state);
  const skew = skewTime(version, priority, interval);
  switch (waits) {
    case "skew":
      return heardAt + skew;
    case "none":
      return heardAt;
    case "interval":
      return heardAt + interval + skew;
    case "masterDown":
    case "again":
      return heardAt +
        masterDownInterval(version, priority, interval, downTimerAdverts);
    default:
      return waits satisfies never;
  }
}

/** Version 2 routers are configured alike, version 3 routers learn. */
export function masterInterval(config: RouterConfig, state: Backup): number {
  return config.version === 3 && state.master !== null
    ? state.master.interval
    : config.advertInterval;
}
