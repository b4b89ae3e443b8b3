/**
 * A limit for waiting that a busy host does not make shorter.
 *
 * @module
 */

/** Milliseconds between two looks at the clock. */
const TICK = 50;

/** Aborts when its time is over; disposed of, it never does. */
export class TimeLimit implements Disposable {
  readonly #controller = new AbortController();
  readonly #timer: ReturnType<typeof setInterval>;

  /**
   * Start now.
   *
   * @param milliseconds Time in which this process itself was not run counts
   *   for little: who was asked may have had to wait as well.
   */
  constructor(milliseconds: number) {
    let left = milliseconds;
    let last = performance.now();
    this.#timer = setInterval(() => {
      const now = performance.now();
      left -= Math.min(now - last, 2 * TICK);
      last = now;
      if (left > 0) return;
      clearInterval(this.#timer);
      this.#controller.abort(new DOMException("No answer", "TimeoutError"));
    }, TICK);
  }

  /** Is aborted at its end. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
