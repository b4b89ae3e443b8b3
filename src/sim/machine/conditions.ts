/**
 * What is wrong with a kernel at the moment: calls that it refuses, does not
 * answer, or takes its time for.
 *
 * @module
 */

import { between, happens, type Prng } from "../prng.ts";
import type { ErrorCode } from "./refusal.ts";

/** Kinds of calls that go wrong together. */
export type Call =
  | "receive"
  | "send"
  | "frame"
  | "open"
  | "add"
  | "remove"
  | "dump"
  | "events"
  | "record"
  | "sysctl";

/** Calls that are refused. */
export interface Trouble {
  /** Which. */
  readonly call: Call;
  /** How often, 0 to 1. */
  readonly chance: number;
  /** With what. */
  readonly code: ErrorCode;
  /** Whether it is not known if the call was done. */
  readonly unanswered: boolean;
}

/** Calls that take long. */
export interface Delay {
  /** Which. */
  readonly call: Call;
  /** How often, 0 to 1. */
  readonly chance: number;
  /** Most milliseconds. */
  readonly most: number;
}

/** Milliseconds that calls take when nothing is wrong: least and most. */
const COST: Readonly<Record<Call, readonly [number, number]>> = {
  receive: [0.005, 0.03],
  send: [0.005, 0.06],
  frame: [0.005, 0.03],
  open: [0.02, 0.2],
  add: [0.005, 0.02],
  remove: [0.005, 0.02],
  dump: [0.05, 0.2],
  events: [0.005, 0.01],
  record: [0.05, 0.2],
  sysctl: [0.01, 0.03],
};

/** Calls that wait for the RTNL lock. */
const LOCKED: ReadonlySet<Call> = new Set(["open", "add", "remove", "dump"]);

/** The condition of one kernel. */
export class Conditions {
  readonly #prng: Prng;
  #troubles: {
    readonly trouble: Trouble;
    readonly since: number;
    readonly until: number;
  }[] = [];
  #delays: { readonly delay: Delay; readonly until: number }[] = [];
  #lockedUntil = -Infinity;
  /** When a call was last refused or not answered, by kind. */
  readonly refusedAt: Partial<Record<Call, number>> = {};

  /** @param prng Chance of its own. */
  constructor(prng: Prng) {
    this.#prng = prng;
  }

  /** Refuse some calls from now until then. */
  refuse(trouble: Trouble, now: number, until: number): void {
    this.#troubles.push({ trouble, since: now, until });
  }

  /** Take long for some calls until then. */
  slow(delay: Delay, until: number): void {
    this.#delays.push({ delay, until });
  }

  /** Hold the RTNL lock until then. */
  lock(until: number): void {
    this.#lockedUntil = Math.max(this.#lockedUntil, until);
  }

  /** End all that is wrong. */
  clear(): void {
    this.#troubles = [];
    this.#delays = [];
    this.#lockedUntil = -Infinity;
  }

  /** Since when all calls of this kind are refused, or null. */
  refusesSince(call: Call, now: number): number | null {
    for (const { trouble, since, until } of this.#troubles) {
      const { chance, unanswered } = trouble;
      if (trouble.call !== call || now >= until) continue;
      if (chance === 1 && !unanswered) return since;
    }
    return null;
  }

  /** What becomes of a call that is made now: its refusal, or null. */
  fate(call: Call, now: number): Trouble | null {
    if (this.#troubles.length === 0) return null;
    for (const { trouble, until } of this.#troubles) {
      if (trouble.call !== call || now >= until) continue;
      if (!happens(this.#prng, trouble.chance)) continue;
      this.refusedAt[call] = now;
      return trouble;
    }
    return null;
  }

  /** Milliseconds that a call takes that is made now. */
  cost(call: Call, now: number): number {
    const [least, most] = COST[call];
    let cost = between(this.#prng, least, most);
    if (LOCKED.has(call)) cost += Math.max(0, this.#lockedUntil - now);
    for (const { delay, until } of this.#delays) {
      if (delay.call !== call || now >= until) continue;
      if (!happens(this.#prng, delay.chance)) continue;
      cost += between(this.#prng, 0, delay.most);
    }
    return cost;
  }
}
