/**
 * Why a virtual router changes its state: facts, to be put in words elsewhere.
 * Durations in milliseconds, addresses as text, priorities 0 to 255.
 *
 * @module
 */

/** What a link is good for: nothing, unless it is up. */
export type LinkCondition = "missing" | "down" | "no_carrier" | "up";

/** A link is not, or is again, as it has to be. */
export interface LinkReason {
  /** Discriminant. */
  readonly kind: "interface";
  /** Name of the link. */
  readonly interface: string;
  /** How it is; a tracker may want it not to be up. */
  readonly condition: LinkCondition;
  /** The virtual IP that makes it matter, where adverts go by another link. */
  readonly carries: string | null;
}

/** What links there are is not known, or is known again. */
export interface LinksReason {
  /** Discriminant. */
  readonly kind: "links";
  /** Whether the kernel listed them. */
  readonly known: boolean;
}

/** There is no address to send adverts from, or there is one again. */
export interface SourceReason {
  /** Discriminant. */
  readonly kind: "source";
  /** Name of the link. */
  readonly interface: string;
  /**
   * No address at all, only a virtual IP, not the configured one; null when
   * there is one.
   */
  readonly lacks: "any" | "own" | "configured" | null;
  /** The virtual IP, or the configured one; or null. */
  readonly address: string | null;
}

/** Sockets cannot be opened, or can again. */
export interface SocketReason {
  /** Discriminant. */
  readonly kind: "sockets";
  /** In the kernel's words; null when they are open. */
  readonly failure: string | null;
}

/** A health check that means FAULT. */
export interface CheckReason {
  /** Discriminant. */
  readonly kind: "check";
  /** Its name. */
  readonly check: string;
  /** Its verdict; null when it has none. */
  readonly up: boolean | null;
  /** The number that it read, or null. */
  readonly value: number | null;
  /** Why it fails, in its own words, or null. */
  readonly detail: string | null;
}

/** The kernel refused an address. */
export interface RefusedReason {
  /** Discriminant. */
  readonly kind: "refused";
  /** In the kernel's words. */
  readonly failure: string;
}

/** Addresses were neither held nor refused. */
export interface UnansweredReason {
  /** Discriminant. */
  readonly kind: "unanswered";
  /** How long was waited for it. */
  readonly waited: number;
}

/** An operator took it out of service. */
export interface DrainedReason {
  /** Discriminant. */
  readonly kind: "drained";
  /** Who, as the client said, or null. */
  readonly by: string | null;
  /** Why, in the operator's words, or null. */
  readonly reason: string | null;
  /** When it ends by itself, in milliseconds since 1970 UTC, or null. */
  readonly until: number | null;
}

/** What is so because it is so of another member of the group. */
export interface GroupReason<Because> {
  /** Discriminant. */
  readonly kind: "group";
  /** Name of the member that it began with. */
  readonly instance: string;
  /** What happened to that one. */
  readonly because: Because;
}

/** What keeps a router by itself from serving. */
export type OwnFault =
  | LinkReason
  | LinksReason
  | SourceReason
  | SocketReason
  | CheckReason
  | RefusedReason
  | UnansweredReason
  | DrainedReason;

/** What keeps a router from serving. */
export type FaultReason = OwnFault | GroupReason<OwnFault>;

/** What is well again of a router by itself. */
export type OwnRecovery =
  | LinkReason
  | LinksReason
  | SourceReason
  | SocketReason
  | CheckReason
  /** What is watched may be as it was, and means FAULT no more. */
  | {
    readonly kind: "unwatched";
    /** What it is. */
    readonly type: "check" | "interface";
    /** Its name. */
    readonly name: string;
  }
  /** Addresses that were not held are tried again. */
  | { readonly kind: "retry" }
  | ResumedRecovery;

/** It is drained no more, or only as last resort. */
export interface ResumedRecovery {
  /** Discriminant. */
  readonly kind: "resumed";
  /** Who asked, as the client said, or null. */
  readonly by: string | null;
  /** It was asked for, its time is over, or it is to be the last resort. */
  readonly why: "asked" | "over" | "last_resort";
}

/** What is well again. */
export type Recovery =
  | OwnRecovery
  | GroupReason<OwnRecovery>
  /** No other member of the group has a fault, or it is in none. */
  | { readonly kind: "group_well" };

/** A master was silent for as long as it may be. */
export interface SilenceReason {
  /** Discriminant. */
  readonly kind: "silence";
  /** Whom nothing was heard of; null when nobody was heard at all. */
  readonly peer: string | null;
  /** For how long. */
  readonly silentFor: number;
}

/** A master lives and is worse. */
export interface PreemptReason {
  /** Discriminant. */
  readonly kind: "preempt";
  /** Its address. */
  readonly peer: string;
  /** Priority in its last advert. */
  readonly peerPriority: number;
  /** Own priority when that was heard. */
  readonly ownPriority: number;
  /** The preempt_delay that it was tolerated for; 0 for none. */
  readonly delay: number;
}

/** Another master is better. */
export interface BetterReason {
  /** Discriminant. */
  readonly kind: "better";
  /** Its address. */
  readonly peer: string;
  /** Its priority. */
  readonly peerPriority: number;
  /** Own priority. */
  readonly ownPriority: number;
}

/** Another master is as good, and has the greater address. */
export interface TieReason {
  /** Discriminant. */
  readonly kind: "tie";
  /** Its address. */
  readonly peer: string;
  /** Priority of both. */
  readonly priority: number;
  /** The own address. */
  readonly ownAddress: string;
}

/** What happens to a router by itself. */
export type OwnReason =
  | OwnFault
  | SilenceReason
  | PreemptReason
  | BetterReason
  | TieReason
  | { readonly kind: "started" }
  | { readonly kind: "stopped" }
  | { readonly kind: "owner" }
  /** An operator had it give the addresses up to whoever takes them. */
  | { readonly kind: "handed_over"; readonly by: string | null }
  /** A master gave the addresses up, by an advert of priority 0. */
  | { readonly kind: "resigned"; readonly peer: string }
  /** It listens to a master elsewhere. */
  | {
    readonly kind: "listens";
    readonly peer: string;
    readonly peerPriority: number;
  }
  /** As master it was not run, and may have been replaced. */
  | {
    readonly kind: "stall";
    /** How long its process was not run, until just now. */
    readonly lost: number;
    /** By how much its next advert is late. */
    readonly overdue: number;
  }
  /** Several faults at once. */
  | { readonly kind: "faults"; readonly faults: readonly FaultReason[] }
  | { readonly kind: "recovered"; readonly what: Recovery };

/** Why a router changes its state. */
export type Reason = OwnReason | GroupReason<OwnReason>;

/** What happens to the others of a group by what happened to a member. */
export function throughGroup<Because extends { readonly kind: string }>(
  instance: string,
  because: Because | GroupReason<Because>,
): GroupReason<Because> {
  return isOfGroup(because) ? because : { kind: "group", instance, because };
}

function isOfGroup<Because extends { readonly kind: string }>(
  because: Because | GroupReason<Because>,
): because is GroupReason<Because> {
  return because.kind === "group";
}

/** Whether two say the same: plain data, made in one way each. */
export function isSameReason(
  a: FaultReason | Recovery | undefined,
  b: FaultReason | Recovery,
): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
