/**
 * What a row of results says of a check, and when the next one is due. Pure:
 * time is an argument, in milliseconds of any one clock.
 *
 * @module
 */

/** How many results in a row change a verdict. */
export interface MonitorSettings {
  /** Successes in a row that make it healthy, 1 or more. */
  readonly rise: number;
  /** Failures in a row that make it failing, 1 or more. */
  readonly fall: number;
}

/** What is known of a check. */
export interface MonitorState {
  /** Healthy or failing; null while nothing is known. */
  readonly verdict: boolean | null;
  /** Results in a row that speak against the verdict; 0 after one for it. */
  readonly streak: number;
}

/** Nothing is known yet. */
export const initialMonitor: MonitorState = { verdict: null, streak: 0 };

/**
 * Take one result into account. The first decides at once: a service that is
 * down from the start must not count as healthy until it has failed `fall`
 * times, nor a healthy one as failing.
 *
 * @returns The same object when nothing changed.
 *
 * @example
 * ```ts
 * import { applyResult, initialMonitor } from "./monitor.ts";
 * import { strictEqual } from "node:assert/strict";
 * const first = applyResult({ rise: 3, fall: 2 }, initialMonitor, true);
 * strictEqual(first.verdict, true);
 * ```
 */
export function applyResult(
  settings: MonitorSettings,
  state: MonitorState,
  ok: boolean,
): MonitorState {
  const { verdict, streak } = state;
  if (verdict === null) return { verdict: ok, streak: 0 };
  if (ok === verdict) return streak === 0 ? state : { verdict, streak: 0 };
  const needed = ok ? settings.rise : settings.fall;
  return streak + 1 < needed
    ? { verdict, streak: streak + 1 }
    : { verdict: ok, streak: 0 };
}

/**
 * Where in its interval a check starts, so that checks of one interval do not
 * start together.
 *
 * @param index Place among the checks, from 0.
 * @param count Number of checks.
 * @param interval Milliseconds from one start to the next.
 * @returns Milliseconds from 0 to below `interval`.
 */
export function startOffset(
  index: number,
  count: number,
  interval: number,
): number {
  return index * interval / count;
}

/**
 * When a check starts next: the first point after `now` on the grid of its
 * interval. Points that passed during a slow run are left out, and the grid
 * never moves.
 *
 * @param origin Any point of the grid.
 * @param interval Milliseconds from one point to the next.
 */
export function nextStart(
  origin: number,
  interval: number,
  now: number,
): number {
  return origin + (Math.floor((now - origin) / interval) + 1) * interval;
}
