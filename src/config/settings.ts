/**
 * What a configuration says once its defaults are filled in: plain JSON data,
 * all durations in milliseconds, all addresses in canonical text. The other
 * rooms read this and never the YAML.
 *
 * @module
 */

import type { Family, Prefixed } from "../wire/address.ts";
import type {
  CheckSettings,
  NotificationSettings,
  NotifyScripts,
  ScriptUser,
  TrackerSettings,
} from "./health_settings.ts";

/** Least severe event that is logged. */
export type LogLevel = "debug" | "info" | "warning" | "error";

/**
 * How a log line is written: `journald` is text behind a `<N>` priority,
 * `auto` is journald under systemd and text (coloured on a terminal) elsewhere.
 */
export type LogFormat = "auto" | "text" | "json" | "journald";

/** Which form of the VRRPv3 IPv4 checksum is sent and accepted. */
export type ChecksumSetting = "auto" | "rfc9568" | "pseudo_header";

/** Gratuitous ARP (or unsolicited neighbour advertisement) settings. */
export interface GarpSettings {
  /** Packets for each VIP in one burst, 1 to 100. */
  readonly repeat: number;
  /** Milliseconds from the first burst as master to the second; 0 for none. */
  readonly delay: number;
  /** Milliseconds between bursts while master; 0 for none. */
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
  /** What moves the priority or causes FAULT. */
  readonly trackers: readonly TrackerSettings[];
  /** Scripts that are told of states. */
  readonly notify: NotifyScripts;
}

/** Instances that are master together or not at all. */
export interface SyncGroupSettings {
  /** Unique name. */
  readonly name: string;
  /** Names of its instances, two or more. */
  readonly instances: readonly string[];
  /** What moves the priority of all members or puts all in FAULT. */
  readonly trackers: readonly TrackerSettings[];
  /** Scripts that are told of states. */
  readonly notify: NotifyScripts;
}

/** The `global` section. */
export interface GlobalSettings {
  /** Name of this host in logs, or null for the host name. */
  readonly routerId: string | null;
  /** Log level and format. */
  readonly log: { readonly level: LogLevel; readonly format: LogFormat };
  /** Milliseconds to wait at start before any instance takes part. */
  readonly startupDelay: number;
  /** Seconds that the kernel keeps a VIP unrenewed, 3 or more, or null. */
  readonly vipLease: number | null;
  /** Whether the core runs with realtime priority and locked memory. */
  readonly realtime: boolean;
  /** User that scripts run as, or null for the daemon's own. */
  readonly scriptUser: ScriptUser | null;
}

/** A whole configuration. */
export interface Settings {
  /** The `global` section. */
  readonly global: GlobalSettings;
  /** The `vrrp_instances` section, in file order. */
  readonly instances: readonly InstanceSettings[];
  /** The `sync_groups` section. */
  readonly syncGroups: readonly SyncGroupSettings[];
  /**
   * The `health_checkers` section that trackers use, and one check for each
   * tracked file and process.
   */
  readonly checks: readonly CheckSettings[];
  /** The `notifications` section. */
  readonly notifications: NotificationSettings;
}
