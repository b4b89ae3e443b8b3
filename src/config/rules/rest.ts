/**
 * A part of a configuration without what is wrong in it.
 *
 * @module
 */

import type * as v from "valibot";
import { isMap, type Path } from "../issue.ts";

/** What is left out of a value: all of it, or some of its keys or items. */
type Out = "all" | Map<string | number, Out>;

/** What is left of a map once what is wrong in it is left out. */
export class Rest {
  readonly #value: Readonly<Record<string, unknown>>;
  readonly #out = new Map<string | number, Out>();
  #count = 0;
  #lastGone: readonly [Out | undefined, number, readonly number[]] = [
    ...[undefined, 0, []] as const,
  ];
  /** Keys that are left out, or missing. */
  readonly wrong = new Set<string>();
  /** Keys, such as `email.to`, that are left out or hold what is. */
  readonly incomplete = new Set<string>();

  /** @param value The map as the file has it. */
  constructor(value: Readonly<Record<string, unknown>>) {
    this.#value = value;
  }

  /**
   * Leave out what issues are about: a value, a key, an item; where something
   * is missing that cannot be, the map that should have it.
   *
   * @param issues What is said of the {@linkcode data}.
   * @returns Whether anything is left out that was not before.
   */
  leaveOut(issues: readonly v.BaseIssue<unknown>[]): boolean {
    const before = this.#count;
    // Places change with the first that goes.
    const paths = issues.map(({ path = [] }) =>
      this.original(path.map(({ key }) => key as string | number))
    );
    for (const path of paths) this.#leaveOut(path);
    return this.#count > before;
  }

  /** Leave out keys, whether anything is wrong with them or not. */
  drop(keys: readonly string[]): void {
    for (const key of keys) this.#leaveOut([key]);
  }

  /** The map as it is left. */
  data(): Record<string, unknown> {
    return without(this.#value, this.#out) as Record<string, unknown>;
  }

  /** The path in the file of what has this path in {@linkcode data}. */
  original(path: Path): Path {
    const original: (string | number)[] = [];
    let out: Out | undefined = this.#out;
    for (const step of path) {
      const at: string | number = typeof step === "number"
        ? placeOf(step, this.#gone(out))
        : step;
      original.push(at);
      out = out instanceof Map ? out.get(at) : undefined;
    }
    return original;
  }

  /** What is left out of a list is asked for once for each of its items. */
  #gone(out: Out | undefined): readonly number[] {
    const [known, count, gone] = this.#lastGone;
    if (known === out && count === this.#count) return gone;
    const found = goneFrom(out);
    this.#lastGone = [out, this.#count, found];
    return found;
  }

  /** Whether nothing is left out of what has this path in the data. */
  isWhole(path: Path): boolean {
    let out: Out | undefined = this.#out;
    for (const step of this.original(path)) {
      out = out instanceof Map ? out.get(step) : undefined;
    }
    return out === undefined;
  }

  #leaveOut(path: Path): void {
    const [key] = path;
    if (key === undefined) return;
    for (const prefix of prefixesOf(path)) this.incomplete.add(prefix);
    let place = path;
    while (place.length > 1 && !this.#has(place)) {
      place = place.slice(0, -1);
    }
    if (place.length === 1) {
      if (!this.wrong.has(String(key))) this.#count++;
      this.wrong.add(String(key));
    }
    this.#mark(place);
    const above = place.slice(0, -1);
    if (above.length > 0 && this.#isEmptyList(above)) this.#leaveOut(above);
  }

  /** Whether something stands there that is not left out yet. */
  #has(path: Path): boolean {
    let out: Out | undefined = this.#out;
    for (const step of path) {
      out = out instanceof Map ? out.get(step) : undefined;
      if (out === "all") return false;
    }
    return at(this.#value, path) !== undefined;
  }

  #mark(path: Path): void {
    let out = this.#out;
    for (const step of path.slice(0, -1)) {
      const below = out.get(step) ?? new Map<string | number, Out>();
      if (below === "all") return;
      out.set(step, below);
      out = below;
    }
    const last = path.at(-1) ?? "";
    if (out.get(last) !== "all") this.#count++;
    out.set(last, "all");
  }

  /** Whether all items of a list are left out. */
  #isEmptyList(path: Path): boolean {
    const value = at(this.#value, path);
    let out: Out | undefined = this.#out;
    for (const step of path) out = out instanceof Map ? out.get(step) : out;
    return Array.isArray(value) && out instanceof Map &&
      out.size === value.length &&
      [...out.values()].every((what) => what === "all");
  }
}

/** The keys of a path up to the first list, each with those above it. */
function prefixesOf(path: Path): string[] {
  const first = path.findIndex((step) => typeof step === "number");
  const keys = first < 0 ? path : path.slice(0, first);
  return keys.map((_, i) => keys.slice(0, i + 1).join("."));
}

function without(value: unknown, out: Out | undefined): unknown {
  if (!(out instanceof Map)) return value;
  if (Array.isArray(value)) {
    return [...value.entries()]
      .filter(([i]) => out.get(i) !== "all")
      .map(([i, item]) => without(item, out.get(i)));
  }
  return !isMap(value) ? value : Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => out.get(key) !== "all")
      .map(([key, each]) => [key, without(each, out.get(key))]),
  );
}

/** Where an item stood before others were left out. */
function placeOf(item: number, gone: readonly number[]): number {
  let place = item;
  for (const each of gone) {
    if (each > place) break;
    place++;
  }
  return place;
}

/** Items that are left out of a list, in order. */
function goneFrom(out: Out | undefined): readonly number[] {
  if (!(out instanceof Map)) return [];
  return [...out]
    .flatMap(([step, what]) => what === "all" ? Number(step) : [])
    .sort((a, b) => a - b);
}

function at(value: unknown, path: Path): unknown {
  let below = value;
  for (const step of path) {
    if (Array.isArray(below)) below = below[Number(step)];
    else if (isMap(below) && Object.hasOwn(below, step)) below = below[step];
    else return undefined;
  }
  return below;
}
