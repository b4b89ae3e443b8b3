/**
 * Durations as operators write them: `3s`, `250ms`, `1m30s`, or a number of
 * seconds.
 *
 * @module
 */

const UNITS = [["h", 3_600_000], ["m", 60_000], ["s", 1000], [
  "ms",
  1,
]] as const;

/** Text with each unit at most once, from the largest to the smallest. */
export const DURATION =
  /^(?:([\d.]+)h)?(?:([\d.]+)m)?(?:([\d.]+)s)?(?:([\d.]+)ms)?$/;
const AMOUNT = /^\d+(\.\d+)?$/;

/**
 * Read a duration.
 *
 * @param value Text with units, or a number of seconds.
 * @returns Milliseconds, exact to a microsecond, or null when it is none.
 *
 * @example
 * ```ts
 * import { parseDuration } from "./duration.ts";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(parseDuration("1m30s"), 90_000);
 * strictEqual(parseDuration(0.25), 250);
 * ```
 */
export function parseDuration(value: string | number): number | null {
  if (typeof value === "number") {
    return value >= 0 && value < Infinity ? exact(value * 1000) : null;
  }
  const match = DURATION.exec(value);
  if (match === null || value === "") return null;
  let milliseconds = 0;
  for (const [i, [, size]] of UNITS.entries()) {
    const amount = match[i + 1];
    if (amount === undefined) continue;
    if (!AMOUNT.test(amount)) return null;
    milliseconds += Number(amount) * size;
  }
  return exact(milliseconds);
}

/** 1.001 s is 1001 ms, not the 1000.9999999999999 of binary fractions. */
function exact(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}

/** Write milliseconds as `3s` when they are whole seconds, else as `250ms`. */
export function formatDuration(milliseconds: number): string {
  return milliseconds % 1000 === 0
    ? `${milliseconds / 1000}s`
    : `${milliseconds}ms`;
}
