// @ts-check
/**
 * Spans, times, numbers, names of states and commands, as people read them.
 *
 * @module
 */

/**
 * @typedef {import("../snapshot.ts").InstanceStatus} Instance
 * @typedef {"utc" | "local"} Zone
 */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * A span of time: `0.4 s`, `7 s`, `3 min 20 s`, `2 h 14 min`, `5 d 3 h`.
 *
 * @param {number} seconds
 */
export function span(seconds) {
  if (seconds < 9.95) return `${Number(Math.max(seconds, 0).toFixed(1))} s`;
  const whole = Math.round(seconds);
  if (whole < MINUTE) return `${whole} s`;
  if (whole < HOUR) return two(whole, MINUTE, "min", 1, "s");
  if (whole < DAY) return two(whole, HOUR, "h", MINUTE, "min");
  return two(whole, DAY, "d", HOUR, "h");
}

/**
 * @param {number} seconds
 * @param {number} large
 * @param {string} largeName
 * @param {number} small
 * @param {string} smallName
 */
function two(seconds, large, largeName, small, smallName) {
  const rest = Math.floor(seconds % large / small);
  const first = `${Math.floor(seconds / large)} ${largeName}`;
  return rest === 0 ? first : `${first} ${rest} ${smallName}`;
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/**
 * A point in time: the clock, and the day when it is another one than `now`.
 *
 * @param {string} time RFC 3339.
 * @param {string} now
 * @param {Zone} zone Of the reader, or that of no place, which is named.
 */
export function clock(time, now, zone) {
  const [at, today] = [shifted(time, zone), shifted(now, zone)];
  if (Number.isNaN(at.getTime())) return time;
  const iso = at.toISOString();
  const suffix = zone === "utc" ? " UTC" : "";
  const hours = iso.slice(11, 19) + suffix;
  if (iso.slice(0, 10) === today.toISOString().slice(0, 10)) return hours;
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${hours}`;
}

/**
 * A time whose UTC reads as the clock of the zone does.
 *
 * @param {string} time
 * @param {Zone} zone
 */
function shifted(time, zone) {
  const date = new Date(time);
  const minutes = zone === "utc" ? 0 : date.getTimezoneOffset();
  return new Date(date.getTime() - minutes * 60_000);
}

/**
 * Seconds from one time to another.
 *
 * @param {string} from
 * @param {string} to
 */
export function between(from, to) {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}

/**
 * A count with its thousands apart.
 *
 * @param {number} value
 */
export function count(value) {
  return String(value).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/**
 * `1 change`, `2 changes`.
 *
 * @param {number} value
 * @param {string} word
 */
export function many(value, word) {
  return `${count(value)} ${word}${value === 1 ? "" : "s"}`;
}

/**
 * A number with its sign, a true minus.
 *
 * @param {number} value
 */
export function signed(value) {
  if (value === 0) return "0";
  return value < 0 ? `− ${-value}` : `+ ${value}`;
}

/**
 * The state in an operator's words: DRAINED is FAULT by an order.
 *
 * @param {Pick<Instance, "state" | "drained">} instance
 */
export function stateWord({ state, drained }) {
  return drained !== null && !drained.last_resort ? "DRAINED" : state;
}

/**
 * Text as one word of a shell.
 *
 * @param {string} text
 */
export function shellWord(text) {
  return /^[\w.:@%+,/-]+$/.test(text)
    ? text
    : `'${text.replaceAll("'", "'\\''")}'`;
}
