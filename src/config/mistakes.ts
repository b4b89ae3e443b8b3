/**
 * Mistakes in a text as they are found: the first ones, and how many more.
 *
 * @module
 */

/** Mistakes that are told of a configuration; of the others the number is. */
export const MAX_TOLD = 100;

/** A change of a text: what stands from one place up to another one. */
export interface Edit {
  /** Place of the first character that goes. */
  readonly start: number;
  /** Place of the first behind it that stays. */
  readonly end: number;
  /** What comes in its place. */
  readonly text: string;
}

/** A mistake, by its place. */
export interface Mistake {
  /** Place in the text in UTF-16 code units, from 0. */
  readonly offset: number;
  /** What is wrong. */
  readonly problem: string;
  /**
   * What is to be changed so that what stands around the mistake can be read,
   * given the columns of a tab; none: nothing helps.
   */
  readonly mend?: Mend | undefined;
  /** Whether that moves lines, by which keys come to stand elsewhere. */
  readonly moves?: boolean | undefined;
}

/**
 * Gives the changes that mend a text, in which a tab has so many columns; 0: a
 * line with a tab begins where its neighbours do.
 */
export type Mend = (tab: number) => readonly Edit[];

/** Counts all and keeps as many as are told. */
export class Mistakes {
  readonly #kept: Mistake[] = [];
  #count = 0;

  /** One more, by what is told of it. */
  add(offset: number, problem: string): void {
    this.take({ offset, problem });
  }

  /** One more. */
  take(mistake: Mistake): void {
    this.#count++;
    if (this.#kept.length < MAX_TOLD) this.#kept.push(mistake);
  }

  /** Those of others, which have their places elsewhere. */
  include(others: Mistakes, placeOf: (offset: number) => number): void {
    for (const { offset, problem } of others.kept) {
      this.add(placeOf(offset), problem);
    }
    this.#count += others.count - others.kept.length;
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
