/**
 * YAML as this program takes it: one document, string keys, merge keys, a
 * bound on aliases, a place for every path, and messages that repeat nothing
 * of the text, since any piece of it may be a password.
 *
 * @module
 */

import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
} from "yaml";
import type { Finding } from "./issue.ts";

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
}

/** Times that one anchor may be used, aliases within aliases multiplied. */
const MAX_ALIASES = 1000;

/**
 * Keys whose plain value, or whose items are text whatever they look like:
 * `auth_pass: 0123`, `args: [80]`.
 */
export const TEXT_KEYS: readonly string[] = [
  ...["router_id", "name", "interface", "auth_pass", "script_user"],
  ...["label", "instances", "track_scripts", "track_interfaces"],
  ...["track_processes", "notify", "notify_master", "notify_backup"],
  ...["notify_fault", "notify_stop", "shell", "script", "args", "host"],
  ...["send", "expect", "contains", "matches", "server_name", "user"],
];

/** Keys of maps all of whose plain values are text. */
export const TEXT_MAPS: readonly string[] = ["headers", "environment"];

/**
 * Read a text as YAML 1.2.
 *
 * @param text The text.
 */
export function parseYaml(text: string): ParsedYaml {
  const lines = new LineCounter();
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    // The counter knows no line of an empty text.
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  try {
    const doc = parseDocument(text, {
      lineCounter: lines,
      logLevel: "error",
      merge: true,
      prettyErrors: false,
      stringKeys: true,
    });
    const mistakes = [...doc.errors, ...doc.warnings];
    const problems = [
      ...mistakes.map(({ code, message, pos }) => (
        { ...place(pos[0]), problem: WORDS[code] ?? withoutDetail(message) }
      )),
      ...danglingAliases(doc).map((offset) => (
        { ...place(offset), problem: DANGLING }
      )),
    ];
    const duplicates = mistakes.filter(({ code }) => code === "DUPLICATE_KEY");
    if (problems.length > duplicates.length) {
      return { document: null, problems };
    }
    keepText(doc);
    const data: unknown = doc.toJS({ maxAliasCount: MAX_ALIASES }) ?? {};
    const placeOf = (finding: Finding): Place => place(offsetOf(doc, finding));
    return { document: { data, placeOf }, problems };
  } catch (error) {
    // Nesting that exhausts the stack, or aliases that expand without bound.
    const problem = error instanceof RangeError
      ? TOO_DEEP
      : withoutDetail(String(error instanceof Error ? error.message : error));
    return { document: null, problems: [{ ...place(0), problem }] };
  }
}

const TOO_DEEP = "is nested too deeply";
const DANGLING = 'no anchor has this name: quote text that starts with "*"';

/** Own words for what the parser says unclearly, by its error code. */
const WORDS: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: "this key stands in its map already",
  MULTIPLE_DOCS: "only one document is allowed in a file",
  RESOURCE_EXHAUSTION: TOO_DEEP,
  TAG_RESOLVE_FAILED: 'unknown tag: quote text that starts with "!"',
};

/** The parser's words, without the piece of the text that follows a colon. */
function withoutDetail(message: string): string {
  const [words = ""] = message.split(":");
  return words.charAt(0).toLowerCase() + words.slice(1);
}

/** Offsets of the aliases that no anchor stands before. */
function danglingAliases(doc: Document): number[] {
  const offsets: number[] = [];
  const anchors = new Set<string>();
  visit(doc, {
    Node(_key, node): void {
      if (isAlias(node)) {
        if (!anchors.has(node.source)) offsets.push(start(node) ?? 0);
      } else if (node.anchor !== undefined) anchors.add(node.anchor);
    },
  });
  return offsets;
}

/** Make `name: 10` the text "10", as a decoder that knows the types would. */
function keepText(doc: Document): void {
  visit(doc, {
    Pair(_key, { key, value }): void {
      if (!isScalar(key)) return;
      if (TEXT_KEYS.includes(String(key.value))) {
        for (const node of isSeq(value) ? value.items : [value]) toText(node);
      } else if (TEXT_MAPS.includes(String(key.value)) && isMap(value)) {
        for (const pair of value.items) toText(pair.value);
      }
    },
  });
}

function toText(node: unknown): void {
  if (isScalar(node) && node.value !== null) {
    node.value = node.source ?? node.value;
  }
}

function offsetOf(doc: Document, { path, at }: Finding): number {
  let node = target(doc, doc.contents);
  let offset = start(node) ?? 0;
  for (const [depth, step] of path.entries()) {
    if (isMap(node)) {
      const pair = findPair(doc, node, step);
      if (pair === null) break;
      const wanted = at === "key" && depth === path.length - 1
        ? pair.key
        : pair.value;
      offset = start(wanted) ?? start(pair.key) ?? offset;
      node = target(doc, pair.value);
    } else if (isSeq(node) && typeof step === "number") {
      offset = start(node.items[step]) ?? offset;
      node = target(doc, node.items[step]);
    } else break;
  }
  return offset;
}

function start(node: unknown): number | null {
  return isNode(node) ? node.range?.[0] ?? null : null;
}

function target(doc: Document, node: unknown): Node | null {
  if (isAlias(node)) return node.resolve(doc) ?? null;
  return isNode(node) ? node : null;
}

/** The pair of a key, in the map itself or in one that it merges (`<<`). */
function findPair(
  doc: Document,
  map: YAMLMap,
  key: string | number,
): Pair | null {
  const named = (name: string | number): Pair | undefined =>
    map.items.find((pair) => isScalar(pair.key) && pair.key.value === name);
  const own = named(key);
  if (own !== undefined) return own;
  const merged = target(doc, named("<<")?.value);
  for (const source of isSeq(merged) ? merged.items : [merged]) {
    const node = target(doc, source);
    const pair = isMap(node) ? findPair(doc, node, key) : null;
    if (pair !== null) return pair;
  }
  return null;
}
