/**
 * The events of links and addresses that wait in a socket: 256 of them, then
 * the newest are lost, which is said once before the old ones are given.
 *
 * @module
 */

import type { NetlinkBody } from "../../wire/rtnetlink_parse.ts";

/** Messages that fit into the default receive buffer. */
const ROOM = 256;

/** The queue of one event socket. */
export class EventQueue {
  #messages: NetlinkBody[] = [];
  #overrun = false;

  /** Whether there is something to read. */
  get ready(): boolean {
    return this.#overrun || this.#messages.length > 0;
  }

  /** Put a message in. */
  push(message: NetlinkBody): void {
    if (this.#messages.length < ROOM) this.#messages.push(message);
    else this.#overrun = true;
  }

  /** Lose everything that is queued, as when the socket is opened anew. */
  reset(): void {
    this.#messages = [];
    this.#overrun = true;
  }

  /** Another one that holds the same. */
  twin(): EventQueue {
    const twin = new EventQueue();
    twin.#messages = [...this.#messages];
    twin.#overrun = this.#overrun;
    return twin;
  }

  /** Take some messages. */
  read(most: number): readonly NetlinkBody[] | "empty" | "overrun" {
    if (this.#overrun) {
      this.#overrun = false;
      return "overrun";
    }
    const taken = this.#messages.splice(0, most);
    return taken.length > 0 ? taken : "empty";
  }
}
