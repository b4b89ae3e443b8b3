/**
 * A story: a cluster and what happens to it, when. Plain data, so that it can
 * be told again, shorter.
 *
 * @module
 */

import type { Cluster } from "./cluster.ts";
import type { Call } from "../machine/conditions.ts";
import type { ErrorCode } from "../machine/refusal.ts";

/** What happens to a link of a host. */
export type LinkAct =
  | "down"
  | "up"
  | "unplug"
  | "plug"
  | "rename"
  | "recreate"
  | "mac"
  | "enslave"
  | "flush"
  | "dhcp"
  | "steal"
  | "foreign"
  | "noIpv6";

/** What happens to the daemon of a host. */
export type ProcessAct =
  | "start"
  | "kill"
  | "stop"
  | "pause"
  | "pauseAtClock"
  | "late"
  | "sleep"
  | "crash"
  | "bug"
  | "stallSide"
  /** A new daemon takes over. */
  | "handOver";

/** What a reload changes. */
export type ReloadAct =
  | "priority"
  | "vip"
  | "prefix"
  | "remove"
  | "restart"
  | "label"
  | "lease"
  | "groups";

/** What an operator orders. */
export type OperatorAct = "drain" | "lastResort" | "failover" | "resume";

/** One thing that happens. Durations and times in milliseconds. */
export type Act =
  | {
    readonly type: "lan";
    readonly segment: number;
    readonly loss: number;
    readonly duplication: number;
    /** How many times the usual delay. */
    readonly delay: number;
  }
  | {
    readonly type: "split";
    readonly segment: number;
    /** The part of each host; empty to join. */
    readonly parts: readonly number[];
  }
  | { readonly type: "deafen"; readonly host: number; readonly segment: number }
  /** Adverts that no router sent: these priorities in turn. */
  | {
    readonly type: "forge";
    /** Number of the instance. */
    readonly instance: number;
    readonly priorities: readonly number[];
    readonly every: number;
    readonly count: number;
  }
  | {
    readonly type: "slow";
    readonly host: number;
    readonly call: Call;
    readonly chance: number;
    readonly most: number;
    readonly lasts: number;
  }
  /** The RTNL lock is held. */
  | { readonly type: "lock"; readonly host: number; readonly lasts: number }
  | {
    readonly type: "refuse";
    readonly host: number;
    readonly call: Call;
    readonly code: ErrorCode;
    readonly chance: number;
    readonly unanswered: boolean;
    readonly lasts: number;
  }
  /**
   * So many events at once, that concern nobody; while a link is down that was
   * up before and is after.
   */
  | {
    readonly type: "flood";
    readonly host: number;
    readonly count: number;
    /** The segment of the link, or null for none. */
    readonly blinks: number | null;
  }
  | {
    readonly type: "link";
    readonly host: number;
    readonly segment: number;
    readonly what: LinkAct;
    readonly lasts: number;
  }
  | {
    readonly type: "process";
    readonly host: number;
    readonly what: ProcessAct;
    /** How long; after a kill, when it is started again; calls to a bug. */
    readonly lasts: number;
  }
  | {
    readonly type: "verdict";
    readonly host: number;
    readonly check: string;
    readonly up: boolean | null;
  }
  | {
    readonly type: "operate";
    readonly host: number;
    /** Number of the instance. */
    readonly instance: number;
    readonly what: OperatorAct;
    /** When it ends by itself, or null. */
    readonly lasts: number | null;
  }
  | {
    readonly type: "reload";
    /** The host, or all of them where they have to agree. */
    readonly host: number;
    readonly instance: number;
    readonly what: ReloadAct;
    readonly number: number;
  };

/** What happens when. */
export interface Entry {
  /** Milliseconds since the beginning. */
  readonly at: number;
  /** What happens. */
  readonly act: Act;
}

/** A story. */
export interface Story {
  /** To whom it happens. */
  readonly cluster: Cluster;
  /** What happens, in order of time. */
  readonly entries: readonly Entry[];
  /** Milliseconds since the beginning when all is well again. */
  readonly calmAt: number;
  /** Whether at the end everything that is broken for long is mended too. */
  readonly heals: boolean;
  /** Whether the daemons are stopped at the end. */
  readonly stops: boolean;
}
