/**
 * The `vrrp_instances` section once its defaults are filled in: plain JSON
 * data, durations in milliseconds, addresses in canonical text.
 *
 * @module
 */

import type { Family, Prefixed } from "../../wire/address.ts";
import type { NotifyScripts } from "./notify.ts";
import type { TrackerSettings } from "./tracker.ts";

/** Which form of the VRRPv3 IPv4 checksum is sent and accepted. */
export type ChecksumSetting = "auto" | "rfc9568" | "pseudo_header";

/** Gratuitous ARP (or unsolicited neighbour advertisement) settings. */
export interface GarpSettings {
  /** Packets for each VIP in one burst, 1 to 100. */
  readonly repeat: number;
  /** Milliseconds from the first burst as master to the second; 0 for none. */
  readonly delay: number;
  /** Milliseconds between later refreshes, one packet for each VIP; 0 for none. */
  readonly refresh: number;
  /** Milliseconds between two packets of a burst on a link; 0 for none. */
  readonly interval: number;
}

/** An address to hold while master. */
export interface VirtualIp extends Prefixed {
  /** Link that carries it, or null for the instance's own. */
  readonly interface: string | null;
  /** Scope in the kernel. */
  readonly scope: "global" | "link" | "host";
  /** IPv4 label, at most 15 bytes and beginning with the link, or null. */
  readonly label: string | null;
  /** Whether the link that carries it is a fault while missing or down. */
  readonly track: boolean;
  /** IPv6: whether the host may use it as the source of its own connections. */
  readonly preferred: boolean;
}

/** A router that adverts are sent to one by one. */
export interface UnicastPeer {
  /** Its address. */
  readonly address: string;
  /** Least TTL that its adverts may arrive with, 1 to 255. */
  readonly minTtl: number;
}

/** One entry of `vrrp_instances`. */
export interface InstanceSettings {
  /** Unique name, as operators see it. */
  readonly name: string;
  /** Name of the link that adverts are sent and heard on. */
  readonly interface: string;
  /** Family of the adverts. */
  readonly family: Family;
  /** Protocol version: 2 is RFC 3768, 3 is RFC 9568. */
  readonly version: 2 | 3;
  /** VRID, 1 to 255. */
  readonly virtualRouterId: number;
  /** Configured priority, 1 to 255; 255 owns the addresses. */
  readonly priority: number;
  /** Milliseconds between adverts. */
  readonly advertInterval: number;
  /** Whether a better priority takes over from a live master. */
  readonly preempt: boolean;
  /** Milliseconds to listen to a lower-priority master before preempting. */
  readonly preemptDelay: number;
  /** VRRPv2 simple text password, at most 8 bytes, or null for none. */
  readonly password: string | null;
  /** VRRPv3 IPv4 checksum form. */
  readonly checksum: ChecksumSetting;
  /** Missed adverts that make a master dead, 1 to 100. */
  readonly downTimerAdverts: number;
  /** Milliseconds that a link must be up before it counts as up. */
  readonly linkUpDelay: number;
  /** Milliseconds that a link must be down before it counts as down. */
  readonly linkDownDelay: number;
  /** Routers to send to in place of the multicast group; empty for multicast. */
  readonly unicastPeers: readonly UnicastPeer[];
  /** Source of adverts, or null for the link's primary address. */
  readonly sourceAddress: string | null;
  /** Addresses to hold while master, in the order they are advertised. */
  readonly virtualIps: readonly VirtualIp[];
  /** Addresses to hold while master that are not advertised; any family. */
  readonly excludedVirtualIps: readonly VirtualIp[];
  /** Gratuitous ARP settings. */
  readonly garp: GarpSettings;
  /** Whether a master that hears a better one sends one more advert. */
  readonly higherPriorityAdvert: boolean;
  /** What moves the priority or causes FAULT. */
  readonly trackers: readonly TrackerSettings[];
  /** Scripts that are told of states. */
  readonly notify: NotifyScripts;
}
