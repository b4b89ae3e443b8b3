/**
 * What the simulated world consists of: hosts, their instances, time, chance.
 *
 * @module
 */

import type { Engine } from "../../src/vrrp/engine.ts";
import type { Tracker, Verdict } from "../../src/vrrp/priority.ts";
import type { RouterConfig, RouterState } from "../../src/vrrp/state.ts";
import type { ChecksumForm } from "../../src/wire/vrrp_checksum.ts";
import type { Agenda } from "./agenda.ts";
import type { Port, Segment } from "./lan.ts";
import type { Prng } from "./prng.ts";

/** What all virtual hosts share. */
export interface World {
  /** Virtual time. */
  readonly agenda: Agenda;
  /** Chance. */
  readonly prng: Prng;
  /** Latest that a timer fires after its time, in milliseconds. */
  readonly lateness: number;
  /** Takes a line for each thing that happens, or null. */
  readonly trace: ((line: string) => void) | null;
}

/** One instance of a host. */
export interface Instance {
  /** Name, the same on all hosts. */
  readonly name: string;
  /** VRID. */
  readonly vrid: number;
  /** Address that its adverts come from. */
  readonly address: string;
  /** Addresses. */
  readonly virtualIps: readonly string[];
  /** VRRPv2 password, or null. */
  readonly password: string | null;
  /** Configuration that the host starts with. */
  config: RouterConfig;
  /** Segment that it is on. */
  readonly segment: Segment;
  /** Its place there. */
  readonly port: Port;
  /** How long its link must be down, or up, to be believed. */
  readonly linkDelay: { readonly down: number; readonly up: number };
  /** When its link last came or went. */
  linkSince: number;
  /** What moves its priority or means FAULT; its verdicts are the host's. */
  readonly trackers: readonly Tracker[];
  /** Whether the kernel refuses to add addresses. */
  refuses: boolean;
  /** Whether the kernel holds the addresses. */
  held: boolean;
  /** When the daemon heard that somebody removed them, or null. */
  lostAt: number | null;
  /** Checksum form of the next advert. */
  checksumForm: ChecksumForm;
  /** When adverts were sent by the protocol's own doing, within an interval. */
  sent: number[];
  /** When the last advert was sent. */
  sentAt: number;
  /** When it last became MASTER. */
  promotedAt: number;
}

/** An advert as it arrives. */
export interface Datagram {
  /** The bytes behind the IP header. */
  readonly payload: Uint8Array;
  /** Source address. */
  readonly source: string;
}

/** A host. */
export interface Host {
  /** Name. */
  readonly name: string;
  /** Instances by name. */
  readonly instances: Map<string, Instance>;
  /** Names of the instances that form a sync group, or none. */
  readonly group: readonly string[];
  /** What is known of what is watched, by `causeOf()`. */
  readonly verdicts: Map<string, Verdict>;
  /** The engine, or null while the daemon does not run. */
  engine: Engine | null;
  /** What stands still: the daemon, or the whole machine with its network. */
  paused: "process" | "machine" | null;
  /** Datagrams that wait for the daemon. */
  readonly inbox: Datagram[];
  /** Other news that waits for it. */
  readonly news: (() => void)[];
  /** When the timer fires. */
  wakeAt: number;
  /** When the daemon began to wait. */
  restedAt: number;
}

/** State of an instance, or null while the daemon does not run. */
export function stateOf(host: Host, instance: string): RouterState | null {
  return host.engine?.routers.get(instance)?.state ?? null;
}
