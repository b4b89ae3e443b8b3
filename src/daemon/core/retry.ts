/**
 * When something that failed is tried again.
 *
 * @module
 */

/** First and longest wait, in milliseconds. */
const FIRST = 1000;
const LONGEST = 60_000;

/** A thing that is tried until it succeeds, more and more rarely. */
export class Retry {
  #dueAt = Infinity;
  #wait = FIRST;
  #isFailing = false;

  /** When to try again, or Infinity when it did not fail or is being tried. */
  get dueAt(): number {
    return this.#dueAt;
  }

  /** Whether the last try failed. */
  get isFailing(): boolean {
    return this.#isFailing;
  }

  /** It failed: try again later, and after twice the time when it fails then. */
  failed(now: number): void {
    this.#isFailing = true;
    // Failures between two tries count once.
    if (this.#dueAt < Infinity) return;
    this.#dueAt = now + this.#wait;
    this.#wait = Math.min(2 * this.#wait, LONGEST);
  }

  /** It is tried now. */
  again(): void {
    this.#dueAt = Infinity;
  }

  /** It succeeded. */
  succeeded(): void {
    this.#dueAt = Infinity;
    this.#wait = FIRST;
    this.#isFailing = false;
  }
}
