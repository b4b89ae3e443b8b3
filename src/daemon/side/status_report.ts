/**
 * The status that the service manager is told: the newest, and not with every
 * transition of a host with a thousand instances.
 *
 * @module
 */

/** Milliseconds between two reports at least: 4 a second. */
const SPACING = 250;

/** Reports a status that changes often. */
export class StatusReport implements Disposable {
  readonly #report: () => void;
  readonly #spacing: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #owed = false;

  /**
   * @param report Tells the status as it is now.
   * @param spacing Milliseconds between two reports at least.
   */
  constructor(report: () => void, spacing = SPACING) {
    this.#report = report;
    this.#spacing = spacing;
  }

  /** The status is another: report it now, or as soon as the last is old. */
  changed(): void {
    this.#owed = true;
    if (this.#timer === undefined) this.#tell();
  }

  /** Report what is owed at once, and nothing afterwards on its own. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#owed) this.#report();
    this.#owed = false;
  }

  #tell(): void {
    this.#owed = false;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#owed) this.#tell();
    }, this.#spacing);
    this.#report();
  }
}
