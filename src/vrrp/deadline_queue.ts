/**
 * Keys in the order of their times: an indexed binary heap.
 *
 * @module
 */

interface Entry<K> {
  readonly key: K;
  at: number;
  /** Which of equal times was set first. */
  order: number;
  /** Where it is in the heap. */
  place: number;
}

/** A time for each key; the earliest is known at once. */
export class DeadlineQueue<K> {
  /** Each entry comes no earlier than the one at half its place. */
  readonly #heap: Entry<K>[] = [];
  readonly #entries = new Map<K, Entry<K>>();
  #order = 0;

  /** The earliest time, or Infinity. */
  get earliest(): number {
    return this.#heap[0]?.at ?? Infinity;
  }

  /** The key that has it, or undefined. */
  get first(): K | undefined {
    return this.#heap[0]?.key;
  }

  /** The time of a key; Infinity when it has none. */
  get(key: K): number {
    return this.#entries.get(key)?.at ?? Infinity;
  }

  /**
   * Give a key a time, in O(log n).
   *
   * @param at Any number but NaN; Infinity is never, and takes the key out.
   */
  set(key: K, at: number): void {
    const known = this.#entries.get(key);
    if (known?.at === at) return;
    if (at === Infinity) {
      if (known !== undefined) this.#remove(known);
      return;
    }
    const order = this.#order++;
    if (known === undefined) return this.#add({ key, at, order, place: 0 });
    known.at = at;
    known.order = order;
    this.#settle(known.place);
  }

  /** Take a key out, in O(log n). */
  delete(key: K): void {
    this.set(key, Infinity);
  }

  /** Take all keys out. */
  clear(): void {
    this.#heap.length = 0;
    this.#entries.clear();
  }

  /**
   * The keys whose time is not after a limit, the earliest first; of equal
   * times, the one that was set first. O(k log k) for k keys within the limit.
   *
   * @param most Most keys that are wanted.
   */
  until(limit: number, most = Infinity): readonly K[] {
    const within: Entry<K>[] = [];
    this.#collect(0, limit, within);
    return within.sort(inOrder).slice(0, most).map(({ key }) => key);
  }

  /** Take in an entry and those below it that are within a limit. */
  #collect(place: number, limit: number, into: Entry<K>[]): void {
    const entry = this.#heap[place];
    if (entry === undefined || entry.at > limit) return;
    into.push(entry);
    this.#collect(2 * place + 1, limit, into);
    this.#collect(2 * place + 2, limit, into);
  }

  #add(entry: Entry<K>): void {
    this.#entries.set(entry.key, entry);
    const place = this.#heap.length;
    this.#put(place, entry);
    this.#settle(place);
  }

  #remove(entry: Entry<K>): void {
    this.#entries.delete(entry.key);
    const last = this.#heap.pop();
    if (last === undefined || last === entry) return;
    const { place } = entry;
    this.#put(place, last);
    this.#settle(place);
  }

  #put(place: number, entry: Entry<K>): void {
    this.#heap[place] = entry;
    entry.place = place;
  }

  /** Move an entry to where it belongs. */
  #settle(place: number): void {
    this.#sink(this.#rise(place));
  }

  #rise(place: number): number {
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (!this.#swapUnlessBefore(above, place)) break;
      place = above;
    }
    return place;
  }

  #sink(place: number): void {
    for (;;) {
      const left = 2 * place + 1;
      const below = isBefore(this.#heap[left + 1], this.#heap[left])
        ? left + 1
        : left;
      if (!this.#swapUnlessBefore(place, below)) return;
      place = below;
    }
  }

  /** @returns Whether the lower of two places came before the upper one. */
  #swapUnlessBefore(upper: number, lower: number): boolean {
    const above = this.#heap[upper];
    const below = this.#heap[lower];
    if (above === undefined || below === undefined) return false;
    if (!isBefore(below, above)) return false;
    this.#put(upper, below);
    this.#put(lower, above);
    return true;
  }
}

/** Whether an entry is there and comes before another. */
function isBefore<K>(
  one: Entry<K> | undefined,
  other: Entry<K> | undefined,
): boolean {
  return one !== undefined && other !== undefined && inOrder(one, other) < 0;
}

/** Negative when the first comes before the second. */
function inOrder<K>(one: Entry<K>, other: Entry<K>): number {
  return one.at - other.at || one.order - other.order;
}
