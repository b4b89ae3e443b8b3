/**
 * Mistakes in a text as they are found: the first ones, and how many more.
 *
 * @module
 */

/** Mistakes that are told of a configuration; of the others the number is. */
export const MAX_TOLD = 100;

/** A mistake, by its place. */
export interface Mistake {
  /** Place in the text in UTF-16 code units, from 0. */
  readonly offset: number;
  /** What is wrong. */
  readonly problem: string;
}

/** Counts all and keeps as many as are told. */
export class Mistakes {
  readonly #kept: Mistake[] = [];
  #count = 0;

  /** One more. */
  add(offset: number, problem: string): void {
    this.#count++;
    if (this.#kept.length < MAX_TOLD) this.#kept.push({ offset, problem });
  }

  /** All of them, or the first hundred that were found. */
  get kept(): readonly Mistake[] {
    return this.#kept;
  }

  /** How many there are. */
  get count(): number {
    return this.#count;
  }
}
