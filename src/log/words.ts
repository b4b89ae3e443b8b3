/**
 * Facts as people read them.
 *
 * @module
 */

/** Items that a sentence names at most. */
const MOST = 8;

/** Write `1 address`, `2 addresses`. */
export function counted(
  count: number,
  one: string,
  many: string = `${one}s`,
): string {
  return `${count} ${count === 1 ? one : many}`;
}

/**
 * Write `a, b and 3 more`; `none` for an empty list.
 *
 * @param items Eight of them are named at most.
 * @param count How many there are, if not all are given.
 */
export function listed(
  items: readonly string[],
  count: number = items.length,
): string {
  if (items.length === 0) return "none";
  const shown = items.slice(0, MOST);
  const rest = count - shown.length;
  return shown.join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

/** Write milliseconds as `3.6 s`. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** The last time that there is, in milliseconds since 1970 UTC. */
const LAST_TIME = 8.64e15;

/**
 * Write a time as `2026-11-26T18:00:00Z`.
 *
 * @param time Milliseconds since 1970 UTC; what is past all dates is the last.
 */
export function instant(time: number): string {
  return new Date(Math.min(time, LAST_TIME)).toISOString()
    .replace(/\.\d+Z$/, "Z");
}

/** Write who asked, as was claimed: ` by "alice"`, or nothing. */
export function askedBy(by: string | null): string {
  return by === null ? "" : ` by "${by}"`;
}

/** Write milliseconds as `1 s` or `3.609 s`. */
export function precise(milliseconds: number): string {
  return `${Number((milliseconds / 1000).toFixed(3))} s`;
}
