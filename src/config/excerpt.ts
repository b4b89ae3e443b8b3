/**
 * The line of a file that a mistake is in, fit to be shown: on a terminal, in a
 * ticket, to somebody who helps. The line is judged by its looks, since the
 * text around a slip is no YAML. Only what stands behind a known and harmless
 * key is shown, so that a misspelt key gives no password away.
 *
 * @module
 */

import type { Excerpt } from "./issue.ts";
import { keyNames } from "./schema/key_names.ts";

/** Where a mistake is. */
export interface Spot {
  /** Line, from 1. */
  readonly line: number;
  /** Column, from 1. */
  readonly column: number;
  /** Characters, 1 or more; those beyond the line do not count. */
  readonly length: number;
}

/** From a place in a line up to another one, in UTF-16 code units. */
type Span = readonly [number, number];

/** Known keys whose values, and all below them, may be secrets. */
const CLOSED: ReadonlySet<string> = new Set(
  ["auth_pass", "headers", "environment", "url", "send"],
);
/** Those of them that are maps, whose keys may be seen. */
const MAPS: ReadonlySet<string> = new Set(["headers", "environment"]);
const MASK = "***";
/** Longer lines are not shown; looking for keys is quadratic in the worst. */
const MAX_LINE = 1000;
/** Lines above that are looked at for the keys that a line stands below. */
const MAX_ABOVE = 1000;
/** Characters that are shown, beside a sign at each end that is cut off. */
const MAX_SHOWN = 72;
/** Characters before the caret that are shown of a line that is cut. */
const BEFORE_CARET = 30;

/** A key in quotes, or a word with a colon and a space. */
const KEY = /(["'])([^"']*)\1\s*:|([^\s{}[\],"']+)\s*:(?=\s|$)/g;
/** A word at the beginning with a sign that is meant as a colon. */
const FIRST_WORD = /^[\s-]*(?![\da-f]{0,4}:)([A-Za-z_][\w-]*)\s*[:=]/;
/** Words that something follows which may be a secret. */
const TELLING_WORD =
  /[\w-]*(?:pass|pwd|secret|token|credential|bearer|api_?key)[\w-]*(?=["']?[\s:=]+[^\s,}\]])/gi;
/** User and password in a URL, and what follows its host. */
const IN_URL = /(?<=:\/\/)[^\s@]*@|(?<=https?:\/\/[^\s\/"']+\/)[^\s"',\]}]+/gi;
const QUOTED = /"(?:\\.|[^"\\])*"|'(?:''|[^'])*'/y;

/**
 * Make a function that shows lines of a text.
 *
 * @param text The text; it is not split before the first line is asked for.
 */
export function excerptsOf(text: string): (spot: Spot) => Excerpt | null {
  let lines: readonly string[] | null = null;
  return (spot) => excerptOf(lines ??= text.split(/\r?\n/), spot);
}

function excerptOf(
  lines: readonly string[],
  { line, column, length }: Spot,
): Excerpt | null {
  const whole = lines[line - 1] ?? "";
  if (whole.length > MAX_LINE || whole.trim() === "") return null;
  const spans = closedSpans(whole, keysAbove(lines, line - 1));
  const from = Math.min(column - 1, whole.length);
  const to = Math.min(from + length, whole.length);
  const at = placeAmong(spans, from, "start");
  const end = placeAmong(spans, to, "end");
  return cut({
    text: legible(mask(whole, spans)),
    at,
    length: Math.max(1, end - at),
  });
}

/** A part of a long line, so that a terminal has it in one. */
function cut({ text, at, length }: Excerpt): Excerpt {
  if (text.length <= MAX_SHOWN) return { text, at, length };
  const most = text.length - MAX_SHOWN;
  const from = Math.max(0, Math.min(at - BEFORE_CARET, most));
  const before = from === 0 ? "" : "…";
  const after = from === most ? "" : "…";
  // A character of two units may be cut in half.
  const shown = text.slice(from, from + MAX_SHOWN).toWellFormed();
  const place = at - from + before.length;
  return {
    text: before + shown + after,
    at: place,
    length: Math.max(1, Math.min(length, MAX_SHOWN + before.length - place)),
  };
}

/**
 * What does harm in a terminal, and what cannot be seen, as other signs; all
 * keeps its place.
 */
function legible(text: string): string {
  return text
    .replaceAll("\t", "→")
    .replace(/[^\P{Zs} ]/gu, "·")
    .replace(
      /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu,
      ({ length }) => "�".repeat(length),
    );
}

function mask(line: string, spans: readonly Span[]): string {
  const ends = [0, ...spans.map(([, end]) => end)];
  const starts = [...spans.map(([start]) => start), line.length];
  return starts.map((start, i) => line.slice(ends[i], start)).join(MASK);
}

/** Where a place in a line is once spans of it are masked. */
function placeAmong(
  spans: readonly Span[],
  place: number,
  side: "start" | "end",
): number {
  let shift = 0;
  for (const [start, end] of spans) {
    if (place < start || (place === start && side === "end")) break;
    if (place < end || (place === end && side === "end")) {
      return start + shift + (side === "end" ? MASK.length : 0);
    }
    shift += MASK.length - (end - start);
  }
  return place + shift;
}

function isOpen(key: string): boolean {
  return keyNames().has(key) && !CLOSED.has(key);
}

/**
 * What is not shown of a line, in order.
 *
 * @param above The keys that it stands below.
 */
function closedSpans(line: string, above: readonly string[]): Span[] {
  const start = line.search(/\S|$/);
  if (start === line.length) return [];
  if (!above.every(isOpen)) return [[valueStart(line, above), line.length]];
  const spans: Span[] = [
    ...[...line.matchAll(KEY)]
      .filter(([, , quoted, plain]) => !isOpen(quoted ?? plain ?? ""))
      .map((match): Span => valueSpan(line, match)),
    ...[...line.matchAll(TELLING_WORD)]
      .filter(({ 0: word, index }) =>
        !isOpen(word) && !isKey(line, index + word.length)
      )
      .map(({ 0: word, index }) => restSpan(line, index + word.length)),
    ...firstWordSpans(line),
    ...[...line.matchAll(IN_URL)]
      .map(({ 0: secret, index }): Span => [index, index + secret.length]),
  ];
  return joined(spans.filter(([from, to]) => from < to));
}

/** Where a line begins that stands below a closed key, or its value does. */
function valueStart(
  line: string,
  [nearest = "", ...others]: readonly string[],
): number {
  const start = line.search(/\S/);
  const [key] = MAPS.has(nearest) && others.every(isOpen)
    ? line.matchAll(KEY)
    : [];
  return key === undefined
    ? start
    : restSpan(line, key.index + key[0].length)[0];
}

/** Whether a word that ends here is the key of a pair. */
function isKey(line: string, end: number): boolean {
  return /^["']?\s*:(?=\s|$)/.test(line.slice(end));
}

function firstWordSpans(line: string): Span[] {
  const [before, word = ""] = FIRST_WORD.exec(line) ?? [];
  return before === undefined || isOpen(word) ||
      isKey(line, before.length - 1)
    ? []
    : [restSpan(line, before.length)];
}

/** All from a place on, without the signs and blanks that stand first. */
function restSpan(line: string, from: number): Span {
  const [signs = ""] = /^["']?[\s:=]*/.exec(line.slice(from)) ?? [];
  return [from + signs.length, line.length];
}

/** The value of a pair: in a map in braces it ends, elsewhere it has the line. */
function valueSpan(line: string, { 0: key, index }: RegExpExecArray): Span {
  const [from, all] = restSpan(line, index + key.length);
  QUOTED.lastIndex = from;
  const quoted = QUOTED.exec(line)?.[0] ?? "";
  if (/^["']/.test(quoted) && /^\s*[,}]/.test(line.slice(QUOTED.lastIndex))) {
    return [from, QUOTED.lastIndex];
  }
  const inBraces = /\{[^}]*$/.test(line.slice(0, index));
  if (!inBraces || /["'[{]/.test(line.charAt(from))) return [from, all];
  const end = line.slice(from).search(/\s*[,}]/);
  return end < 0 ? [from, all] : [from, from + end];
}

/** Spans in order, those that overlap as one. */
function joined(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of spans.toSorted(([a], [b]) => a - b)) {
    const last = result.at(-1);
    if (last === undefined || span[0] > last[1]) result.push(span);
    else result[result.length - 1] = [last[0], Math.max(last[1], span[1])];
  }
  return result;
}

/**
 * Keys that a line stands below, by its indentation. A line without a key of
 * its own goes on with the one before it.
 *
 * @returns Keys, nearest first; one that is not known when they are too far.
 */
function keysAbove(lines: readonly string[], index: number): string[] {
  const keys: string[] = [];
  const own = lines[index] ?? "";
  let column = columnOf(own);
  let goesOn = lastKey(own) === null;
  for (let i = index - 1; i >= 0 && (column > 0 || goesOn); i--) {
    if (index - i > MAX_ABOVE) return ["?"];
    const line = lines[i] ?? "";
    if (/^\s*(?:#|$)/.test(line)) continue;
    if (columnOf(line) >= column && !goesOn) continue;
    if (line.length > MAX_LINE) return ["?"];
    goesOn = false;
    column = Math.min(column, columnOf(line));
    const key = lastKey(line);
    if (key !== null) keys.push(key);
  }
  return keys;
}

/** Where what a line says begins, behind the dashes of its items. */
function columnOf(line: string): number {
  return /^\s*(?:-\s+)*/.exec(line)?.[0].length ?? 0;
}

function lastKey(line: string): string | null {
  const [, , quoted, plain] = [...line.matchAll(KEY)].at(-1) ?? [];
  return quoted ?? plain ?? FIRST_WORD.exec(line)?.[1] ?? null;
}
