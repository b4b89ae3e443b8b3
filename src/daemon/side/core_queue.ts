/**
 * What waits to be sent to the core. A core that does not read must not make it
 * grow: of what says the same thing again only the newest waits.
 *
 * @module
 */

import type { ToCore } from "../messages.ts";

/**
 * Messages in the order in which they are sent: at most one wake, one
 * count, one level of the log, one verdict for each check, and the reloads and
 * orders that were given.
 */
export class CoreQueue {
  readonly #waiting = new Map<string, ToCore>();
  #reloads = 0;
  #stopping = false;

  /**
   * Let a message wait. A stop comes before all that waits, and of what is
   * pushed after it only the count of what was read is still of use.
   *
   * @returns Whether it waits; false when it came after a stop.
   */
  push(message: ToCore): boolean {
    if (this.#stopping && message.type !== "read") return false;
    const key = this.#keyOf(message);
    switch (message.type) {
      case "stop":
        this.#stopping = true;
        this.#waiting.clear();
        break;
      case "verdict":
      case "logLevel":
        // Behind a reload that waits: the core forgets them with it.
        this.#waiting.delete(key);
        break;
    }
    this.#waiting.set(key, message);
    return true;
  }

  /** The message to be sent next, or undefined when none waits. */
  first(): ToCore | undefined {
    for (const message of this.#waiting.values()) return message;
    return undefined;
  }

  /** Forget an order that waits, if it does. */
  withdraw(id: number): void {
    this.#waiting.delete(`operate ${id}`);
  }

  /** Forget the message that `first()` gave. */
  shift(): void {
    for (const key of this.#waiting.keys()) {
      this.#waiting.delete(key);
      return;
    }
  }

  /** How many messages wait. */
  get size(): number {
    return this.#waiting.size;
  }

  #keyOf(message: ToCore): string {
    switch (message.type) {
      case "verdict":
        return `verdict ${message.check}`;
      case "operate":
        return `operate ${message.id}`;
      case "reload":
        // None replaces another: each says what differs from the one before.
        return `reload ${++this.#reloads}`;
      default:
        return message.type;
    }
  }
}
