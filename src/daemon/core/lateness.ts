/**
 * How late the core wakes for what is due. Counted in each turn: nothing is
 * allocated for it.
 *
 * @module
 */

import { type Lateness, LATENESS_BOUNDS } from "../core_status.ts";

const SUM = 0;
const MAX = 1;

/** A histogram of lateness. */
export class LatenessHistogram {
  /** By the first bound that is not exceeded; last, beyond all of them. */
  readonly #counts = new Float64Array(LATENESS_BOUNDS.length + 1);
  /** Milliseconds. */
  readonly #spans = new Float64Array(2);

  /** The core woke so many milliseconds late. */
  note(late: number): void {
    let bound = 0;
    while (late > (LATENESS_BOUNDS[bound] ?? Infinity)) bound++;
    this.#counts[bound] = (this.#counts[bound] ?? 0) + 1;
    this.#spans[SUM] = (this.#spans[SUM] ?? 0) + late;
    this.#spans[MAX] = Math.max(this.#spans[MAX] ?? 0, late);
  }

  /** What was counted. */
  status(): Lateness {
    let sofar = 0;
    const counts = Array.from(this.#counts, (count) => sofar += count);
    const [sum = 0, max = 0] = this.#spans;
    return { counts, sum, max };
  }
}
