/**
 * What is counted of the whole core.
 *
 * @module
 */

import type { CoreFacts } from "../core_status.ts";
import { LatenessHistogram } from "./lateness.ts";

/** The numbers among them that go on in another daemon. */
export type TallyNumbers = Omit<CoreFacts, "lateness" | "reloads">;

/** Counters of the whole since the start. */
export class Tally {
  #stalledAt = NaN;
  /** Turns that were begun. */
  turns = 0;
  /** Reloads of the side that were applied: of this one's own. */
  reloads = 0;
  /** How late it woke for what was due. */
  readonly lateness = new LatenessHistogram();
  /** Times that this process was not run, and an instance saw it. */
  stalls = 0;
  /** Calls for changes of addresses that took longer than 100 ms. */
  netlinkSlow = 0;
  /** Times that news of links and addresses were lost. */
  netlinkOverruns = 0;

  /** An instance saw that this process was not run; others may have, too. */
  stalled(now: number): void {
    if (now !== this.#stalledAt) this.stalls++;
    this.#stalledAt = now;
  }

  /** What goes on in another daemon. */
  get numbers(): TallyNumbers {
    const { turns, stalls, netlinkSlow, netlinkOverruns } = this;
    return { turns, stalls, netlinkSlow, netlinkOverruns };
  }

  /** Begin with what was counted before. */
  goOn(before: TallyNumbers): void {
    Object.assign(this, before);
  }

  /** All of it. */
  status(): CoreFacts {
    const { numbers, reloads } = this;
    return { ...numbers, reloads, lateness: this.lateness.status() };
  }
}
