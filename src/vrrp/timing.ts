/**
 * The protocol's time values in milliseconds, exact: nothing is rounded to
 * centiseconds or seconds.
 *
 * @module
 */

/** VRRP version: 2 is RFC 3768, 3 is RFC 9568. */
export type Version = 2 | 3;

/**
 * Skew_Time: how much longer a backup of this priority waits than one of 256
 * would, so that the best backup is the first (RFC 3768 §6.1, RFC 9568 §6.1).
 *
 * @param version Version 2 scales by one second, version 3 by the interval.
 * @param priority Effective priority, 1 to 255.
 * @param masterInterval Milliseconds between the master's adverts.
 * @returns Milliseconds.
 *
 * @example
 * ```ts
 * import { skewTime } from "./timing.ts";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(skewTime(2, 100, 1000), 609.375);
 * ```
 */
export function skewTime(
  version: Version,
  priority: number,
  masterInterval: number,
): number {
  return (256 - priority) * (version === 2 ? 1000 : masterInterval) / 256;
}

/**
 * Master_Down_Interval (RFC 9568: Active_Down_Interval): how long a backup
 * hears nothing before it takes over (RFC 3768 §6.1, RFC 9568 §6.1).
 *
 * @param version See {@linkcode skewTime}.
 * @param priority Effective priority, 1 to 255.
 * @param masterInterval Milliseconds between the master's adverts.
 * @param downTimerAdverts Missed adverts that make a master dead; RFC: 3.
 * @returns Milliseconds.
 *
 * @example
 * ```ts
 * import { masterDownInterval } from "./timing.ts";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(masterDownInterval(3, 200, 1000, 3), 3218.75);
 * ```
 */
export function masterDownInterval(
  version: Version,
  priority: number,
  masterInterval: number,
  downTimerAdverts: number,
): number {
  return downTimerAdverts * masterInterval +
    skewTime(version, priority, masterInterval);
}

/** Most milliseconds between two beats. */
const MOST_BEAT = 5;

/**
 * The beat that a time belongs to. Adverts are due on beats, the same for all
 * that have an interval: many instances share a wake-up, and the gaps of each
 * are as even as those of one.
 *
 * @param interval Milliseconds between two adverts; a whole number of beats.
 * @param time Milliseconds of any clock.
 * @returns At most a twentieth of the interval, and 5 ms, before the time.
 */
export function beatOf(interval: number, time: number): number {
  const beat = Math.min(interval / 20, MOST_BEAT);
  return Math.floor(time / beat) * beat;
}
