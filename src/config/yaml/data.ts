/**
 * From a YAML document to plain data: aliases stand for what their anchors
 * hold, merge keys (`<<`) bring in the keys of other maps.
 *
 * @module
 */

import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { ODD_QUOTE } from "../blanks.ts";
import type { Mistakes } from "../mistakes.ts";

/**
 * Values that a document may have once each alias is replaced by what it
 * stands for, so that a few lines cannot stand for millions.
 */
const MAX_VALUES = 300_000;

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

const IS_TEXT_KEY: ReadonlySet<string> = new Set(TEXT_KEYS);

/** In a text that was mended: a value that nobody can tell. */
export const UNREAD_SIGN = "\ue000";

/** What stands in the data for a value that could not be read. */
export const UNREAD: unique symbol = Symbol("a value that could not be read");

/** The text of a document. */
export interface Source {
  /** All of it. */
  readonly text: string;
  /** Whether {@linkcode UNREAD_SIGN} stands for a value in it. */
  readonly isMended: boolean;
}

/** What a document says. */
export interface YamlData {
  /** Its maps, lists, strings, numbers and truth values. */
  readonly data: unknown;
  /** What each alias stands for. */
  readonly targets: ReadonlyMap<Alias, Node>;
  /** The pairs of each map by their keys, the first where one stands twice. */
  readonly pairs: ReadonlyMap<YAMLMap, ReadonlyMap<string, Pair>>;
  /** Offsets of keys that stand twice, and of where they stood first. */
  readonly duplicates: readonly { at: number; first: number }[];
  /** Offsets of plain text that begins with a quotation mark not YAML's. */
  readonly oddQuotes: readonly number[];
  /**
   * Offsets of dashes that are text to YAML, since they begin a line that goes
   * on with the value above it; with each, where that value begins.
   */
  readonly oddDashes: readonly { at: number; value: number }[];
}

/**
 * Read the data of a document.
 *
 * @param root What the document holds.
 * @param source What it was read from.
 * @param mistakes Hears of aliases and merges that do not work.
 * @returns The data, or null when it would be too large.
 */
export function readData(
  root: Node | null,
  source: Source,
  mistakes: Mistakes,
): YamlData | null {
  const reader = new DataReader(source, mistakes);
  const { data } = reader.value(root, "plain");
  return reader.isTooLarge ? null : { ...reader.found, data };
}

/** What plain scalars are: by their looks, all text, or those of a map. */
type Reading = "plain" | "text" | "texts";

/** A value, and how many values it is made of. */
interface Value {
  readonly data: unknown;
  readonly size: number;
}

const NOTHING: Value = { data: null, size: 1 };
const UNREAD_VALUE: Value = { data: UNREAD, size: 1 };

class DataReader {
  readonly #mistakes: Mistakes;
  readonly #anchors = new Map<string, Node>();
  /** Null while it is being read. */
  readonly #values = new Map<Node, Value | null>();
  readonly #targets = new Map<Alias, Node>();
  readonly #pairs = new Map<YAMLMap, Map<string, Pair>>();
  readonly #duplicates: { at: number; first: number }[] = [];
  readonly #oddQuotes: number[] = [];
  readonly #oddDashes: { at: number; value: number }[] = [];
  readonly #source: Source;
  #isTooLarge = false;

  constructor(source: Source, mistakes: Mistakes) {
    this.#source = source;
    this.#mistakes = mistakes;
  }

  get isTooLarge(): boolean {
    return this.#isTooLarge;
  }

  get found(): Omit<YamlData, "data"> {
    return {
      targets: this.#targets,
      pairs: this.#pairs,
      duplicates: this.#duplicates,
      oddQuotes: this.#oddQuotes,
      oddDashes: this.#oddDashes,
    };
  }

  value(node: unknown, reading: Reading): Value {
    if (isAlias(node)) return this.#alias(node);
    if (isScalar(node)) {
      return this.#isUnread(node)
        ? UNREAD_VALUE
        : this.#anchored(node, () => scalar(node, reading));
    }
    if (isSeq(node)) {
      return this.#anchored(node, () => this.#list(node, reading));
    }
    return isMap(node)
      ? this.#anchored(node, () => this.#map(node, reading))
      : NOTHING;
  }

  /** Whether a value is not what it is meant to be. */
  #isUnread(node: Scalar): boolean {
    const { type, source = "" } = node;
    if (type !== "PLAIN") return false;
    const start = startOf(node) ?? 0;
    if (ODD_QUOTE.test(source)) this.#oddQuotes.push(start);
    if (source.includes(" - ")) {
      const { text } = this.#source;
      const [before] =
        ITEM_BELOW.exec(text.slice(start, endOf(node) ?? start)) ??
          [];
      if (before !== undefined) {
        this.#oddDashes.push({ at: start + before.length, value: start });
        return true;
      }
    }
    return this.#source.isMended && source === UNREAD_SIGN;
  }

  #anchored(node: Scalar | YAMLSeq | YAMLMap, read: () => Value): Value {
    if (node.anchor === undefined) return read();
    this.#anchors.set(node.anchor, node);
    this.#values.set(node, null);
    const value = read();
    this.#values.set(node, value);
    return value;
  }

  #alias(alias: Alias): Value {
    const target = this.#anchors.get(alias.source);
    if (target === undefined) return this.#fail(alias, DANGLING);
    const value = this.#values.get(target) ?? null;
    if (value === null) return this.#fail(alias, "stands for what it is in");
    this.#targets.set(alias, target);
    return value;
  }

  #list({ items, range }: YAMLSeq, reading: Reading): Value {
    const below = reading === "text" ? "text" : "plain";
    const data: unknown[] = [];
    let size = 1;
    for (const item of items) {
      // Not a word of it is of use once it is too large.
      if (this.#isTooLarge) break;
      const value = this.value(item, below);
      data.push(value.data);
      size += value.size;
      this.#limit(size, range?.[0]);
    }
    return { data, size };
  }

  #map(map: YAMLMap, reading: Reading): Value {
    const pairs = new Map<string, Pair>();
    this.#pairs.set(map, pairs);
    const own: [string, unknown][] = [];
    const merged: [string, unknown][] = [];
    let size = 1;
    for (const pair of map.items) {
      if (this.#isTooLarge) break;
      const key = String(this.value(pair.key, "text").data);
      this.#index(pairs, key, pair);
      const isMerge = key === MERGE && isScalar(pair.key) &&
        pair.key.type === "PLAIN";
      if (isMerge && this.#isDangling(pair.value)) {
        // Any key may be in the map that is meant.
        return this.#fail(pair.value, DANGLING_MERGE);
      }
      const value = this.value(pair.value, readingOf(key, reading));
      if (!isMerge) own.push([key, value.data]);
      else {
        for (const entry of this.#merge(pair.value, value.data)) {
          merged.push(entry);
        }
      }
      size += value.size + 1;
      this.#limit(size, map.range?.[0]);
    }
    // What comes later wins: the map itself, then what is merged first.
    return { data: Object.fromEntries([...merged.reverse(), ...own]), size };
  }

  #isDangling(node: unknown): boolean {
    return isAlias(node) && !this.#anchors.has(node.source);
  }

  #index(pairs: Map<string, Pair>, key: string, pair: Pair): void {
    const before = pairs.get(key);
    if (before === undefined) pairs.set(key, pair);
    else {
      this.#duplicates.push({
        at: startOf(pair.key) ?? 0,
        first: startOf(before.key) ?? 0,
      });
    }
  }

  /** Keys and values of the map, or the maps, that `<<` names. */
  #merge(node: unknown, data: unknown): [string, unknown][] {
    // An alias that does not work was told of.
    if (isAlias(node) && !this.#targets.has(node)) return [];
    return (Array.isArray(data) ? data : [data]).flatMap((source) => {
      if (typeof source === "object" && !Array.isArray(source) && source) {
        return Object.entries(source);
      }
      this.#fail(node, "only maps can be merged");
      return [];
    });
  }

  #limit(size: number, offset: number | undefined): void {
    if (size <= MAX_VALUES || this.#isTooLarge) return;
    this.#isTooLarge = true;
    this.#mistakes.add(offset ?? 0, TOO_MANY);
  }

  #fail(node: unknown, problem: string): Value {
    this.#mistakes.add(startOf(node) ?? 0, problem);
    return UNREAD_VALUE;
  }
}

/** A value up to a line that begins as an item does. */
const ITEM_BELOW = /^[^]*?\n *(?=- )/;

const TOO_MANY =
  "holds too many values, each alias counted as what it stands for";

/** The key that merges. */
export const MERGE = "<<";
const DANGLING_MERGE = "no anchor has this name: write &name before the map";
const DANGLING = 'no anchor has this name: quote text that starts with "*"';

function readingOf(key: string, above: Reading): Reading {
  if (above === "texts" || IS_TEXT_KEY.has(key)) return "text";
  return TEXT_MAPS.includes(key) ? "texts" : "plain";
}

/** `name: 10` is the text "10", as a decoder that knows the types reads it. */
function scalar({ value, source }: Scalar, reading: Reading): Value {
  const isText = reading === "text" && value !== null;
  return { data: isText ? source ?? value : value ?? null, size: 1 };
}

/** Offset at which a node begins; null when it is not one of the text. */
export function startOf(node: unknown): number | null {
  return isAlias(node) || isScalar(node) || isMap(node) || isSeq(node)
    ? node.range?.[0] ?? null
    : null;
}

/** Offset behind a node; that of a map or list by indentation is its start. */
export function endOf(node: unknown): number | null {
  if (isMap(node) || isSeq(node)) {
    return node.range?.[node.flow ? 1 : 0] ?? null;
  }
  return isAlias(node) || isScalar(node) ? node.range?.[1] ?? null : null;
}
