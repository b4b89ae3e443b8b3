/**
 * How a log event is written on one line. Whatever a field holds, the line
 * has no line break and no control character in it.
 *
 * @module
 */

import { levelOf, type LogEvent, sentenceOf } from "./catalogue.ts";
import type { LogLevel } from "./level.ts";
import type { LogFormat } from "./log.ts";

/** An event whose time is known. */
export type TimedEvent = LogEvent & { readonly time: number };

/** Makes one line of an event, without its line feed. */
export type LineFormatter = (event: TimedEvent) => string;

/** A format in which nothing is left to be found out. */
export type LineStyle = "text" | "colour" | "json" | "journald";

/** What the log is written to, as far as it decides the style. */
export interface Surroundings {
  /** Whether it is a terminal that shows colours. */
  readonly terminal: boolean;
  /** Whether it is the journal of systemd. */
  readonly journal: boolean;
}

const LABELS: Readonly<Record<LogLevel, string>> = {
  debug: "DEBUG",
  info: "INFO ",
  notice: "NOTE ",
  warning: "WARN ",
  error: "ERROR",
};

/** Levels of syslog(3), which the journal reads as `<N>` before a line. */
const SYSLOG_LEVELS: Readonly<Record<LogLevel, number>> = {
  debug: 7,
  info: 6,
  notice: 5,
  warning: 4,
  error: 3,
};

/** Select Graphic Rendition parameters of ECMA-48. */
const COLOURS: Readonly<Record<LogLevel, number>> = {
  debug: 2,
  info: 32,
  notice: 36,
  warning: 33,
  error: 31,
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
 * Make the function that writes an event in one style. Text and journald show
 * time, level, the field `instance` and the sentence; JSON shows all fields.
 *
 * @param style See {@linkcode lineStyle}.
 * @param routerId Field `router` of a JSON line, or null for none.
 */
export function lineFormatter(
  style: LineStyle,
  routerId: string | null,
): LineFormatter {
  switch (style) {
    case "text":
      return (event) =>
        `${localTime(event.time)} ${LABELS[levelOf(event)]} ${said(event)}`;
    case "colour":
      return (event) => {
        const level = levelOf(event);
        const label = `\x1b[${COLOURS[level]}m${LABELS[level]}`;
        return `${localTime(event.time)} ${label}\x1b[0m ${said(event)}`;
      };
    case "journald":
      return (event) => `<${SYSLOG_LEVELS[levelOf(event)]}>${said(event)}`;
    case "json":
      return (event) => jsonLine(event, routerId);
  }
}

function said(event: LogEvent): string {
  const sentence = sentenceOf(event);
  const instance = "instance" in event ? event.instance : undefined;
  const line = instance === undefined ? sentence : `${instance} ${sentence}`;
  return line.replace(UNSAFE, escape);
}

function jsonLine(event: TimedEvent, routerId: string | null): string {
  const { time, ...fields } = event;
  const line = JSON.stringify({
    time: new Date(time).toISOString(),
    level: levelOf(event),
    message: sentenceOf(event),
    ...fields,
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

/**
 * `2026-11-25T21:00:00.123+01:00`: the time zone of the host, with its offset
 * at that time (RFC 3339).
 */
function localTime(milliseconds: number): string {
  const minutes = -new Date(milliseconds).getTimezoneOffset();
  // What UTC says at this time is what the host says at the other.
  const local = new Date(milliseconds + minutes * 60_000).toISOString();
  const [hour, minute] = [Math.abs(minutes) / 60, Math.abs(minutes) % 60]
    .map((part) => String(Math.trunc(part)).padStart(2, "0"));
  return `${local.slice(0, -1)}${minutes < 0 ? "-" : "+"}${hour}:${minute}`;
}
