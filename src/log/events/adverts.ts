/**
 * Events of adverts and announcements: what is sent, heard and not believed.
 *
 * @module
 */

import { counted, listed, seconds } from "../words.ts";
import { define } from "./define.ts";

/** Why a datagram is not used, as people read it. */
const DROPPED: Readonly<Record<string, string>> = {
  ip_header: "no sound IP header, or too long for an advert",
  truncated: "too short for an advert",
  unknown_vrid: "no instance has this VRID",
  own_address: "sent from our own address (a duplicate address, or a loop)",
  source: "no host can have this address",
  unknown_peer: "not one of unicast_peers",
  hop_limit: "TTL too low, so it was routed or forged",
  destination: "unicast where multicast is configured, or the reverse",
  version: "other VRRP version than configured",
  type: "not an advert",
  length: "length does not fit the address count",
  checksum: "wrong checksum",
  auth_type: "other auth_type than configured",
  auth_data: "wrong auth_pass",
  interval: "other advert_interval than configured",
};

/** What the kernel refused on a link. */
interface Refusal {
  readonly interface: string;
  readonly code: string;
  readonly error: string;
}

function refusalInWords({ interface: link, error }: Refusal): string {
  return `"${link}": ${error}`;
}

/** Events of adverts. */
export const ADVERT_EVENTS = {
  send_failed: define<{
    readonly instance: string;
    readonly code: string;
    readonly error: string;
    readonly count: number;
  }>({
    level: "warning",
    say: ({ error, count }) =>
      count === 0 ? error : `${error}; ${counted(count, "advert")} before`,
    fields: {
      instance: "name of the instance",
      code: "name of the error, such as ENETDOWN",
      error: "the same in words",
      count: "adverts before this one that could not be sent in a row",
    },
    example: {
      instance: "VI_1",
      code: "ENETUNREACH",
      error: "Cannot send: Network is unreachable (ENETUNREACH)",
      count: 0,
    },
    when: "An advert could not be sent; each error once in 60 s.",
    remedy: "A backup will take over: look at the interface, its route and " +
      "the firewall of this host.",
  }),
  send_works: define<{
    readonly instance: string;
    readonly count: number;
    readonly lasted: number;
  }>({
    level: "notice",
    say: ({ count, lasted }) =>
      `Adverts can be sent again, after ${count} that could not ` +
      `within ${seconds(lasted)}`,
    fields: {
      instance: "name of the instance",
      count: "adverts that could not be sent",
      lasted: "milliseconds from the first of them",
    },
    example: { instance: "VI_1", count: 12, lasted: 12_000 },
    when: "Adverts can be sent after some that could not.",
  }),
  receive_failed: define<Refusal>({
    level: "warning",
    say: refusalInWords,
    fields: {
      interface: "name of the interface",
      code: "name of the error, such as ENOBUFS",
      error: "the same in words",
    },
    example: {
      interface: "eth0",
      code: "ENOBUFS",
      error: "Cannot receive adverts: No buffer space available (ENOBUFS)",
    },
    when: "A socket cannot be read, and is replaced; each error once in 60 s.",
  }),
  sockets: define<{ readonly error: string }>({
    level: "error",
    say: ({ error }) => error,
    fields: { error: "what the kernel refused, in words" },
    example: { error: "Cannot open a socket: Too many open files (EMFILE)" },
    when:
      "A socket for adverts cannot be opened: tried again after a growing " +
      "pause, and a fault of the instances until then.",
    remedy: "Look at the limits and the capabilities of the service.",
  }),
  advert_dropped: define<{
    readonly instance?: string;
    readonly interface?: string;
    readonly reason: string;
    readonly source: string;
    readonly virtualRouterId?: number;
    readonly received?: string;
    readonly here?: string;
    readonly unsaid: number;
  }>({
    level: {
      of: ({ reason }) => reason === "unknown_vrid" ? "info" : "warning",
      words: "info for an unknown VRID, else warning",
    },
    say: ({ reason, source, virtualRouterId, received, here, unsaid }) => {
      const why = virtualRouterId === undefined
        ? DROPPED[reason] ?? reason
        : `no instance has VRID ${virtualRouterId}`;
      const both = received === undefined
        ? ""
        : `: ${received} (here: ${here})`;
      const others = unsaid === 0 ? "" : ` (and ${unsaid} more since the last)`;
      return `Ignoring adverts from ${source}: ${why}${both}${others}`;
    },
    fields: {
      instance: "name of the instance whose VRID it has, or absent",
      interface: "name of the interface, where it is of no instance",
      reason: "why it is not used, in one word",
      source: "address that it came from",
      virtualRouterId: "its VRID, where no instance has that",
      received: "what the advert says, where one value differs; no password",
      here: "what is configured in its place",
      unsaid: "datagrams of this reason since the last line",
    },
    example: {
      instance: "VI_1",
      reason: "version",
      source: "192.0.2.2",
      received: "3",
      here: "2",
      unsaid: 0,
    },
    when: "A datagram is not used: once for each reason, and again after the " +
      "state has changed.",
    remedy: "Make the two configurations agree; an unknown VRID may be that " +
      "of somebody else, which is no harm.",
  }),
  address_list_mismatch: define<{
    readonly instance: string;
    readonly source: string;
    readonly received: readonly string[];
    readonly here: readonly string[];
  }>({
    level: "warning",
    say: ({ source, received, here }) =>
      `${source} advertises other addresses: ${listed(received)} ` +
      `(here: ${listed(here)})`,
    fields: {
      instance: "name of the instance",
      source: "address of the master",
      received: "addresses in its advert",
      here: "addresses of this instance",
    },
    example: {
      instance: "VI_1",
      source: "192.0.2.2",
      received: ["192.0.2.100"],
      here: ["192.0.2.100", "192.0.2.101"],
    },
    when: "The master of a virtual router advertises other addresses than " +
      "those configured here; it is believed all the same.",
    remedy: "Make virtual_ips the same on both hosts.",
  }),
  announce_failed: define<Refusal>({
    level: "warning",
    say: refusalInWords,
    fields: {
      interface: "name of the interface",
      code: "name of the error, such as ENETDOWN",
      error: "the same in words",
    },
    example: {
      interface: "eth0",
      code: "ENOBUFS",
      error: "Cannot send frames: No buffer space available (ENOBUFS)",
    },
    when: "An announcement of an address could not be sent; each error once " +
      "in 60 s.",
    remedy: "Neighbours may send to the former master until they ask anew: " +
      "look at the interface.",
  }),
};
