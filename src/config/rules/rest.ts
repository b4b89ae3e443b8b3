/**
 * A part of a configuration without what is wrong in it.
 *
 * @module
 */

import type * as v from "valibot";

/** What is left of a map once what is wrong in it is left out. */
export class Rest {
  readonly #value: Readonly<Record<string, unknown>>;
  /** Keys that are left out. */
  readonly wrong = new Set<string>();
  /** Of lists that lost items the places of those that are left. */
  readonly moved = new Map<string, readonly number[]>();

  /** @param value The map as the file has it. */
  constructor(value: Readonly<Record<string, unknown>>) {
    this.#value = value;
  }

  /**
   * Leave out what issues are about: an item where it is one of several, else
   * a key.
   *
   * @returns Whether anything is left out that was not before.
   */
  leaveOut(issues: readonly v.BaseIssue<unknown>[]): boolean {
    const before = this.#size();
    const items = new Map<string, Set<number>>();
    for (const { path: [first, second] = [] } of issues) {
      const key = String(first?.key);
      const item = second?.key;
      if (!Array.isArray(this.#value[key]) || typeof item !== "number") {
        this.wrong.add(key);
      } else items.set(key, (items.get(key) ?? new Set()).add(item));
    }
    for (const [key, without] of items) {
      const kept = this.#kept(key).filter((_, i) => !without.has(i));
      this.moved.set(key, kept);
      if (kept.length === 0) this.wrong.add(key);
    }
    return this.#size() !== before;
  }

  /** The map as it is left. */
  data(): Record<string, unknown> {
    const sound = Object.entries(this.#value)
      .filter(([key]) => !this.wrong.has(key))
      .map(([key, value]) => [
        key,
        Array.isArray(value) ? this.#kept(key).map((i) => value[i]) : value,
      ]);
    return Object.fromEntries(sound);
  }

  #kept(key: string): readonly number[] {
    return this.moved.get(key) ?? placesOf(this.#value[key]);
  }

  /** Changes with all that is left out. */
  #size(): string {
    const items = [...this.moved.values()].map(({ length }) => length);
    return [this.wrong.size, ...items].join();
  }
}

function placesOf(list: unknown): readonly number[] {
  return Array.isArray(list) ? [...list.keys()] : [];
}
