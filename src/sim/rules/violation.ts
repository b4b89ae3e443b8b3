/**
 * A property that did not hold.
 *
 * @module
 */

/** Ends a run: the daemon did what it must not, or not what it must. */
export class Violation extends Error {
  /** What of it, in one word, to tell failures apart. */
  readonly property: string;
  #host: string | null = null;

  /**
   * @param property One word.
   * @param message What happened.
   */
  constructor(property: string, message: string, options?: ErrorOptions) {
    super(`${property}: ${message}`, options);
    this.name = "Violation";
    this.property = property;
  }

  /** Say on which host, once. */
  on(host: string): this {
    if (this.#host === null) {
      this.#host = host;
      this.message = `${host} ${this.message}`;
    }
    return this;
  }
}
