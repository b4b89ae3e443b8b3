/**
 * YAML as this program takes it: one document, string keys, merge keys, bounds
 * on everything, a place for every path, and messages that repeat nothing of
 * the text, since any piece of it may be a password.
 *
 * @module
 */

import { isAlias, isMap, isSeq, LineCounter, type Node, type Pair } from "yaml";
import type { YAMLMap } from "yaml";
import type { Finding, Path } from "./issue.ts";
import { Mistakes } from "./mistakes.ts";
import { endOf, MERGE, readData, startOf, type YamlData } from "./yaml/data.ts";
import { readText } from "./yaml/mend.ts";
import { lineAround } from "./yaml/slips.ts";
import { TOO_DEEP } from "./yaml/syntax.ts";

/** A place in a text. */
export interface Place {
  /** Line, from 1. */
  readonly line: number;
  /** Column in characters, from 1. */
  readonly column: number;
  /** Characters that stand there, 1 or more; they may have several lines. */
  readonly length: number;
}

/** A mistake in the YAML itself. */
export interface YamlProblem extends Place {
  /** What is wrong. */
  readonly problem: string;
}

/** A text that is YAML, or would be without its slips. */
export interface YamlDocument {
  /**
   * Its maps, lists, strings, numbers and truth values, and a symbol for what
   * a slip leaves in the dark.
   */
  readonly data: unknown;
  /**
   * Where the key or value of a finding stands; a key that is missing stands
   * where the map begins that should hold it.
   */
  readonly placeOf: (finding: Finding) => Place;
  /** What stands in the same line behind the value at a path. */
  readonly restOf: (path: Path) => string;
  /** Whether lines were moved, and keys may stand where they do not belong. */
  readonly isMoved: boolean;
}

/** What became of a text. */
export interface ParsedYaml {
  /** The document, or null when nothing of it can be read. */
  readonly document: YamlDocument | null;
  /**
   * What is wrong. Beside a document these are also slips that were mended to
   * read it, keys that stand twice, and signs that are text to YAML.
   */
  readonly problems: readonly YamlProblem[];
  /** How many more are wrong. */
  readonly untold: number;
}

/**
 * Read a text as YAML 1.2.
 *
 * @param text The text, at most 1 MiB.
 */
export function parseYaml(text: string): ParsedYaml {
  const lines = linesOf(text);
  const place = (offset: number, length = 1): Place => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col, length };
  };
  const told = ({ kept, count }: Mistakes): Omit<ParsedYaml, "document"> => ({
    problems: kept.map(({ offset, problem }) => ({
      ...place(offset),
      problem,
    })),
    untold: count - kept.length,
  });
  const mistakes = new Mistakes();
  try {
    const read = readText(text);
    if (read.document === null) {
      return { document: null, ...told(read.mistakes) };
    }
    const { contents } = read.document;
    const found = readData(contents, read, mistakes);
    const { original, mistakes: all } = read;
    all.include(mistakes, original);
    // Two keys of one name may come of a line that was moved.
    const isWrong = read.isMoved && (found?.duplicates.length ?? 0) > 0;
    if (found === null || isWrong) return { document: null, ...told(all) };
    for (const { at, first } of found.duplicates) {
      const { line, column } = place(original(first));
      const where = `in line ${line}, column ${column}`;
      all.add(original(at), `this key stands in its map already, ${where}`);
    }
    for (const offset of found.oddQuotes) all.add(original(offset), ODD_QUOTES);
    for (const { at, value } of found.oddDashes) {
      all.add(original(at), dashProblem(text, original(value)));
    }
    const placeOf = (finding: Finding): Place => {
      const range = rangeOf(contents, found, finding);
      const start = original(range.start);
      return place(start, Math.max(1, original(range.end) - start));
    };
    const restOf = (path: Path): string => {
      const { end } = rangeOf(contents, found, { path, at: "value" });
      return /[^\n]*/y.exec(read.text.slice(end))?.[0] ?? "";
    };
    const data = found.data ?? {};
    const { isMoved } = read;
    return { document: { data, placeOf, restOf, isMoved }, ...told(all) };
  } catch (error) {
    // A stack that is smaller than the bound on nesting expects.
    if (!(error instanceof RangeError)) throw error;
    mistakes.add(0, TOO_DEEP);
    return { document: null, ...told(mistakes) };
  }
}

const ODD_QUOTES =
  'these quotation marks are part of the text: write " or none in their place';

/** What is said of a dash below a value. */
function dashProblem(text: string, value: number): string {
  const { start } = lineAround(text, value);
  const [, above] = /^( *(?:- +)*)- +$/.exec(text.slice(start, value)) ?? [];
  return above === undefined
    ? "this dash is part of the value above it: a list stands below a key " +
      "that has no value in its line"
    : "this dash is part of the item above it, for it is indented deeper: " +
      `begin in column ${above.length + 1}`;
}

/** The parser itself does not tell of the lines in words that are wrong. */
function linesOf(text: string): LineCounter {
  const lines = new LineCounter();
  for (let end = -1;;) {
    lines.addNewLine(end + 1);
    end = text.indexOf("\n", end + 1);
    if (end < 0) return lines;
  }
}

/** A piece of the text: offsets of its beginning and of what follows it. */
interface Range {
  readonly start: number;
  readonly end: number;
}

function rangeOf(
  root: Node | null,
  found: YamlData,
  { path, at }: Pick<Finding, "path" | "at">,
): Range {
  let node = target(found, root);
  let range = startingAt(node) ?? { start: 0, end: 0 };
  for (const [depth, step] of path.entries()) {
    if (isMap(node)) {
      const pair = findPair(found, node, String(step));
      if (pair === null) {
        // What is missing has no length.
        return { start: range.start, end: range.start };
      }
      const wanted = at === "key" && depth === path.length - 1
        ? pair.key
        : pair.value;
      range = startingAt(wanted) ?? startingAt(pair.key) ?? range;
      node = target(found, pair.value);
    } else if (isSeq(node) && typeof step === "number") {
      range = startingAt(node.items[step]) ?? range;
      node = target(found, node.items[step]);
    } else break;
  }
  return range;
}

function startingAt(node: unknown): Range | null {
  const start = startOf(node);
  return start === null ? null : { start, end: endOf(node) ?? start };
}

function target({ targets }: YamlData, node: unknown): unknown {
  return isAlias(node) ? targets.get(node) : node;
}

/** The pair of a key, in the map itself or in one that it merges. */
function findPair(found: YamlData, map: YAMLMap, key: string): Pair | null {
  const pairs = found.pairs.get(map);
  const own = pairs?.get(key);
  if (own !== undefined) return own;
  const merged = target(found, pairs?.get(MERGE)?.value);
  for (const source of isSeq(merged) ? merged.items : [merged]) {
    const node = target(found, source);
    const pair = isMap(node) ? findPair(found, node, key) : null;
    if (pair !== null) return pair;
  }
  return null;
}
