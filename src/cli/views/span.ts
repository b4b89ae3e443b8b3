/**
 * Times and numbers as people read them.
 *
 * @module
 */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * How long something has lasted: `12s`, `41m`, `2h 14m`, `5d 13h`.
 *
 * @param seconds Less than 0, as where a clock was set, counts as 0.
 */
export function age(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [days, hours, minutes] = [DAY, HOUR, MINUTE].map((unit) =>
    Math.floor(whole / unit)
  ) as [number, number, number];
  if (days > 0) return pair(`${days}d`, hours % 24, "h");
  if (hours > 0) return pair(`${hours}h`, minutes % 60, "m");
  return minutes > 0 ? `${minutes}m` : `${whole}s`;
}

/** How long ago something was: `just now`, `12s ago`. */
export function ago(seconds: number): string {
  return seconds < 1 ? "just now" : `${age(seconds)} ago`;
}

function pair(first: string, second: number, unit: string): string {
  return second === 0 ? first : `${first} ${second}${unit}`;
}

/** Seconds between two times of RFC 3339. */
export function secondsBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}

/** A short time: `0.4 ms`, `12 ms`, `0.61 s`, `3.609 s`, `12 s`. */
export function span(seconds: number): string {
  if (seconds < 0.1) return `${Number((seconds * 1000).toPrecision(2))} ms`;
  return `${Number(seconds.toFixed(seconds < 10 ? 3 : 1))} s`;
}

/** A number with its sign; minus as people write it. */
export function signed(value: number): string {
  return value < 0 ? `−${-value}` : `+${value}`;
}

/** Date and time of day in the zone of this process: `2026-11-25 21:00:00`. */
export function localClock(time: string): string {
  const date = new Date(time);
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  const hour = [date.getHours(), date.getMinutes(), date.getSeconds()];
  return `${day.map(two).join("-")} ${hour.map(two).join(":")}`;
}

/** Time of day of what {@linkcode localClock} gives. */
export function timeOfDay(clock: string): string {
  return clock.slice(-8);
}
