/**
 * The vocabulary of one virtual router: what it is told to be, what it is,
 * what happens to it and what it asks for. Plain data, durations and times in
 * milliseconds of one monotonic clock.
 *
 * @module
 */

import type { Version } from "./timing.ts";

/** What the operator wants of a virtual router; durations in milliseconds. */
export interface RouterConfig {
  /** Protocol version. */
  readonly version: Version;
  /** Configured priority, 1 to 255; 255 owns the addresses. */
  readonly priority: number;
  /** Own Advertisement_Interval. */
  readonly advertInterval: number;
  /** Preempt_Mode. */
  readonly preempt: boolean;
  /** Missed adverts that make a master dead. */
  readonly downTimerAdverts: number;
  /** When VIPs are announced again after the first burst; 0 for never. */
  readonly garp: { readonly delay: number; readonly refresh: number };
}

/** Facts that hold in every state. */
export interface Standing {
  /** Effective priority, 1 to 255. */
  readonly priority: number;
  /** Own primary address, for the tie-break; null while there is none. */
  readonly source: string | null;
  /** What keeps this router in FAULT, by cause, in words. */
  readonly faults: Readonly<Record<string, string>>;
  /** Promotions in a row that failed because the kernel refused an address. */
  readonly refusals: number;
}

/** The master that a backup listens to. */
export interface HeardMaster {
  /** Source of its last accepted advert. */
  readonly address: string;
  /** Priority in that advert. */
  readonly priority: number;
  /** Interval in that advert (RFC 9568: Active_Adver_Interval). */
  readonly interval: number;
}

/** Not running. */
export interface Init extends Standing {
  /** Discriminant. */
  readonly name: "INIT";
}

/** Listening. */
export interface Backup extends Standing {
  /** Discriminant. */
  readonly name: "BACKUP";
  /** When the last accepted advert (or the start) was. */
  readonly heardAt: number;
  /** Whether that advert had priority 0: only Skew_Time is waited. */
  readonly resigned: boolean;
  /** The master heard last, or null since the start. */
  readonly master: HeardMaster | null;
}

/** Holding the addresses. */
export interface Master extends Standing {
  /** Discriminant. */
  readonly name: "MASTER";
  /** When the Adver_Timer was last set. */
  readonly advertAt: number;
  /** When the VIPs were last announced. */
  readonly announcedAt: number;
  /** When to announce them once more, or null. */
  readonly announceAgainAt: number | null;
  /** When a losing or resigning advert was last answered, or null. */
  readonly answeredAt: number | null;
}

/** Unable to serve; see {@linkcode Standing.faults}. */
export interface Fault extends Standing {
  /** Discriminant. */
  readonly name: "FAULT";
  /** When to try refused addresses again, or null. */
  readonly retryAt: number | null;
}

/** State of one virtual router. */
export type RouterState = Init | Backup | Master | Fault;

/** Name of a state. */
export type StateName = RouterState["name"];

/** What can happen to a virtual router. */
export type Input =
  | { readonly type: "startup" }
  | { readonly type: "shutdown" }
  | {
    readonly type: "advert";
    /** Where it came from. */
    readonly source: string;
    /** 0 to 255. */
    readonly priority: number;
    /** Milliseconds, as the sender says. */
    readonly interval: number;
  }
  | { readonly type: "deadline" }
  | { readonly type: "priority"; readonly priority: number }
  | { readonly type: "source"; readonly source: string | null }
  | { readonly type: "fault"; readonly cause: string; readonly reason: string }
  | { readonly type: "recover"; readonly cause: string }
  /** The configuration was replaced by one of the same identity. */
  | { readonly type: "config"; readonly priority: number }
  /** The kernel refused an address. */
  | { readonly type: "addressRefused"; readonly reason: string };

/** What the shell has to do, in order. */
export type Action =
  /** Send an advert of this priority; 0 resigns. */
  | { readonly type: "sendAdvert"; readonly priority: number }
  /** Make the kernel hold exactly the configured VIPs. */
  | { readonly type: "addAddresses" }
  /** Remove every VIP that this router added. */
  | { readonly type: "removeAddresses" }
  /** Send one burst of gratuitous ARP for all VIPs. */
  | { readonly type: "announce" }
  /** Tell that the state changed. */
  | {
    readonly type: "transition";
    readonly from: StateName;
    readonly to: StateName;
    readonly reason: string;
  }
  /** Tell that another router advertises while this one stays master. */
  | {
    readonly type: "rival";
    readonly source: string;
    readonly priority: number;
  };

/** Result of {@linkcode step}. */
export interface Step {
  /** The state from now on. */
  readonly state: RouterState;
  /** What to do, in order. */
  readonly actions: readonly Action[];
}

/** The state before `startup`. */
export function initialState(config: RouterConfig): Init {
  return {
    name: "INIT",
    priority: config.priority,
    source: null,
    faults: {},
    refusals: 0,
  };
}

/** A step within a state, or none at all. */
export function stay(
  state: RouterState,
  actions: readonly Action[] = [],
): Step {
  return { state, actions };
}

/** The facts that go from one state into the next. */
export function standing(state: RouterState): Standing {
  const { priority, source, faults, refusals } = state;
  return { priority, source, faults, refusals };
}

/** The action that tells of a change of state. */
export function transition(
  from: StateName,
  to: StateName,
  reason: string,
): Action {
  return { type: "transition", from, to, reason };
}
