/**
 * Asks a segment who has an address, without claiming it.
 *
 * @module
 */

import type { Descriptor } from "../../ffi/libc.ts";
import {
  AF_PACKET,
  bind,
  openSocket,
  receive,
  send,
  SOCK_RAW,
  sockaddrLl,
} from "../../ffi/socket.ts";
import { parseMac } from "../wire/address.ts";
import { type ArpPacket, ETH_P_ARP, parseArp } from "../wire/arp.ts";
import { arpProbe } from "../wire/arp_probe.ts";

const BROADCAST = new Uint8Array(6).fill(0xff);
const MAX_FRAME = 2048;
const MAX_READS = 256;

/** A link that ARP runs on. */
export interface ArpLink {
  /** Index in the kernel. */
  readonly index: number;
  /** MAC address with colons. */
  readonly mac: string;
}

/** Sends probes and takes what other hosts say by ARP. */
export class ArpProber implements Disposable {
  readonly #socket: Descriptor;
  readonly #link: ArpLink;
  readonly #to: Uint8Array<ArrayBuffer>;
  readonly #buffer = new Uint8Array(MAX_FRAME);

  /** @throws {SyscallError} EPERM without CAP_NET_RAW. */
  constructor(link: ArpLink) {
    this.#link = link;
    this.#to = sockaddrLl(link.index, ETH_P_ARP, BROADCAST);
    // Protocol 0 receives nothing until the socket is bound to its link.
    this.#socket = openSocket(AF_PACKET, SOCK_RAW, 0, "open a packet socket");
    try {
      bind(this.#socket, this.#to);
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /**
   * Ask for an IPv4 address once.
   *
   * @throws {SyscallError} Such as ENETDOWN.
   */
  send(address: string): void {
    const mac = parseMac(this.#link.mac) ?? new Uint8Array(6);
    send(this.#socket, arpProbe(mac, address), this.#to, "send an ARP probe");
  }

  /**
   * Take what has arrived from other MAC addresses, at most 256 packets.
   *
   * @throws {SyscallError} Such as ENETDOWN.
   */
  receive(): readonly ArpPacket[] {
    const packets: ArpPacket[] = [];
    for (let reads = 0; reads < MAX_READS; reads++) {
      const frame = receive(this.#socket, this.#buffer);
      if (frame === null) break;
      const packet = parseArp(frame);
      if (packet !== null && packet.senderMac !== this.#link.mac) {
        packets.push(packet);
      }
    }
    return packets;
  }

  /** Close it. */
  [Symbol.dispose](): void {
    this.#socket[Symbol.dispose]();
  }
}
