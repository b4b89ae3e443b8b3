/**
 * One instance as the core runs it: its settings beside what was counted and
 * what was said of it.
 *
 * @module
 */

import type {
  InstanceSettings,
  VirtualIp,
} from "../../config/settings/instance.ts";
import type { TrackerSettings } from "../../config/settings/tracker.ts";
import type { AdvertSender, Send } from "../../kernel/port.ts";
import { ipBytes, VRRP_GROUP_IPV4 } from "../../wire/address.ts";
import type { ChecksumForm } from "../../wire/vrrp_checksum.ts";
import type { Reason } from "../../vrrp/reason.ts";
import type { HeardMaster, StateName } from "../../vrrp/state.ts";
import { Budget, MOST_OF_ONE } from "./budget.ts";
import { type Counters, newCounters } from "./counters.ts";
import type { Heard } from "./heard.ts";
import { HeardHosts } from "./heard_hosts.ts";
import { Reports } from "./reports.ts";
import { Rivals } from "./rivals.ts";

/** Where adverts go. */
export interface Destination {
  /** Canonical text. */
  readonly address: string;
  /** 4 or 16 bytes. */
  readonly bytes: Uint8Array;
}

/** Adverts of one content, ready to be sent. */
export interface ReadyAdverts {
  /** Priority that they say. */
  readonly priority: number;
  /** Canonical text of the own address. */
  readonly source: string;
  readonly checksumForm: ChecksumForm;
  /** Who sends them. */
  readonly sender: AdvertSender;
  /** One for each destination. */
  readonly sends: readonly Send[];
}

/** How an instance came into its state. */
export interface Entrance {
  /** When, in milliseconds since 1970 UTC. */
  readonly time: number;
  /** From which state; null before the first change. */
  readonly from: StateName | null;
  /** Why; null before the first change. */
  readonly reason: Reason | null;
}

/** One instance. */
export interface Instance {
  /** Settings in force. */
  settings: InstanceSettings;
  /** Where its adverts go, by the settings. */
  destinations: readonly Destination[];
  /** All that it advertises, by the settings. */
  advertised: readonly string[];
  /** Trackers that count for it: its own and those of its group. */
  trackers: readonly TrackerSettings[];
  /** Link that adverts are sent by. */
  readonly sendLink: string;
  /** Link that adverts are heard on. */
  readonly receiveLink: string;
  /** Sends its adverts; null while its link is missing. */
  sender: AdvertSender | null;
  /** The adverts sent last, or null. */
  ready: ReadyAdverts | null;
  /** The advert accepted last by these settings, or null. */
  heard: Heard | null;
  /** The other hosts that it hears, by these settings. */
  readonly hosts: HeardHosts;
  /** Checksum form of the last accepted advert, sent where none is pinned. */
  checksumForm: ChecksumForm;
  /** Since when its adverts cannot be sent, and how many; or null. */
  mute: { readonly since: number; count: number } | null;
  /** The other masters while it is one. */
  readonly rivals: Rivals;
  /** The master that was told of in this state, or counted; or null. */
  toldMaster:
    | Pick<HeardMaster, "address" | "priority"> & { readonly isTold: boolean }
    | null;
  /** Whether its addresses were announced in this state. */
  isAnnounced: boolean;
  /** How it came into its state. */
  entrance: Entrance;
  /** When it handed over, until somebody has taken over; or null. */
  failedOverAt: number | null;
  /** What may be told of it. */
  readonly budget: Budget;
  /** Changes of state that the log was not told of. */
  untold: number;
  /** What was counted. */
  readonly counters: Counters;
  /** What was said of it. */
  readonly reports: Reports;
}

/**
 * An instance that has counted nothing yet.
 *
 * @param time Milliseconds since 1970 UTC.
 */
export function newInstance(
  settings: InstanceSettings,
  time: number,
): Instance {
  return {
    settings,
    destinations: destinationsOf(settings),
    advertised: settings.virtualIps.map(({ address }) => address),
    trackers: settings.trackers,
    sendLink: settings.interface,
    receiveLink: settings.interface,
    sender: null,
    ready: null,
    heard: null,
    hosts: new HeardHosts(),
    // What peers of RFC 5798 verify; an RFC 9568 one is answered in its form.
    checksumForm: "pseudo_header",
    mute: null,
    rivals: new Rivals(),
    toldMaster: null,
    isAnnounced: false,
    entrance: { time, from: null, reason: null },
    failedOverAt: null,
    budget: new Budget(MOST_OF_ONE),
    untold: 0,
    counters: newCounters(),
    reports: new Reports(),
  };
}

/** Use other settings of the same virtual router. */
export function useSettings(
  instance: Instance,
  settings: InstanceSettings,
): void {
  instance.settings = settings;
  instance.destinations = destinationsOf(settings);
  instance.advertised = settings.virtualIps.map(({ address }) => address);
  instance.ready = null;
  instance.heard = null;
  instance.hosts.clear();
}

function destinationsOf(
  { unicastPeers }: InstanceSettings,
): readonly Destination[] {
  const addresses = unicastPeers.length === 0
    ? [VRRP_GROUP_IPV4]
    : unicastPeers.map(({ address }) => address);
  return addresses.map((address) => ({ address, bytes: ipBytes(address) }));
}

/** Name of the link that carries a VIP of an instance. */
export function carrierOf(settings: InstanceSettings, vip: VirtualIp): string {
  return vip.interface ?? settings.interface;
}

/** All that an instance holds while master, advertised or not. */
export function allVirtualIps(
  settings: InstanceSettings,
): readonly VirtualIp[] {
  return [...settings.virtualIps, ...settings.excludedVirtualIps];
}

/** Names of the links that an instance uses. */
export function linksOf(settings: InstanceSettings): ReadonlySet<string> {
  const carriers = allVirtualIps(settings).map((vip) =>
    carrierOf(settings, vip)
  );
  return new Set([settings.interface, ...carriers]);
}

/** The VIP that an instance has with this address on this link, if any. */
export function virtualIpOn(
  settings: InstanceSettings,
  address: string,
  link: string,
): VirtualIp | undefined {
  return allVirtualIps(settings).find((vip) =>
    vip.address === address && carrierOf(settings, vip) === link
  );
}
