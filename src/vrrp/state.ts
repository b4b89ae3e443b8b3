/**
 * The vocabulary of one virtual router: what it is told to be, what it is,
 * what happens to it and what it asks for. Plain data, durations and times in
 * milliseconds of one monotonic clock.
 *
 * @module
 */

import type {
  FaultReason,
  GroupReason,
  OwnReason,
  Reason,
  Recovery,
} from "./reason.ts";
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
  /** How long a master of lower priority is tolerated before preemption. */
  readonly preemptDelay: number;
  /** Missed adverts that make a master dead. */
  readonly downTimerAdverts: number;
  /** When VIPs are announced again after the first burst; 0 for never. */
  readonly garp: { readonly delay: number; readonly refresh: number };
  /** Whether a master sends a last advert to the better router it yields to. */
  readonly higherPriorityAdvert: boolean;
}

/** Facts that hold in every state. */
export interface Standing {
  /** Effective priority, 1 to 255. */
  readonly priority: number;
  /** Own primary address, for the tie-break; null while there is none. */
  readonly source: string | null;
  /** What keeps this router in FAULT, by cause. */
  readonly faults: Readonly<Record<string, FaultReason>>;
  /** Changes of faults that are not believed yet, at most one of a cause. */
  readonly pending: readonly PendingFault[];
  /** Promotions in a row that failed because the kernel refused an address. */
  readonly refusals: number;
  /** When the last burst for all VIPs was, as whichever master; or null. */
  readonly burstAt: number | null;
  /** Whether it handed over: it preempts nobody until it is resumed. */
  readonly yielded: boolean;
}

/** A fault that comes or goes when it has lasted. */
export type PendingFault = FaultChange & {
  /** When it is believed. */
  readonly at: number;
};

/** A fault that comes or goes. */
export type FaultChange =
  & {
    /** Its cause. */
    readonly cause: string;
  }
  & (
    /** What is wrong. */
    | { readonly kind: "comes"; readonly reason: FaultReason }
    /** What is well again. */
    | { readonly kind: "goes"; readonly reason: Recovery }
  );

/** The master that a backup listens to. */
export interface HeardMaster {
  /** Source of its last accepted advert. */
  readonly address: string;
  /** Priority in that advert. */
  readonly priority: number;
  /** Interval in that advert (RFC 9568: Active_Adver_Interval). */
  readonly interval: number;
}

/** A master that a backup is about to preempt. */
export interface LowerHeard extends HeardMaster {
  /** When its last advert came. */
  readonly at: number;
  /** The own priority then, which was higher. */
  readonly ownPriority: number;
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
  /** How long silence is waited from then. */
  readonly waits: Patience;
  /** Who resigned, while the skew time is waited for that; or null. */
  readonly resigner: string | null;
  /** The master heard last, or null since the start. */
  readonly master: HeardMaster | null;
  /** A router of lower priority that it does not listen to, or null. */
  readonly lowerHeard: LowerHeard | null;
  /** Since when a master of lower priority is tolerated, or null. */
  readonly toleratedSince: number | null;
  /** Since when it tries to hold its addresses before it takes over, or null. */
  readonly claimsSince: number | null;
  /** Whether the kernel holds the addresses that it claims. */
  readonly holds: boolean;
}

/**
 * How long a backup waits in silence: the master-down interval; the skew time
 * after a resignation; one interval and the skew time after it stalled as
 * master; the master-down interval once more after it stalled as backup; not at
 * all when it owns the addresses.
 */
export type Patience = "masterDown" | "skew" | "interval" | "again" | "none";

/** Holding the addresses. */
export interface Master extends Standing {
  /** Discriminant. */
  readonly name: "MASTER";
  /** When the Adver_Timer was last set. */
  readonly advertAt: number;
  /** When the VIPs were last announced; null while the first time is put off. */
  readonly announcedAt: number | null;
  /** When to announce them in another burst, or null. */
  readonly announceAgainAt: number | null;
  /** When a losing or resigning advert was last answered, or null. */
  readonly answeredAt: number | null;
  /** When lost addresses were last put back, or null. */
  readonly repairedAt: number | null;
  /** When to put lost addresses back, or null. */
  readonly repairAt: number | null;
  /** The master whose silence, and nothing else, made it one; or null. */
  readonly missing: string | null;
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

/** An advert that was accepted. */
export interface Advert {
  /** Discriminant. */
  readonly type: "advert";
  /** Where it came from. */
  readonly source: string;
  /** 0 to 255. */
  readonly priority: number;
  /** Milliseconds, as the sender says. */
  readonly interval: number;
  /** When it came, where it was read later; default: now. */
  readonly at?: number;
}

/** Anything but a takeover may be due. */
export interface Deadline {
  /** Discriminant. */
  readonly type: "deadline";
}

/** All that take over together heard no master for as long as they may. */
export interface TakeOver {
  /** Discriminant. */
  readonly type: "takeOver";
  /** When the last of them had. */
  readonly due: number;
  /** Whether one of them did not run meanwhile: see `hasStalled()`. */
  readonly stalled: boolean;
  /** Whether the addresses are to be held first; one of them was refused. */
  readonly claim: boolean;
}

/** Something keeps the router from serving. */
export interface FaultNews {
  /** Discriminant. */
  readonly type: "fault";
  /** What it comes from; one fault of each. */
  readonly cause: string;
  /** What is wrong. */
  readonly reason: FaultReason;
  /** Milliseconds that it must last; default: 0. */
  readonly delay?: number;
}

/** It does no more. */
export interface RecoveryNews {
  /** Discriminant. */
  readonly type: "recover";
  /** See {@linkcode FaultNews.cause}. */
  readonly cause: string;
  /** What is well again. */
  readonly reason: Recovery;
  /** Milliseconds that it must last; default: 0. */
  readonly delay?: number;
}

/** What can happen to a virtual router. */
export type Input =
  | Advert
  | { readonly type: "startup" }
  | { readonly type: "shutdown" }
  | Deadline
  | TakeOver
  | { readonly type: "priority"; readonly priority: number }
  | { readonly type: "source"; readonly source: string | null }
  | FaultNews
  | RecoveryNews
  /** This process was not run for so long just now, in milliseconds. */
  | { readonly type: "stall"; readonly lost: number }
  /** An operator has it give the addresses up to whoever takes them. */
  | { readonly type: "failover"; readonly by: string | null }
  /** It may preempt again. */
  | { readonly type: "resume" }
  /** Another member of its group is master no more, or ended its claim. */
  | { readonly type: "demote"; readonly reason: GroupReason<OwnReason> }
  /** The configuration was replaced by one of the same identity. */
  | { readonly type: "config"; readonly priority: number }
  /** Nothing could be heard before this time, in milliseconds. */
  | { readonly type: "listening"; readonly since: number }
  /** The link has another MAC, which the neighbours do not know. */
  | { readonly type: "macChanged" }
  /** Somebody else removed an address. */
  | { readonly type: "addressLost" }
  /** The kernel holds all addresses, as the last `hold` wanted. */
  | { readonly type: "held" }
  /** The kernel refused an address of the last `hold`, in its words. */
  | { readonly type: "addressRefused"; readonly failure: string };

/** Send an advert. */
export interface SendAdvert {
  /** Discriminant. */
  readonly type: "sendAdvert";
  /** Its priority; 0 resigns. */
  readonly priority: number;
  /**
   * Not before the release ahead of it in the list: for a shell that sends all
   * adverts before it does anything else.
   */
  readonly after?: "release";
}

/** What the shell has to do, in order. */
export type Action =
  | SendAdvert
  /** Make the kernel hold exactly the configured VIPs. */
  | { readonly type: "hold" }
  /** Remove every VIP that this router added. */
  | { readonly type: "release" }
  /**
   * Announce VIPs: all in a burst, those that the hold before it newly added in
   * a burst, or all with one frame each.
   */
  | { readonly type: "announce"; readonly what: "all" | "added" | "refresh" }
  /** Tell that the state changed. */
  | {
    readonly type: "transition";
    readonly from: StateName;
    readonly to: StateName;
    readonly reason: Reason;
  }
  /** Tell that this process was not run when a deadline passed. */
  | { readonly type: "stalled"; readonly late: number }
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
    pending: [],
    refusals: 0,
    burstAt: null,
    yielded: false,
  };
}

/** A step within a state, or none at all. */
export function stay(
  state: RouterState,
  actions: readonly Action[] = [],
): Step {
  return { state, actions };
}

/** Whether a router makes sure of its addresses before it takes over. */
export function claims(state: RouterState): boolean {
  return state.name === "BACKUP" && state.claimsSince !== null;
}

/**
 * Whether the kernel may hold the addresses of a router: it serves, or makes
 * sure that it could.
 */
export function mayHold(state: RouterState): state is Master | Backup {
  return state.name === "MASTER" || claims(state);
}

/** The facts that go from one state into the next. */
export function standing(state: RouterState): Standing {
  const { priority, source, faults, pending } = state;
  const { refusals, burstAt, yielded } = state;
  return { priority, source, faults, pending, refusals, burstAt, yielded };
}

/** The action that tells of a change of state. */
export function transition(
  from: StateName,
  to: StateName,
  reason: Reason,
): Action {
  return { type: "transition", from, to, reason };
}
