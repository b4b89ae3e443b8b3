/**
 * Gratuitous ARP and unsolicited neighbour advertisements: tell the neighbours
 * which MAC answers for an address.
 *
 * @module
 */

import type { Descriptor } from "../../../ffi/libc.ts";
import {
  AF_PACKET,
  openSocket,
  send,
  SOCK_RAW,
  sockaddrLl,
} from "../../../ffi/socket.ts";
import { familyOf } from "../../wire/address.ts";
import { gratuitousArp } from "../../wire/arp.ts";
import { neighborAdvert } from "../../wire/ndp.ts";

/** A link to announce on. */
export interface AnnounceLink {
  /** Index in the kernel. */
  readonly index: number;
  /** Its MAC address; nothing is announced without one. */
  readonly mac: Uint8Array | null;
  /** Whether the host forwards IPv6 from it. */
  readonly router: boolean;
}

/** How a burst is sent. */
export interface Burst {
  /** Packets for each address. */
  readonly repeat: number;
  /** Milliseconds from one packet to the next on the link; 0 for none. */
  readonly interval: number;
}

interface Packet {
  readonly at: number;
  readonly owner: string;
  readonly index: number;
  readonly frame: Uint8Array<ArrayBuffer>;
}

// Read from the frame, which begins with the destination.
const ETHERTYPE = 12;
const MAC_LENGTH = 6;
/** Packets that wait for their time; a burst beyond is cut. */
const MAX_WAITING = 100_000;

/** Sends announcements out by any link. */
export class Announcer implements Disposable {
  // Protocol 0: this socket receives nothing.
  readonly #socket: Descriptor = openSocket(
    AF_PACKET,
    SOCK_RAW,
    0,
    "open a packet socket",
  );
  #waiting: Packet[] = [];

  /**
   * Announce every address, one round after the other, so that each has been
   * announced once before any is repeated. A burst takes the place of one of
   * the same owner that is still being sent.
   *
   * @param owner Whose burst it is.
   * @throws {SyscallError} Such as ENETDOWN.
   */
  announce(
    owner: string,
    { index, mac, router }: AnnounceLink,
    addresses: readonly string[],
    { repeat, interval }: Burst,
    now: number,
  ): void {
    if (mac === null) return;
    const frames = addresses.map((address) =>
      announcement(mac, address, router)
    );
    if (interval === 0) {
      for (let round = 0; round < repeat; round++) {
        for (const frame of frames) this.#send(index, frame);
      }
      return;
    }
    this.cancel(owner);
    const packets = Array.from(
      { length: Math.min(repeat * frames.length, MAX_WAITING) },
      (_, i) => ({
        at: now + i * interval,
        owner,
        index,
        frame: frames[i % frames.length] ?? new Uint8Array(),
      }),
    );
    this.#waiting = [...this.#waiting, ...packets].sort((a, b) => a.at - b.at);
    this.flush(now);
  }

  /** When the next packet is to be sent, or Infinity. */
  get dueAt(): number {
    return this.#waiting[0]?.at ?? Infinity;
  }

  /**
   * Send what is due.
   *
   * @throws {SyscallError} Such as ENETDOWN; the packet is not tried again.
   */
  flush(now: number): void {
    for (;;) {
      const [packet] = this.#waiting;
      if (packet === undefined || packet.at > now) return;
      this.#waiting.shift();
      this.#send(packet.index, packet.frame);
    }
  }

  /** Send nothing more of an owner. */
  cancel(owner: string): void {
    this.#waiting = this.#waiting.filter((packet) => packet.owner !== owner);
  }

  #send(index: number, frame: Uint8Array<ArrayBuffer>): void {
    const protocol = new DataView(frame.buffer).getUint16(ETHERTYPE);
    const to = sockaddrLl(index, protocol, frame.subarray(0, MAC_LENGTH));
    send(this.#socket, frame, to, "announce an address");
  }

  /** Close it. */
  [Symbol.dispose](): void {
    this.#socket[Symbol.dispose]();
  }
}

function announcement(
  mac: Uint8Array,
  address: string,
  router: boolean,
): Uint8Array<ArrayBuffer> {
  return familyOf(address) === "ipv4"
    ? gratuitousArp(mac, address)
    : neighborAdvert(mac, address, router);
}
