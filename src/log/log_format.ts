/**
 * How a log record is written on one line. Whatever a field holds, the line
 * has no line break and no control character in it.
 *
 * @module
 */

import type { LogRecord, TextFormatter } from "@logtape/logtape";
import type { LogFormat } from "../config/settings/global.ts";

/** A format in which nothing is left to be found out. */
export type LineStyle = "text" | "colour" | "json" | "journald";

/** What the log is written to, as far as it decides the style. */
export interface Surroundings {
  /** Whether it is a terminal that shows colours. */
  readonly terminal: boolean;
  /** Whether it is the journal of systemd. */
  readonly journal: boolean;
}

const LABELS: Readonly<Record<LogRecord["level"], string>> = {
  trace: "TRACE",
  debug: "DEBUG",
  info: "INFO ",
  warning: "WARN ",
  error: "ERROR",
  fatal: "FATAL",
};

/** Levels of syslog(3), which the journal reads as `<N>` before a line. */
const SYSLOG_LEVELS: Readonly<Record<LogRecord["level"], number>> = {
  trace: 7,
  debug: 7,
  info: 6,
  warning: 4,
  error: 3,
  fatal: 2,
};

/** Select Graphic Rendition parameters of ECMA-48. */
const COLOURS: Readonly<Record<LogRecord["level"], number>> = {
  trace: 2,
  debug: 2,
  info: 32,
  warning: 33,
  error: 31,
  fatal: 31,
};

/** What could end a line or redraw it: control, separator, bidi characters. */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/**
 * Choose the style that a configured format stands for.
 *
 * @param format `auto` is journald under systemd, text elsewhere.
 */
export function lineStyle(
  format: LogFormat,
  { terminal, journal }: Surroundings,
): LineStyle {
  if (format === "json" || format === "journald") return format;
  if (format === "auto" && journal) return "journald";
  return terminal ? "colour" : "text";
}

/**
 * Make the function that writes a record in one style. Text and journald show
 * time, level, the field `instance` and the message; JSON shows all fields.
 *
 * @param style See {@linkcode lineStyle}.
 * @param routerId Field `router` of a JSON line, or null for none.
 * @returns A function that gives one line without its line feed.
 */
export function lineFormatter(
  style: LineStyle,
  routerId: string | null,
): TextFormatter {
  switch (style) {
    case "text":
      return (record) =>
        `${localTime(record.timestamp)} ${LABELS[record.level]} ${
          said(record)
        }`;
    case "colour":
      return (record) => {
        const label = `\x1b[${COLOURS[record.level]}m${LABELS[record.level]}`;
        return `${localTime(record.timestamp)} ${label}\x1b[0m ${said(record)}`;
      };
    case "journald":
      return (record) => `<${SYSLOG_LEVELS[record.level]}>${said(record)}`;
    case "json":
      return (record) => jsonLine(record, routerId);
  }
}

function said({ message, properties: { instance } }: LogRecord): string {
  const text = message.join("");
  const line = typeof instance === "string" ? `${instance} ${text}` : text;
  return line.replace(UNSAFE, escape);
}

function jsonLine(record: LogRecord, routerId: string | null): string {
  const line = JSON.stringify({
    time: new Date(record.timestamp).toISOString(),
    level: record.level,
    message: record.message.join(""),
    ...record.properties,
    ...(routerId === null ? {} : { router: routerId }),
  });
  // Only in strings can there be any left, so a JSON escape always fits.
  return line.replace(UNSAFE, codeUnit);
}

function escape(character: string): string {
  switch (character) {
    case "\n":
      return "\\n";
    case "\r":
      return "\\r";
    case "\t":
      return "\\t";
    default:
      return codeUnit(character);
  }
}

/** All of {@linkcode UNSAFE} are single UTF-16 code units. */
function codeUnit(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** `2026-11-22 16:10:03.123` in the time zone of the host. */
function localTime(timestamp: number): string {
  const time = new Date(timestamp);
  const date = [time.getFullYear(), time.getMonth() + 1, time.getDate()];
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()];
  const two = (part: number): string => String(part).padStart(2, "0");
  return `${date.map(two).join("-")} ${clock.map(two).join(":")}.${
    String(time.getMilliseconds()).padStart(3, "0")
  }`;
}
