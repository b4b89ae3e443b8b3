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
import { type Mistake, Mistakes } from "./mistakes.ts";
import { endOf, MERGE, readData, startOf, type YamlData } from "./yaml/data.ts";
import { indentationSlip } from "./yaml/indentation.ts";
import { findSlips } from "./yaml/slips.ts";
import { readSyntax, type Syntax, TOO_DEEP } from "./yaml/syntax.ts";

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

/** A text that is YAML. */
export interface YamlDocument {
  /** Its maps, lists, strings, numbers and truth values. */
  readonly data: unknown;
  /**
   * Where the key or value of a finding stands; a key that is missing stands
   * where the map begins that should hold it.
   */
  readonly placeOf: (finding: Finding) => Place;
  /** What stands in the same line behind the value at a path. */
  readonly restOf: (path: Path) => string;
}

/** What became of a text. */
export interface ParsedYaml {
  /** The document, or null when the syntax is broken. */
  readonly document: YamlDocument | null;
  /**
   * What is wrong; beside a document these are keys that stand twice and
   * quotation marks that are none to YAML.
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
    const syntax = readSyntax(text, mistakes);
    if (mistakes.count > 0) {
      const lineOf = (offset: number): number => place(offset).line;
      const plain = plainly(text, syntax, mistakes, lineOf);
      return { document: null, ...told(plain) };
    }
    const { contents } = syntax.document;
    const found = readData(contents, mistakes);
    if (mistakes.count > 0) return { document: null, ...told(mistakes) };
    for (const { at, first } of found.duplicates) {
      const { line, column } = place(first);
      const where = `in line ${line}, column ${column}`;
      mistakes.add(at, `this key stands in its map already, ${where}`);
    }
    for (const offset of found.oddQuotes) mistakes.add(offset, ODD_QUOTES);
    const placeOf = (finding: Finding): Place => {
      const { start, end } = rangeOf(contents, found, finding);
      return place(start, Math.max(1, end - start));
    };
    const restOf = (path: Path): string => {
      const { end } = rangeOf(contents, found, { path, at: "value" });
      return /[^\n]*/y.exec(text.slice(end))?.[0] ?? "";
    };
    const data = found.data ?? {};
    return { document: { data, placeOf, restOf }, ...told(mistakes) };
  } catch (error) {
    // A stack that is smaller than the bound on nesting expects.
    if (!(error instanceof RangeError)) throw error;
    mistakes.add(0, TOO_DEEP);
    return { document: null, ...told(mistakes) };
  }
}

const ODD_QUOTES =
  'these quotation marks are part of the text: write " or none in their place';

/**
 * What is told of a text that is no YAML: each slip that has a name, and where
 * the parser lost its way when that is further up or there is no such slip.
 * What it says of all that follows is a consequence.
 */
function plainly(
  text: string,
  { openings }: Syntax,
  mistakes: Mistakes,
  lineOf: (offset: number) => number,
): Mistakes {
  const first = firstOf(mistakes);
  const slips = findSlips(text, openings);
  if (
    slips.count === 0 || lineOf(first.offset) < lineOf(firstOf(slips).offset)
  ) {
    const { offset, problem } = indentationSlip(text, first.offset) ?? first;
    // The parser points at the blanks before what it does not understand.
    const [blanks = ""] = /^ */.exec(text.slice(offset)) ?? [];
    slips.add(offset + blanks.length, problem);
  }
  return slips;
}

function firstOf({ kept }: Mistakes): Mistake {
  return kept.reduce((a, b) => b.offset < a.offset ? b : a);
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
