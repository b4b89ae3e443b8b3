/**
 * Orders of operators that wait for the core's answer.
 *
 * @module
 */

import type { Obeyed, Operate } from "../messages.ts";

/** Milliseconds in which the core obeys an order. */
const LIFE = 400;
/** Milliseconds more in which its answer comes. */
const WAY = 100;

/** What became of an order, or null when the core did not answer. */
export type OrderAnswer = readonly Obeyed[] | null;

/** The way to the core. */
export interface OrderRoute {
  /** Send an order; false when the core takes none any more. */
  send(order: Operate): boolean;
  /** Take an order back that was not sent yet. */
  withdraw(id: number): void;
}

/** Orders that were given and not answered. */
export class Orders {
  readonly #route: OrderRoute;
  readonly #waiting = new Map<number, (answer: OrderAnswer) => void>();
  #last = 0;

  /** No orders yet. */
  constructor(route: OrderRoute) {
    this.#route = route;
  }

  /** Give an order: see `CoreHandle.operate()`. */
  give(
    { order, instances }: Pick<Operate, "order" | "instances">,
  ): Promise<OrderAnswer> {
    const id = ++this.#last;
    const { promise, resolve } = Promise.withResolvers<OrderAnswer>();
    const settle = (answer: OrderAnswer): void => {
      clearTimeout(timer);
      this.#route.withdraw(id);
      this.#waiting.delete(id);
      resolve(answer);
    };
    // In two steps: where this side stood still, the answer may be waiting.
    let timer = setTimeout(() => {
      timer = setTimeout(() => settle(null), WAY);
    }, LIFE);
    this.#waiting.set(id, settle);
    const validUntil = Date.now() + LIFE;
    const message: Operate = {
      ...{ type: "operate", id, order, instances, validUntil },
    };
    if (!this.#route.send(message)) settle(null);
    return promise;
  }

  /** The core answers an order. */
  answered(id: number, outcomes: readonly Obeyed[]): void {
    this.#waiting.get(id)?.(outcomes);
  }

  /** No answer comes any more. */
  abandon(): void {
    for (const settle of [...this.#waiting.values()]) settle(null);
  }
}
