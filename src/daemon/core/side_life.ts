/**
 * Whether the side lives, as far as a core can see that waits for nobody.
 *
 * @module
 */

/** Milliseconds without a sign of life: the side gives one each 2.5 s. */
const PATIENCE = 10_000;
/** Milliseconds that it is given once more, by a core that turns. */
const DOUBT = 1000;

/** What a look shows: the side fell silent, or it is back after so many ms. */
export type SideNews = { readonly silentFor: number; readonly isBack: boolean };

/** Looks at the word that the side changes. */
export class SideLife {
  #word: number;
  #changedAt: number;
  // After a pause of the whole process the side gets its turn first.
  #doubtedAt: number | null = null;
  #silent = false;

  /**
   * @param word What it is now.
   * @param now Milliseconds of the monotonic clock.
   */
  constructor(word: number, now: number) {
    this.#word = word;
    this.#changedAt = now;
  }

  /**
   * When to look again at the latest. While the side lives each turn that is
   * taken moves this on, and it wakes a core that takes none.
   */
  get dueAt(): number {
    if (this.#silent) return Infinity;
    return this.#doubtedAt === null
      ? this.#changedAt + PATIENCE
      : this.#doubtedAt + DOUBT;
  }

  /**
   * Look again.
   *
   * @returns What is new, told once; null for nothing.
   */
  look(word: number, now: number): SideNews | null {
    const silentFor = now - this.#changedAt;
    if (word !== this.#word) {
      const isBack = this.#silent;
      this.#word = word;
      this.#changedAt = now;
      this.#doubtedAt = null;
      this.#silent = false;
      return isBack ? { silentFor, isBack } : null;
    }
    if (now < this.dueAt) return null;
    if (this.#doubtedAt === null) {
      this.#doubtedAt = now;
      return null;
    }
    this.#silent = true;
    return { silentFor, isBack: false };
  }
}
