/**
 * Gratuitous ARP: tells the neighbours which MAC answers for an address.
 *
 * @module
 */

import type { Descriptor } from "../../ffi/libc.ts";
import {
  AF_PACKET,
  openSocket,
  send,
  SOCK_RAW,
  sockaddrLl,
} from "../../ffi/socket.ts";
import { gratuitousArp } from "../wire/arp.ts";

const ETH_P_ARP = 0x0806;
const BROADCAST = new Uint8Array(6).fill(0xff);

/** Sends announcements out by any link. */
export class Announcer implements Disposable {
  // Protocol 0: this socket receives nothing.
  readonly #socket: Descriptor = openSocket(
    AF_PACKET,
    SOCK_RAW,
    0,
    "open a packet socket",
  );

  /**
   * Announce every address, one round after the other, so that each has been
   * announced once before any is repeated.
   *
   * @param link Index and MAC of the link; nothing is sent without a MAC.
   * @param addresses IPv4 addresses.
   * @param repeat Packets for each address.
   * @throws {SyscallError} Such as ENETDOWN.
   */
  announce(
    link: { readonly index: number; readonly mac: Uint8Array | null },
    addresses: readonly string[],
    repeat: number,
  ): void {
    const { index, mac } = link;
    if (mac === null) return;
    const to = sockaddrLl(index, ETH_P_ARP, BROADCAST);
    const frames = addresses.map((address) => gratuitousArp(mac, address));
    for (let round = 0; round < repeat; round++) {
      for (const frame of frames) {
        send(this.#socket, frame, to, "send a gratuitous ARP");
      }
    }
  }

  /** Close it. */
  [Symbol.dispose](): void {
    this.#socket[Symbol.dispose]();
  }
}
