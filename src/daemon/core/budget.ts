/**
 * How many lines of a kind are told within a time: what a peer makes an
 * instance do again and again fills no disk.
 *
 * @module
 */

/** Lines of a kind within {@linkcode CALM}. */
const MOST = 20;
/** Milliseconds. */
export const CALM = 10_000;

/** What an instance may tell. */
export class Budget {
  readonly #told = new Map<string, number[]>();

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
    const isLeft = recent.length < MOST;
    this.#told.set(kind, isLeft ? [...recent, now] : recent);
    return isLeft;
  }
}
