/**
 * What is to be done about news of links and addresses, remembered until it is
 * done.
 *
 * @module
 */

import { Retry } from "./retry.ts";

/** What is owed. */
export class Following {
  /** Whether news were lost: what is queued is old, and all is read again. */
  isLost = false;
  /** Whether the instances are to be fitted to the links. */
  assess = false;
  /** Whether all addresses are to be compared, not just those below. */
  compare = false;
  /** Keys of serving addresses that somebody removed. */
  readonly gone = new Set<string>();
  /** Keys of addresses that this daemon removed, until news of that come. */
  readonly removed = new Set<string>();
  /** Indices of links that were down since addresses were last compared. */
  readonly wentDown = new Set<number>();
  /** Indices of links that have another MAC address now. */
  readonly macs = new Set<number>();
  /** Indices of the links that instances use. */
  watched: ReadonlySet<number> = new Set();
  /** When reading is tried again. */
  readonly retry = new Retry();

  /** Nothing that is known is to be trusted. */
  readAgain(): void {
    this.isLost = true;
  }

  /** Whether anything can be done now. */
  get isOwed(): boolean {
    if (this.isLost) return this.retry.dueAt === Infinity;
    return this.assess || this.compare || this.gone.size > 0 ||
      this.macs.size > 0;
  }
}
