/**
 * YAML as this program takes it: one document, string keys, merge keys, bounds
 * on everything, a place for every path, and messages that repeat nothing of
 * the text, since any piece of it may be a password.
 *
 * @module
 */

import { isAlias, isMap, isSeq, LineCounter, type Node, type Pair } from "yaml";
import type { YAMLMap } from "yaml";
import type { Finding } from "./issue.ts";
import { Mistakes } from "./mistakes.ts";
import { MERGE, readData, startOf, type YamlData } from "./yaml/data.ts";
import { readSyntax, TOO_DEEP } from "./yaml/syntax.ts";

/** A place in a text. */
export interface Place {
  /** Line, from 1. */
  readonly line: number;
  /** Column in characters, from 1. */
  readonly column: number;
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
}

/** What became of a text. */
export interface ParsedYaml {
  /** The document, or null when the syntax is broken. */
  readonly document: YamlDocument | null;
  /** What is wrong; beside a document these are keys that stand twice. */
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
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
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
    const { contents } = readSyntax(text, mistakes);
    if (mistakes.count > 0) return { document: null, ...told(mistakes) };
    const found = readData(contents, mistakes);
    if (mistakes.count > 0) return { document: null, ...told(mistakes) };
    for (const { at, first } of found.duplicates) {
      const { line, column } = place(first);
      const where = `in line ${line}, column ${column}`;
      mistakes.add(at, `this key stands in its map already, ${where}`);
    }
    const placeOf = (finding: Finding): Place =>
      place(offsetOf(contents, found, finding));
    const data = found.data ?? {};
    return { document: { data, placeOf }, ...told(mistakes) };
  } catch (error) {
    // A stack that is smaller than the bound on nesting expects.
    if (!(error instanceof RangeError)) throw error;
    mistakes.add(0, TOO_DEEP);
    return { document: null, ...told(mistakes) };
  }
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

function offsetOf(
  root: Node | null,
  found: YamlData,
  { path, at }: Finding,
): number {
  let node = target(found, root);
  let offset = startOf(node) ?? 0;
  for (const [depth, step] of path.entries()) {
    if (isMap(node)) {
      const pair = findPair(found, node, String(step));
      if (pair === null) break;
      const wanted = at === "key" && depth === path.length - 1
        ? pair.key
        : pair.value;
      offset = startOf(wanted) ?? startOf(pair.key) ?? offset;
      node = target(found, pair.value);
    } else if (isSeq(node) && typeof step === "number") {
      offset = startOf(node.items[step]) ?? offset;
      node = target(found, node.items[step]);
    } else break;
  }
  return offset;
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
