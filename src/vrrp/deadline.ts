/**
 * When a virtual router next changes by itself, computed from the facts in its
 * state and the configuration in force.
 *
 * @module
 */

import type { Backup, Master, RouterConfig, RouterState } from "./state.ts";
import { masterDownInterval, skewTime } from "./timing.ts";

/** Cause of the fault that only time can mend: refused addresses. */
export const REFUSED = "addresses";

/**
 * When the state next changes by itself.
 *
 * @returns Milliseconds of the same clock as `now`, or Infinity for never.
 */
export function nextDeadline(config: RouterConfig, state: RouterState): number {
  switch (state.name) {
    case "INIT":
      return Infinity;
    case "BACKUP":
      return masterDownAt(config, state);
    case "MASTER":
      return Math.min(
        state.advertAt + config.advertInterval,
        announceDueAt(config, state),
      );
    case "FAULT":
      return REFUSED in state.faults ? state.retryAt ?? Infinity : Infinity;
    default:
      return state satisfies never;
  }
}

/** When a backup declares its master dead (RFC 9568 §6.4.2). */
function masterDownAt(config: RouterConfig, state: Backup): number {
  const { version, downTimerAdverts } = config;
  // Version 2 routers are configured alike, version 3 routers learn.
  const interval = version === 3 && state.master !== null
    ? state.master.interval
    : config.advertInterval;
  return state.heardAt +
    (state.resigned
      ? skewTime(version, state.priority, interval)
      : masterDownInterval(
        version,
        state.priority,
        interval,
        downTimerAdverts,
      ));
}

/** When a master announces its VIPs again, or Infinity. */
export function announceDueAt(config: RouterConfig, state: Master): number {
  const refreshAt = config.garp.refresh > 0
    ? state.announcedAt + config.garp.refresh
    : Infinity;
  return Math.min(state.announceAgainAt ?? Infinity, refreshAt);
}
