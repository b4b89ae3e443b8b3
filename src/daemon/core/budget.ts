/**
 * How many lines of a kind are told within a time: what a peer makes an
 * instance do again and again fills no disk.
 *
 * @module
 */

/** Lines of a kind about one instance within {@linkcode CALM}. */
export const MOST_OF_ONE = 20;
/** Lines of a kind about all instances within {@linkcode CALM}. */
export const MOST_OF_ALL = 100;
/** Milliseconds. */
export const CALM = 10_000;

/** What may be told. */
export class Budget {
  readonly #most: number;
  readonly #told = new Map<string, number[]>();

  /** @param most Lines of a kind within {@linkcode CALM}. */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Take a line, if there is one left.
   *
   * @param kind Each has its own lines.
   * @param now Milliseconds of the monotonic clock.
   */
  take(kind: string, now: number): boolean {
    const recent = (this.#told.get(kind) ?? []).filter((at) =>
      at >= now - CALM
    );
    const isLeft = recent.length < this.#most;
    this.#told.set(kind, isLeft ? [...recent, now] : recent);
    return isLeft;
  }
}
