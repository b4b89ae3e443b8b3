/**
 * Virtual time: what is to happen, and when. Time jumps from one entry to the
 * next; entries of the same moment run in the order they were made.
 *
 * @module
 */

interface Entry {
  readonly time: number;
  readonly run: () => void;
}

/** What is to happen, in order of time. */
export class Agenda {
  #now = 0;
  // Latest first: most entries are soon, and the soonest is taken off the end.
  readonly #entries: Entry[] = [];

  /** Virtual milliseconds since the beginning. */
  get now(): number {
    return this.#now;
  }

  /** Have something happen at a time, or now when that has passed. */
  at(time: number, run: () => void): void {
    const entries = this.#entries;
    let low = 0;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((entries[middle]?.time ?? 0) > time) low = middle + 1;
      else high = middle;
    }
    entries.splice(low, 0, { time, run });
  }

  /** Have something happen after so many milliseconds. */
  after(delay: number, run: () => void): void {
    this.at(this.#now + delay, run);
  }

  /**
   * Let everything up to a time happen. What happens may itself let time pass:
   * then it is later at the end than was asked for, never earlier.
   */
  runUntil(time: number): void {
    for (;;) {
      const entry = this.#entries.at(-1);
      if (entry === undefined || entry.time > time) break;
      this.#entries.pop();
      if (entry.time > this.#now) this.#now = entry.time;
      entry.run();
    }
    if (time > this.#now) this.#now = time;
  }
}
