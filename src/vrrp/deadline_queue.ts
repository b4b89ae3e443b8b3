/**
 * Keys in the order of their times: an indexed binary heap.
 *
 * @module
 */

interface Entry<K> {
  readonly key: K;
  readonly at: number;
  /** Which of equal times was set first. */
  readonly order: number;
}

/** A time for each key; the earliest is known at once. */
export class DeadlineQueue<K> {
  /** Each entry comes no earlier than the one at half its place. */
  readonly #heap: Entry<K>[] = [];
  readonly #places = new Map<K, number>();
  #order = 0;

  /** The earliest time, or Infinity. */
  get earliest(): number {
    return this.#heap[0]?.at ?? Infinity;
  }

  /**
   * Give a key a time, in O(log n).
   *
   * @param at Any number but NaN; Infinity is never, and takes the key out.
   */
  set(key: K, at: number): void {
    const place = this.#places.get(key);
    if (at === Infinity) {
      if (place !== undefined) this.#remove(place);
      return;
    }
    if (place === undefined) {
      return this.#add({ key, at, order: this.#order++ });
    }
    const known = this.#heap[place];
    if (known === undefined || known.at === at) return;
    this.#put(place, { key, at, order: this.#order++ });
    this.#settle(place);
  }

  /** Take a key out, in O(log n). */
  delete(key: K): void {
    this.set(key, Infinity);
  }

  /** Take all keys out. */
  clear(): void {
    this.#heap.length = 0;
    this.#places.clear();
  }

  /**
   * The keys whose time is not after a limit, the earliest first; of equal
   * times, the one that was set first. O(k log n) for k keys.
   *
   * @param most Most keys that are wanted.
   */
  until(limit: number, most = Infinity): readonly K[] {
    const taken: Entry<K>[] = [];
    for (;;) {
      const [first] = this.#heap;
      if (first === undefined || first.at > limit) break;
      if (taken.length >= most) break;
      taken.push(first);
      this.#remove(0);
    }
    for (const entry of taken) this.#add(entry);
    return taken.map(({ key }) => key);
  }

  #add(entry: Entry<K>): void {
    const place = this.#heap.length;
    this.#put(place, entry);
    this.#settle(place);
  }

  #remove(place: number): void {
    const gone = this.#heap[place];
    const last = this.#heap.pop();
    if (gone === undefined || last === undefined) return;
    this.#places.delete(gone.key);
    if (last === gone) return;
    this.#put(place, last);
    this.#settle(place);
  }

  #put(place: number, entry: Entry<K>): void {
    this.#heap[place] = entry;
    this.#places.set(entry.key, place);
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
  if (one === undefined || other === undefined) return false;
  return one.at < other.at || one.at === other.at && one.order < other.order;
}
