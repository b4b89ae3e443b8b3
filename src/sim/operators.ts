/**
 * What the side of a host keeps of operators' orders, in a file that survives
 * daemons and crashes.
 *
 * @module
 */

import type { Obeyed, Order } from "../daemon/messages.ts";
import type { Drain } from "../vrrp/operator.ts";

/** The drains of one host. */
export class Operators {
  readonly #drains = new Map<string, Drain>();
  readonly #orders = new Map<number, Order>();
  #last = 0;

  /** Orders to drain that were obeyed and are in force. */
  get drains(): ReadonlyMap<string, Drain> {
    return this.#drains;
  }

  /** Give an order its number. */
  give(order: Order): number {
    this.#orders.set(++this.#last, order);
    return this.#last;
  }

  /** The core answers. */
  obeyed(id: number, outcomes: readonly Obeyed[]): void {
    const order = this.#orders.get(id);
    for (const { instance, refused } of outcomes) {
      if (refused !== null) continue;
      if (order?.verb === "drain") this.#drains.set(instance, order.drain);
      if (order?.verb === "resume") this.#drains.delete(instance);
    }
  }

  /** A daemon starts: what ended meanwhile is not in force. */
  expire(time: number): void {
    for (const [name, { until }] of this.#drains) {
      if (until !== null && until <= time) this.#drains.delete(name);
    }
  }
}
