/**
 * What is to be done for the instances, by kind and in the order that matters:
 * adverts went out when they were asked for, then come addresses, last words,
 * announcements, the record, and telling.
 *
 * @module
 */

import type { AddressChange } from "../../kernel/port.ts";
import type { Action } from "../../vrrp/state.ts";
import type { Instance } from "./instance.ts";
import type { LedgerStep } from "./ledger.ts";

/** Fewest and most changes of addresses by one call. */
const MIN_PIECE = 8;
const MAX_PIECE = 512;

/** The addresses of one instance on their way into or out of the kernel. */
export interface Job {
  /** Changes that are still to be made, by the plan that has it. */
  left: number;
  /** Whether the plan has it as it is now: nothing was asked for since. */
  isPlanned: boolean;
  /** Why the kernel refused an address, by its key. */
  readonly refused: Map<string, string>;
  /** Addresses that were added, by key. */
  readonly added: Set<string>;
  /** Addresses that were removed, by key. */
  readonly removed: Set<string>;
  /** Addresses of ours that were found there and are replaced, by key. */
  readonly replaced: Set<string>;
  /** Addresses that could not be removed, by key. */
  readonly stuck: Set<string>;
  /** Addresses whose addition was lost and is made again, by key. */
  readonly repeated: Set<string>;
}

/** An announcement that was asked for. */
export interface Announcement {
  /** Name of the instance. */
  readonly instance: string;
  /** What to announce. */
  readonly what: Extract<Action, { type: "announce" }>["what"];
}

/** What is to be done. */
export class Work {
  /** The instances whose addresses are to be looked at, by name. */
  readonly jobs = new Map<string, Job>();
  /** Changes of addresses, or null when they are to be planned anew. */
  steps: LedgerStep[] | null = [];
  /** Changes that a call in flight makes; what came of them is not known. */
  calling: readonly AddressChange[] = [];
  /** Keys of addresses whose lifetime is to be renewed. */
  renewals: string[] = [];
  /** Adverts that go behind the removal of the addresses. */
  lastWords: { readonly instance: Instance; readonly priority: number }[] = [];
  /** Announcements. */
  announcements: Announcement[] = [];
  /** Addresses that the job just done added, by instance. */
  readonly added = new Map<string, ReadonlySet<string>>();
  /** What to tell, in order. */
  tales: (() => void)[] = [];
  #piece = 128;

  /** Make the kernel hold for an instance what it is to hold. */
  touch(instance: string): void {
    this.steps = null;
    const waiting = this.jobs.get(instance);
    if (waiting !== undefined) {
      waiting.isPlanned = false;
      return;
    }
    this.jobs.set(instance, {
      ...{ left: 0, isPlanned: false },
      refused: new Map(),
      added: new Set(),
      removed: new Set(),
      replaced: new Set(),
      stuck: new Set(),
      repeated: new Set(),
    });
  }

  /** Whether there is anything to do. */
  get isPending(): boolean {
    return this.jobs.size > 0 || this.renewals.length > 0 ||
      this.lastWords.length > 0 || this.announcements.length > 0 ||
      this.tales.length > 0;
  }

  /** Changes of addresses that one call should make. */
  get piece(): number {
    return this.#piece;
  }

  /**
   * A call took so long: the next one is larger or smaller.
   *
   * @param count Changes that it made; fewer than a piece say nothing of more.
   * @param took Milliseconds.
   * @param budget Milliseconds that it should take at most.
   */
  pace(count: number, took: number, budget: number): void {
    if (took > budget) this.#piece = Math.max(MIN_PIECE, this.#piece >> 1);
    else if (count >= this.#piece && took < budget / 4) {
      this.#piece = Math.min(MAX_PIECE, this.#piece << 1);
    }
  }
}
