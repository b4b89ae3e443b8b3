/**
 * Which intervals an advert can hold.
 *
 * @module
 */

import { formatDuration } from "../duration.ts";

/**
 * Say why an advert of a version cannot hold an interval: RFC 3768 §5.3.7 has a
 * byte of seconds, RFC 9568 §5.2.7 12 bits of centiseconds.
 *
 * @param version VRRP version.
 * @param milliseconds The interval.
 * @returns What is wrong, or null.
 */
export function intervalProblem(
  version: 2 | 3,
  milliseconds: number,
): string | null {
  const text = formatDuration(milliseconds);
  if (version === 3) {
    return milliseconds >= 10 && milliseconds <= 40_950 &&
        milliseconds % 10 === 0
      ? null
      : `must be 10ms to 40.95s in steps of 10ms, not ${text}`;
  }
  if (milliseconds % 1000 !== 0) {
    return `must be whole seconds in version 2, not ${text}: ` +
      "version: 3 takes 10ms to 40.95s";
  }
  return milliseconds >= 1000 && milliseconds <= 255_000
    ? null
    : `must be 1s to 255s in version 2, not ${text}`;
}
