/**
 * The host's links and IPv4 addresses, kept up to date by the kernel's events.
 *
 * @module
 */

import { type Descriptor, ENOBUFS, SyscallError } from "../../ffi/libc.ts";
import {
  AF_NETLINK,
  bind,
  NETLINK_ROUTE,
  openSocket,
  receive,
  SOCK_RAW,
  sockaddrNl,
} from "../../ffi/socket.ts";
import {
  dumpAddresses,
  dumpLinks,
  IFA_F_SECONDARY,
  IFF_RUNNING,
  IFF_UP,
  RT_SCOPE_HOST,
  RTMGRP_IPV4_IFADDR,
  RTMGRP_LINK,
} from "../wire/rtnetlink.ts";
import {
  type Link,
  type LinkAddress,
  type NetlinkMessage,
  parseMessages,
} from "../wire/rtnetlink_parse.ts";
import type { RouteSocket } from "./route_socket.ts";

const MAX_MESSAGE = 1 << 16;
/** Event messages taken in one turn, so that a storm cannot hold the loop. */
const MAX_READS = 64;

/** A table of links and addresses that follows the kernel. */
export class LinkTable implements Disposable {
  /** The descriptor to wait for. */
  readonly fd: number;
  readonly #route: RouteSocket;
  readonly #events: Descriptor;
  readonly #buffer = new Uint8Array(MAX_MESSAGE);
  readonly #links = new Map<number, Link>();
  readonly #addresses = new Map<number, LinkAddress[]>();

  /**
   * Listen, then read what is there, so that nothing falls between.
   *
   * @throws {SyscallError} When the kernel refuses.
   */
  constructor(route: RouteSocket) {
    this.#route = route;
    this.#events = openSocket(
      AF_NETLINK,
      SOCK_RAW,
      NETLINK_ROUTE,
      "open a netlink socket",
    );
    this.fd = this.#events.fd;
    bind(this.#events, sockaddrNl(RTMGRP_LINK | RTMGRP_IPV4_IFADDR));
    this.#resynchronise();
  }

  /**
   * Apply the events that are queued. When the kernel had to drop some, the
   * whole table is read again.
   *
   * @returns Whether anything was read.
   */
  update(): boolean {
    for (let reads = 0; reads < MAX_READS; reads++) {
      try {
        const bytes = receive(this.#events, this.#buffer);
        if (bytes === null) return reads > 0;
        parseMessages(bytes).forEach((message) => this.#apply(message));
      } catch (error) {
        if (!(error instanceof SyscallError && error.errno === ENOBUFS)) {
          throw error;
        }
        this.#resynchronise();
      }
    }
    return true;
  }

  /** The link of this name, or undefined. */
  byName(name: string): Link | undefined {
    return this.#links.values().find((link) => link.name === name);
  }

  /** The link of this index, or undefined. */
  byIndex(index: number): Link | undefined {
    return this.#links.get(index);
  }

  /** The addresses of a link in the kernel's order. */
  addresses(index: number): readonly LinkAddress[] {
    return this.#addresses.get(index) ?? [];
  }

  /** The addresses of all links. */
  allAddresses(): readonly LinkAddress[] {
    return [...this.#addresses.values()].flat();
  }

  #resynchronise(): void {
    this.#links.clear();
    this.#addresses.clear();
    for (const message of this.#route.dump(dumpLinks)) this.#apply(message);
    const request = (sequence: number): Uint8Array<ArrayBuffer> =>
      dumpAddresses("ipv4", sequence);
    for (const message of this.#route.dump(request)) this.#apply(message);
  }

  #apply(message: NetlinkMessage): void {
    switch (message.type) {
      case "link":
        this.#links.set(message.link.index, message.link);
        return;
      case "linkGone":
        this.#links.delete(message.link.index);
        this.#addresses.delete(message.link.index);
        return;
      case "address":
      case "addressGone": {
        const { index, address, prefix } = message.address;
        const list = this.#addresses.get(index) ?? [];
        const at = list.findIndex((known) =>
          known.address === address && known.prefix === prefix
        );
        if (message.type === "address") {
          list.splice(at < 0 ? list.length : at, 1, message.address);
        } else if (at >= 0) {
          list.splice(at, 1);
        }
        this.#addresses.set(index, list);
      }
    }
  }

  /** Close the event socket. */
  [Symbol.dispose](): void {
    this.#events[Symbol.dispose]();
  }
}

/**
 * Why a link cannot carry adverts.
 *
 * @param name Name that was looked up.
 * @param link What was found.
 * @returns A reason in words, or null when it can.
 */
export function linkFault(name: string, link: Link | undefined): string | null {
  if (link === undefined) return `interface "${name}" does not exist`;
  if ((link.flags & IFF_UP) === 0) return `interface "${name}" is down`;
  if ((link.flags & IFF_RUNNING) === 0) {
    return `interface "${name}" has no carrier`;
  }
  return null;
}

/**
 * The address that a host uses as its own on a link: the kernel's first that
 * is not secondary, or else its first.
 *
 * @param addresses Those of the link.
 * @param isVirtual Tells the addresses that are not the host's own.
 */
export function primaryAddress(
  addresses: readonly LinkAddress[],
  isVirtual: (address: LinkAddress) => boolean,
): string | null {
  const own = addresses.filter((address) =>
    address.scope < RT_SCOPE_HOST && !isVirtual(address)
  );
  const primary = own.find(({ flags }) => (flags & IFA_F_SECONDARY) === 0);
  return (primary ?? own[0])?.address ?? null;
}
