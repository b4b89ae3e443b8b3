/**
 * Facts as people read them.
 *
 * @module
 */

/** Items that a sentence names at most, unless it says otherwise. */
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
 * @param most Items that are named at most.
 */
export function listed(items: readonly string[], most: number = MOST): string {
  if (items.length === 0) return "none";
  const rest = items.length - most;
  const shown = items.slice(0, most).join(", ");
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

/** Write milliseconds as `3.6 s`. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
