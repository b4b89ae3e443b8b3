/**
 * How much an event matters.
 *
 * @module
 */

/**
 * How much an event matters, the least first: `notice` is what an operator
 * wants to have seen, `warning` what somebody should look at, `error` what
 * somebody must get up for. Names and order are those of syslog(3).
 */
export const LOG_LEVELS = [
  ...["debug", "info", "notice", "warning", "error"] as const,
] as const;

/** How much an event matters. */
export type LogLevel = typeof LOG_LEVELS[number];

/** Whether an event of one level is written where another is the least. */
export function reaches(level: LogLevel, least: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(least);
}
