/**
 * When a master announces its VIPs to the neighbours.
 *
 * @module
 */

import type { Action, Master, RouterConfig } from "./state.ts";

/**
 * Bursts for all VIPs are at least this far apart, in milliseconds, whatever
 * other routers do and through all changes of state.
 */
const SPACING = 1000;

/** A master that announces, or will. */
export interface Announcing {
  /** The state from now on. */
  readonly state: Master;
  /** The burst, when it is now. */
  readonly actions: readonly Action[];
}

/** Announce all VIPs, now or as soon as another burst may be. */
export function announceAll(
  config: RouterConfig,
  state: Master,
  now: number,
): Announcing {
  return now < mayBurstAt(state)
    ? { state: announceSoon(state, now), actions: [] }
    : announceNow(config, state, now);
}

/** Announce all VIPs now: the neighbours know something that is not so. */
export function announceNow(
  { garp: { delay } }: RouterConfig,
  state: Master,
  now: number,
): Announcing {
  const again = delay > 0 ? now + Math.max(delay, SPACING) : null;
  return burst({ ...state, announceAgainAt: again }, now);
}

/** Plan a burst for as soon as one may be: a rival's may have been believed. */
export function announceSoon(state: Master, now: number): Master {
  const soonest = Math.max(now, mayBurstAt(state));
  return state.announceAgainAt !== null && state.announceAgainAt <= soonest
    ? state
    : { ...state, announceAgainAt: soonest };
}

/** The announcement that is due: a planned burst or a refresh; null for none. */
export function announceDue(
  config: RouterConfig,
  state: Master,
  now: number,
): Announcing | null {
  if (now < announceDueAt(config, state)) return null;
  const { announcedAt, announceAgainAt } = state;
  if (announceAgainAt !== null && now >= announceAgainAt) {
    return announcedAt === null
      ? announceNow(config, state, now)
      : burst({ ...state, announceAgainAt: null }, now);
  }
  return {
    state: { ...state, announcedAt: now },
    actions: [{ type: "announce", what: "refresh" }],
  };
}

/** When a master announces its VIPs by itself, or Infinity. */
export function announceDueAt(config: RouterConfig, state: Master): number {
  const { refresh } = config.garp;
  const { announcedAt, announceAgainAt } = state;
  const refreshAt = refresh > 0 && announcedAt !== null
    ? announcedAt + refresh
    : Infinity;
  return Math.min(announceAgainAt ?? Infinity, refreshAt);
}

function burst(state: Master, now: number): Announcing {
  return {
    state: { ...state, burstAt: now, announcedAt: now },
    actions: [{ type: "announce", what: "all" }],
  };
}

function mayBurstAt({ burstAt }: Master): number {
  return burstAt === null ? -Infinity : burstAt + SPACING;
}
