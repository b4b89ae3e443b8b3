/**
 * What the core tells the side, which may stand still: its queue must not
 * grow then. States and notices are never lost; lines of the log may be, and
 * are counted.
 *
 * @module
 */

import type { LogEvent } from "../../log/catalogue.ts";
import type { FromCore, Transition } from "../messages.ts";

/** Unread messages beyond which lines of the log are dropped. */
const MAX_UNREAD_LINES = 1000;
/** Unread messages beyond which an instance keeps its newest state only. */
const MAX_UNREAD = 4000;

/** Messages on their way to the side. */
export class Outbox {
  readonly #post: (message: FromCore) => void;
  readonly #states = new Map<string, Transition>();
  readonly #notices: FromCore[] = [];
  #posted = 0;
  #read = 0;
  #lost = 0;

  /** @param post Hands a message over; never waits. */
  constructor(post: (message: FromCore) => void) {
    this.#post = post;
  }

  /** Messages that the side has not read. */
  get unread(): number {
    return this.#posted - this.#read;
  }

  /** Lines that were dropped and not yet reported. */
  get lost(): number {
    return this.#lost;
  }

  /** A line of the log. */
  log(event: LogEvent): void {
    if (this.unread >= MAX_UNREAD_LINES) this.#lost++;
    else this.#hand({ type: "log", event });
  }

  /** A change of state; of those that wait each instance keeps its newest. */
  transition(transition: Transition): void {
    const { instance } = transition;
    const waiting = this.#states.get(instance);
    if (waiting === undefined && this.unread < MAX_UNREAD) {
      this.#hand({ type: "transition", transition });
      return;
    }
    const { from = transition.from, missed = -1 } = waiting ?? {};
    // Behind the others, so that the order is that of the newest ones.
    this.#states.delete(instance);
    this.#states.set(instance, { ...transition, from, missed: missed + 1 });
  }

  /** What the core has to say of itself. */
  notice(message: FromCore): void {
    if (this.unread < MAX_UNREAD) this.#hand(message);
    else this.#notices.push(message);
  }

  /** The last word: it goes out whatever waits. */
  end(message: FromCore): void {
    this.#flush(Infinity);
    this.#hand(message);
  }

  /**
   * The side has read so many messages since the start.
   *
   * @returns Lines that were dropped, when it is time to say so.
   */
  acknowledge(count: number): number {
    this.#read = Math.min(Math.max(count, this.#read), this.#posted);
    this.#flush(MAX_UNREAD);
    if (this.unread >= MAX_UNREAD_LINES) return 0;
    const lost = this.#lost;
    this.#lost = 0;
    return lost;
  }

  #flush(most: number): void {
    while (this.unread < most) {
      const notice = this.#notices.shift();
      if (notice === undefined) break;
      this.#hand(notice);
    }
    for (const [instance, transition] of this.#states) {
      if (this.unread >= most) return;
      this.#states.delete(instance);
      this.#hand({ type: "transition", transition });
    }
  }

  #hand(message: FromCore): void {
    this.#posted++;
    this.#post(message);
  }
}
