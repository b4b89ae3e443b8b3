/**
 * What a configuration says once its defaults are filled in: plain JSON data,
 * all durations in milliseconds, all addresses in canonical text. The other
 * rooms read this and never the YAML.
 *
 * @module
 */

import type { Family, Prefixed } from "../wire/address.ts";

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
  /** VRRPv2 simple text password, at most 8 bytes, or null for none. */
  readonly password: string | null;
  /** VRRPv3 IPv4 checksum form. */
  readonly checksum: ChecksumSetting;
  /** Missed adverts that make a master dead, 1 to 100. */
  readonly downTimerAdverts: number;
  /** Addresses to hold while master, in the order they are advertised. */
  readonly virtualIps: readonly Prefixed[];
  /** Gratuitous ARP settings. */
  readonly garp: GarpSettings;
}

/** The `global` section. */
export interface GlobalSettings {
  /** Name of this host in logs, or null for the host name. */
  readonly routerId: string | null;
  /** Log level and format. */
  readonly log: { readonly level: LogLevel; readonly format: LogFormat };
}

/** A whole configuration. */
export interface Settings {
  /** The `global` section. */
  readonly global: GlobalSettings;
  /** The `vrrp_instances` section, in file order. */
  readonly instances: readonly InstanceSettings[];
}
