/**
 * The sockets that adverts are sent and heard by.
 *
 * @module
 */

import type {
  AdvertReceiver,
  AdvertSender,
  Datagram,
  Failure,
  LinkRef,
  Send,
} from "../../kernel/port.ts";
import { type Family, formatIp } from "../../wire/address.ts";
import type { Packet } from "../lan.ts";
import { happens, type Prng } from "../prng.ts";
import type { Machine, Socket } from "./machine.ts";
import { refusal } from "./refusal.ts";
import type { Thread } from "./thread.ts";
import type { Witness } from "./witness.ts";

/** What the sockets of one daemon share. */
export interface SocketHost {
  /** The kernel. */
  readonly machine: Machine;
  /** The daemon's thread. */
  readonly thread: Thread;
  /** Sees what is sent and read. */
  readonly witness: Witness;
  /** Virtual milliseconds. */
  readonly now: () => number;
  /** Called when something can be read. */
  readonly wake: () => void;
  /** What the side of the daemon changes while it lives. */
  readonly sideWord: () => number;
}

/** Datagrams that fit into a receive buffer. */
const ROOM = 1000;
/** Datagrams that one call gives. */
const BATCH = 32;
/** Milliseconds after which it is not known for certain when one came. */
const OLDEST = 5;
/** How often it is known when one came that is younger. */
const KNOWN = 0.9;
const TTL = 255;

/** A packet that waits to be read. */
export interface Waiting {
  /** The packet. */
  readonly packet: Packet;
  /** When it came. */
  readonly since: number;
}

/** Hears adverts. */
export class FakeReceiver implements AdvertReceiver, Socket {
  readonly #host: SocketHost;
  readonly #link: LinkRef;
  readonly id: number;
  readonly family: Family;
  readonly #prng: Prng;
  readonly #boot: number;
  #queue: Waiting[] = [];
  #given: Uint8Array[] = [];
  readonly #openedAt: number;

  /**
   * @param id What the wait reports.
   * @param prng Chance of its own.
   * @param boot What the clock shows when virtual time begins.
   */
  constructor(
    host: SocketHost,
    link: LinkRef,
    family: Family,
    { id, prng, boot }: {
      readonly id: number;
      readonly prng: Prng;
      readonly boot: number;
    },
  ) {
    this.#host = host;
    this.#link = link;
    this.#prng = prng;
    this.#boot = boot;
    this.family = family;
    this.id = id;
    this.#openedAt = host.now();
    host.machine.sockets.add(this);
  }

  /** Have what another one of this link got before this one was opened. */
  inherit(other: FakeReceiver): void {
    const before = other.#queue.filter(({ since }) => since < this.#openedAt);
    this.#queue.unshift(...before);
  }

  /** Index of the link. */
  get index(): number {
    return this.#link.index;
  }

  /** Whether there is something to read. */
  get ready(): boolean {
    return this.#queue.length > 0;
  }

  /** What waits to be read, and since when. */
  get waiting(): readonly Waiting[] {
    return this.#queue;
  }

  push(packet: Packet): void {
    if (this.#queue.length >= ROOM) return;
    this.#queue.push({ packet, since: this.#host.now() });
    this.#host.wake();
  }

  receive(): readonly (Datagram | null)[] | Failure {
    const { machine, thread, witness, now } = this.#host;
    thread.enter();
    thread.spend(machine.conditions.cost("receive", now()));
    const trouble = machine.conditions.fate("receive", now());
    if (trouble !== null) {
      return refusal(`receive adverts on "${this.#link.name}"`, trouble.code);
    }
    // What was given is valid until the next read only.
    for (const payload of this.#given) payload.fill(0xee);
    this.#given = [];
    return this.#queue.splice(0, BATCH).map(({ packet, since }) => {
      const cameAt = this.#cameAt(since);
      witness.read(this.#link.name, packet, cameAt);
      if (packet.payload.length === 0) return null;
      const payload = packet.payload.slice();
      this.#given.push(payload);
      const { source, destination, hopLimit } = packet;
      const at = this.#boot + cameAt;
      return { at, payload, source, destination, hopLimit };
    });
  }

  /** When a packet came, as far as the port knows it. */
  #cameAt(since: number): number {
    const now = this.#host.now();
    return now - since <= OLDEST && happens(this.#prng, KNOWN) ? since : now;
  }

  close(): void {
    this.#host.machine.sockets.delete(this);
    this.#queue = [];
  }
}

/** Sends adverts. */
export class FakeSender implements AdvertSender {
  readonly #host: SocketHost;
  readonly #link: LinkRef;

  /** @param link What it sends by. */
  constructor(host: SocketHost, link: LinkRef) {
    this.#host = host;
    this.#link = link;
  }

  ready(
    payload: Uint8Array,
    source: Uint8Array,
    destination: Uint8Array,
  ): Send {
    const packet: Packet = {
      payload: payload.slice(),
      source: formatIp(source),
      destination: formatIp(destination),
      hopLimit: TTL,
    };
    return () => this.#send(packet);
  }

  #send(packet: Packet): Failure | null {
    const { machine, thread, witness, now } = this.#host;
    const { name, index } = this.#link;
    thread.enter();
    thread.spend(machine.conditions.cost("send", now()));
    const operation = `send an advert on "${name}"`;
    const trouble = machine.conditions.fate("send", now());
    const link = machine.links.get(index);
    const done = trouble === null && link?.up === true;
    witness.sent(link, packet, done, name);
    if (trouble !== null) return refusal(operation, trouble.code);
    if (link === undefined) return refusal(operation, "ENODEV");
    if (!link.up) return refusal(operation, "ENETDOWN");
    link.nic?.segment.transmit(link.nic, packet);
    return null;
  }

  close(): void {}
}
