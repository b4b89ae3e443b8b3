/**
 * Times and spans as a status shows them.
 *
 * @module
 */

/** A span in seconds, to the nanosecond. */
export function seconds(milliseconds: number): number {
  return Math.round(milliseconds * 1e6) / 1e9;
}

/** A span in seconds, or null for none. */
export function secondsOrNull(milliseconds: number | null): number | null {
  return milliseconds === null ? null : seconds(milliseconds);
}

/**
 * A time as RFC 3339 in UTC with milliseconds.
 *
 * @param time Milliseconds since 1970 UTC.
 */
export function timeText(time: number): string {
  return new Date(time).toISOString();
}
