/**
 * How much an event matters.
 *
 * @module
 */

/** How much an event matters, the least first. */
export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;

/** How much an event matters. */
export type LogLevel = typeof LOG_LEVELS[number];

/** Whether an event of one level is written where another is the least. */
export function reaches(level: LogLevel, least: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(least);
}
