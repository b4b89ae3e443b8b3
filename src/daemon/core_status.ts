/**
 * What the core says of itself when it is asked: facts, in parts. Times are
 * milliseconds since 1970 UTC, spans are milliseconds.
 *
 * @module
 */

import type { DropReason } from "../wire/drop_reason.ts";
import type { ChecksumForm } from "../wire/vrrp_checksum.ts";
import type { Drain } from "../vrrp/operator.ts";
import type { FaultReason, Reason } from "../vrrp/reason.ts";
import type { StateName } from "../vrrp/state.ts";

/** A tracker of an instance, and what it does now. */
export interface TermStatus {
  readonly kind: "check" | "interface";
  /** Name of what is watched. */
  readonly tracker: string;
  readonly weight: number;
  readonly reverse: boolean;
  /** Null while nothing is known. */
  readonly up: boolean | null;
  /** A number that scales the weight, or null. */
  readonly value: number | null;
  /** What it adds now: nothing to the priority of an owner. */
  readonly term: number;
  /** Whether it means FAULT now. */
  readonly isFault: boolean;
  /** Why it is down, in words, or null. */
  readonly detail: string | null;
}

/** Another host, by its adverts. */
export interface HeardStatus {
  readonly address: string;
  /** In its last advert. */
  readonly priority: number;
  /** How long ago that came. */
  readonly ago: number;
  /** Adverts accepted from it. */
  readonly adverts: number;
  /** What is not as configured here: `address_list`, `interval`. */
  readonly mismatch: readonly string[];
}

/** A VIP of an instance. */
export interface VipStatus {
  readonly address: string;
  readonly prefix: number;
  /** Name of the link. */
  readonly interface: string;
  /** Whether it is held without being advertised. */
  readonly isExcluded: boolean;
  /** Who added it, or null while this host does not have it. */
  readonly owner: "alived" | "other" | null;
}

/** What was counted of an instance since it was started. */
export interface CounterStatus {
  /** Adverts sent, one for each destination. */
  readonly sent: number;
  readonly sendErrors: number;
  /** Adverts accepted. */
  readonly received: number;
  /** Those sent and accepted that have priority 0. */
  readonly zeroSent: number;
  readonly zeroReceived: number;
  /** Changes of state by the new state. */
  readonly transitions: Readonly<Record<StateName, number>>;
  /** Changes of state from MASTER. */
  readonly releasedMaster: number;
  /** Frames that announced addresses. */
  readonly announcements: number;
  /** Adverts of another master that left this one master. */
  readonly losingAdverts: number;
  readonly repairs: number;
  readonly addressListMismatch: number;
  readonly stalls: number;
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>;
}

/** One instance. */
export interface InstanceFacts {
  readonly name: string;
  readonly state: StateName;
  /** Since when it is in this state. */
  readonly since: number;
  /** Why; null before the first change. */
  readonly reason: Reason | null;
  /** The state before, or null. */
  readonly previous: StateName | null;
  /** Effective priority. */
  readonly priority: number;
  /** All its trackers, also those that add nothing. */
  readonly terms: readonly TermStatus[];
  readonly faults: readonly {
    readonly cause: string;
    readonly reason: FaultReason;
  }[];
  readonly drain: Drain | null;
  /** Whether it handed over and does not preempt until resumed. */
  readonly yielded: boolean;
  readonly source: string | null;
  readonly skewTime: number;
  readonly masterDownInterval: number;
  readonly nextAdvertIn: number | null;
  /** When it takes over with its group unless somebody is heard, or null. */
  readonly masterDownIn: number | null;
  /** What is left of preempt_delay, or null when it does not run. */
  readonly preemptIn: number | null;
  readonly checksumForm: ChecksumForm;
  /** The master as far as this host knows, or null. */
  readonly master: {
    readonly address: string | null;
    readonly priority: number;
    readonly isSelf: boolean;
  } | null;
  /** The newest 16, the newest first. */
  readonly heard: readonly HeardStatus[];
  readonly vips: readonly VipStatus[];
  readonly counters: CounterStatus;
}

/** How late the core woke for what was due. */
export interface Lateness {
  /**
   * How many were at most so late, by the bounds of
   * {@linkcode LATENESS_BOUNDS} and, last, all.
   */
  readonly counts: readonly number[];
  readonly sum: number;
  readonly max: number;
}

/** Upper bounds of the counts of {@linkcode Lateness}, in milliseconds. */
export const LATENESS_BOUNDS = [0.1, 1, 5, 10, 20, 50, 100, 1_000] as const;

/** Most instances that one part has. */
export const MOST_INSTANCES = 64;

/** What is said of the whole. */
export interface CoreFacts {
  /** Turns of its loop. */
  readonly turns: number;
  /** Reloads that it has applied. */
  readonly reloads: number;
  readonly lateness: Lateness;
  /** Times that this process was not run and an instance suffered from it. */
  readonly stalls: number;
  /** Calls for changes of addresses that took longer than 100 ms. */
  readonly netlinkSlow: number;
  /** Times that news of links and addresses were lost. */
  readonly netlinkOverruns: number;
}

/** A part of the answer: some instances, and the whole. */
export interface CoreStatus extends CoreFacts {
  /** At most {@linkcode MOST_INSTANCES}, in the order that they run in. */
  readonly instances: readonly InstanceFacts[];
  /** Number of the next instance to ask for, or null after the last. */
  readonly next: number | null;
}
