/**
 * What a daemon was given of its peers' adverts, and when.
 *
 * @module
 */

import type { Said } from "./takeover_rule.ts";

/** Milliseconds by which a time may be too late, being rounded up. */
const ROUNDING = 0.002;
/** Adverts that are remembered of an instance. */
const MAX_HEARD = 4000;

/** An advert that was given to a daemon. */
export interface Hearing {
  /** What it says. */
  readonly advert: Said;
  /** The priority of who heard it. */
  readonly own: number;
  /** When it came, as the daemon was told. */
  readonly cameAt: number;
  /** When it was read. */
  readonly readAt: number;
  /** When the turn ended in which it was read. */
  turnEndedAt: number;
}

/** Adverts by instance. */
export class Hearings {
  readonly #all = new Map<string, Hearing[]>();
  #turn: Hearing[] = [];

  /** One was given to it. */
  hear(instance: string, news: Omit<Hearing, "turnEndedAt">): void {
    const heard = this.#all.get(instance) ?? [];
    const one = { ...news, turnEndedAt: Infinity };
    heard.push(one);
    this.#turn.push(one);
    if (heard.length > MAX_HEARD) heard.splice(0, MAX_HEARD / 2);
    this.#all.set(instance, heard);
  }

  /** A turn is over. */
  turned(now: number): void {
    for (const one of this.#turn) one.turnEndedAt = now;
    this.#turn = [];
  }

  /** What an instance had read by a time, the oldest first. */
  by(instance: string, time: number): readonly Hearing[] {
    const heard = this.#all.get(instance) ?? [];
    return heard.filter(({ readAt }) => readAt <= time);
  }

  /** What an instance had read by a time in the same turn. */
  inTurn(instance: string, time: number): readonly Hearing[] {
    return this.by(instance, time)
      .filter(({ turnEndedAt }) => time <= turnEndedAt + ROUNDING);
  }
}
