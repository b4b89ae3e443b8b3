/**
 * Sockets that VRRP adverts are heard on and sent from.
 *
 * @module
 */

import { Batch } from "../../../ffi/batch.ts";
import type { Descriptor } from "../../../ffi/libc.ts";
import {
  AF_INET,
  IP_ADD_MEMBERSHIP,
  IP_MULTICAST_ALL,
  IP_MULTICAST_IF,
  IP_MULTICAST_LOOP,
  ipMreqn,
  IPPROTO_IP,
  IPPROTO_RAW,
  openSocket,
  send,
  setOption,
  SO_BINDTODEVICE,
  SO_PRIORITY,
  SO_RCVBUF,
  SOCK_RAW,
  sockaddrIn,
  SOL_SOCKET,
} from "../../../ffi/socket.ts";
import { ipBytes, VRRP_GROUP_IPV4 } from "../../wire/address.ts";
import {
  emitIpv4,
  IPPROTO_VRRP,
  parseIpv4,
  VRRP_TOS,
  VRRP_TTL,
} from "../../wire/ipv4.ts";

/** A link as far as sockets need it. */
export interface LinkRef {
  /** Index in the kernel. */
  readonly index: number;
  /** Name. */
  readonly name: string;
}

/** What came in one IP datagram. */
export interface Datagram {
  /** The VRRP message, valid until the next read. */
  readonly payload: Uint8Array;
  /** Source address. */
  readonly source: string;
  /** Destination address. */
  readonly destination: string;
  /** TTL on arrival. */
  readonly hopLimit: number;
  /** Index of the link it came in by. */
  readonly ifindex: number;
}

const GROUP = ipBytes(VRRP_GROUP_IPV4);
const TC_PRIO_CONTROL = 7;
const BATCH = 32;
// The longest advert is 20 + 40 bytes of header and 8 + 255 × 4 + 8 of VRRP.
const MAX_DATAGRAM = 2048;
const RECEIVE_BUFFER = 1 << 20;

/** Hears the adverts that arrive by one link. */
export class AdvertReceiver implements Disposable {
  /** The descriptor to wait for. */
  readonly fd: number;
  readonly #link: LinkRef;
  readonly #socket: Descriptor;
  readonly #batch = new Batch(BATCH, MAX_DATAGRAM);

  /** @throws {SyscallError} EPERM without CAP_NET_RAW. */
  constructor(link: LinkRef) {
    this.#link = link;
    this.#socket = openSocket(
      AF_INET,
      SOCK_RAW,
      IPPROTO_VRRP,
      "open a socket for adverts",
    );
    this.fd = this.#socket.fd;
    try {
      setOption(this.#socket, SOL_SOCKET, SO_BINDTODEVICE, name(link));
      setOption(this.#socket, SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER);
      // Only what this socket joined, on this link.
      setOption(this.#socket, IPPROTO_IP, IP_MULTICAST_ALL, 0);
      const membership = ipMreqn(GROUP, link.index);
      setOption(this.#socket, IPPROTO_IP, IP_ADD_MEMBERSHIP, membership);
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /**
   * Take up to 32 datagrams.
   *
   * @returns Null for each that is no IPv4 datagram or is too long for an
   *   advert; empty when there is none.
   * @throws {SyscallError} Such as ENETDOWN.
   */
  receive(): readonly (Datagram | null)[] {
    return this.#batch.receive(this.#socket).map((bytes) => {
      const packet = bytes === null ? null : parseIpv4(bytes);
      if (packet === null) return null;
      const { payload, source, destination, ttl } = packet;
      const ifindex = this.#link.index;
      return { payload, source, destination, hopLimit: ttl, ifindex };
    });
  }

  /** Close it. */
  [Symbol.dispose](): void {
    this.#socket[Symbol.dispose]();
  }
}

/** Sends adverts out by one link. */
export class AdvertSender implements Disposable {
  readonly #socket: Descriptor;
  #id = 0;

  /** @throws {SyscallError} EPERM without CAP_NET_RAW. */
  constructor(link: LinkRef) {
    // IPPROTO_RAW takes whole IP datagrams and receives nothing.
    this.#socket = openSocket(
      AF_INET,
      SOCK_RAW,
      IPPROTO_RAW,
      "open a socket for adverts",
    );
    try {
      setOption(this.#socket, SOL_SOCKET, SO_BINDTODEVICE, name(link));
      setOption(this.#socket, SOL_SOCKET, SO_PRIORITY, TC_PRIO_CONTROL);
      const out = ipMreqn(new Uint8Array(4), link.index);
      setOption(this.#socket, IPPROTO_IP, IP_MULTICAST_IF, out);
      setOption(this.#socket, IPPROTO_IP, IP_MULTICAST_LOOP, 0);
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /**
   * Send one advert (RFC 9568 §5.1.1).
   *
   * @param payload The VRRP message.
   * @param source Own address.
   * @param destination The VRRP group, or a unicast peer.
   * @throws {SyscallError} Such as ENETDOWN, or EPERM from a firewall.
   */
  send(payload: Uint8Array, source: string, destination: string): void {
    this.#id = (this.#id + 1) & 0xffff;
    const datagram = emitIpv4({
      source,
      destination,
      ttl: VRRP_TTL,
      tos: VRRP_TOS,
      protocol: IPPROTO_VRRP,
      id: this.#id,
    }, payload);
    const to = sockaddrIn(ipBytes(destination));
    send(this.#socket, datagram, to, "send an advert");
  }

  /** Close it. */
  [Symbol.dispose](): void {
    this.#socket[Symbol.dispose]();
  }
}

function name(link: LinkRef): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${link.name}\0`);
}
