/**
 * The service manager's watchdog is fed at half its patience, as far as the
 * daemon is run.
 *
 * @module
 */

import type { Thread } from "../machine/thread.ts";
import { Violation } from "./violation.ts";

/** Milliseconds that a turn may take beside its calls. */
const TURN = 100;

/** A watchdog. */
export class WatchdogRule {
  readonly #thread: Thread;
  readonly #patience: number | null;
  #fedAt: number;

  /** It begins to wait. */
  constructor(
    { thread, watchdog }: {
      readonly thread: Thread;
      readonly watchdog: number | null;
    },
    now: number,
  ) {
    this.#thread = thread;
    this.#patience = watchdog;
    this.#fedAt = now;
  }

  /** It was fed. */
  fed(now: number): void {
    this.#fedAt = now;
  }

  /** It must have been fed in time. */
  check(now: number): void {
    if (this.#patience === null) return;
    const excused = this.#thread.lostIn(this.#fedAt, now) +
      this.#thread.longestIn(this.#fedAt, now).reduce((a, b) => a + b, TURN);
    const gap = now - this.#fedAt;
    if (gap <= this.#patience / 2 + excused) return;
    throw new Violation("watchdog", `not fed for ${gap.toFixed(0)} ms`);
  }
}
