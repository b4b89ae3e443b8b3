/**
 * A LAN segment: it loses, delays, doubles and reorders, and falls into parts.
 * Its clients learn from announcements which MAC answers for an address.
 *
 * @module
 */

import type { Agenda } from "./agenda.ts";
import { parseArp } from "../wire/arp.ts";
import { formatIp, formatMac } from "../wire/address.ts";
import { between, happens, type Prng } from "./prng.ts";

/** A VRRP message under way. */
export interface Packet {
  /** The bytes behind the IP header. */
  readonly payload: Uint8Array;
  /** Canonical text. */
  readonly source: string;
  /** Canonical text. */
  readonly destination: string;
  /** TTL or hop limit. */
  readonly hopLimit: number;
}

/** Where a link is plugged in. */
export interface Port {
  /** Number of the host that it belongs to. */
  readonly host: number;
  /** Ports of one number hear each other. */
  part: number;
  /** Whether frames go but do not come. */
  deaf: boolean;
  /** Whether frames come and go. */
  live(): boolean;
  /** Takes what arrives. */
  receive(packet: Packet): void;
}

/** Where an address is. */
export interface Announcement {
  /** Canonical text. */
  readonly address: string;
  /** MAC address, text. */
  readonly mac: string;
}

/** One who uses the addresses: in a part of the segment. */
interface Client {
  part: number;
  readonly macs: Map<string, string>;
}

/** Parts that a segment can fall into. */
export const PARTS = 3;

const ND_TARGET = 62;
const ND_FRAME_LENGTH = 86;

/** One segment. */
export class Segment {
  readonly #agenda: Agenda;
  readonly #prng: Prng;
  readonly #clients: readonly Client[] = Array.from(
    { length: PARTS },
    () => ({ part: 0, macs: new Map() }),
  );
  /** All that are plugged in. */
  readonly ports: Port[] = [];
  /** Chance of each delivery to fail, 0 to 1. */
  loss = 0;
  /** Chance of each delivery to come twice, 0 to 1. */
  duplication = 0;
  /** Longest time on the way, in milliseconds. */
  maxDelay: number;
  /** The longest time that a delivery took so far. */
  longest = 0;

  /** @param maxDelay Longest time on the way, in milliseconds. */
  constructor(agenda: Agenda, prng: Prng, maxDelay: number) {
    this.#agenda = agenda;
    this.#prng = prng;
    this.maxDelay = maxDelay;
    this.longest = maxDelay;
  }

  /** Send a packet to every other port of the same part. */
  transmit(from: Port, packet: Packet): void {
    if (!from.live()) return;
    this.longest = Math.max(this.longest, this.maxDelay);
    for (const port of this.ports) {
      if (port === from || port.part !== from.part) continue;
      if (happens(this.#prng, this.loss)) continue;
      const copies = happens(this.#prng, this.duplication) ? 2 : 1;
      for (let copy = 0; copy < copies; copy++) {
        this.#agenda.after(between(this.#prng, 0, this.maxDelay), () => {
          if (port.live() && !port.deaf) port.receive(packet);
        });
      }
    }
  }

  /** A forger sends to every port. */
  forge(packet: Packet): void {
    for (const port of this.ports) {
      if (port.live() && !port.deaf) port.receive(packet);
    }
  }

  /** Tell the clients where an address is. */
  announce(from: Port, told: Announcement): void {
    if (!from.live()) return;
    for (const client of this.#clients) {
      if (client.part !== from.part) continue;
      if (happens(this.#prng, this.loss)) continue;
      client.macs.set(told.address, told.mac);
    }
  }

  /**
   * Fall into parts; each part has a client.
   *
   * @param parts The part of each host, by its number.
   */
  split(parts: readonly number[]): void {
    for (const port of this.ports) port.part = parts[port.host] ?? 0;
    for (const [i, client] of this.#clients.entries()) client.part = i;
  }

  /** Be one again. */
  join(): void {
    for (const port of this.ports) port.part = 0;
    for (const client of this.#clients) client.part = 0;
  }

  /** The MACs that clients of a part believe an address to have. */
  beliefs(part: number, address: string): readonly string[] {
    return this.#clients.flatMap((client) =>
      client.part === part ? client.macs.get(address) ?? [] : []
    );
  }
}

/**
 * What a frame tells: gratuitous ARP or a neighbour advertisement.
 *
 * @returns Null when it is neither.
 */
export function readAnnouncement(frame: Uint8Array): Announcement | null {
  const arp = parseArp(frame);
  if (arp !== null) return { address: arp.senderAddress, mac: arp.senderMac };
  if (frame.length < ND_FRAME_LENGTH) return null;
  return {
    address: formatIp(frame.subarray(ND_TARGET, ND_TARGET + 16)),
    mac: formatMac(frame.subarray(6, 12)),
  };
}
