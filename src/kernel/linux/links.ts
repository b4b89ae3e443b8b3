/**
 * The host's links and addresses, kept up to date by the kernel's events.
 *
 * @module
 */

import { type Descriptor, ENOBUFS, SyscallError } from "../../../ffi/libc.ts";
import {
  AF_NETLINK,
  bind,
  NETLINK_ROUTE,
  openSocket,
  receive,
  SOCK_RAW,
  sockaddrNl,
} from "../../../ffi/socket.ts";
import {
  dumpAddresses,
  dumpLinks,
  IFA_F_SECONDARY,
  IFF_RUNNING,
  IFF_UP,
  RT_SCOPE_HOST,
  RTMGRP_IPV4_IFADDR,
  RTMGRP_IPV6_IFADDR,
  RTMGRP_LINK,
} from "../../wire/rtnetlink.ts";
import {
  type Link,
  type LinkAddress,
  type NetlinkMessage,
  parseMessages,
} from "../../wire/rtnetlink_parse.ts";
import type { Request, RouteSocket } from "./route_socket.ts";

const MAX_MESSAGE = 1 << 16;
/** Event messages taken in one turn, so that a storm cannot hold the loop. */
const MAX_READS = 2000;
const GROUPS = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR;

/** What {@linkcode LinkTable.update} did. */
export interface Update {
  /** Whether a link or an address changed. */
  readonly changed: boolean;
  /** Whether the table is as the kernel is now. */
  readonly complete: boolean;
}

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
    bind(this.#events, sockaddrNl(GROUPS));
    this.#resynchronise();
  }

  /**
   * Apply the events that are queued. When the kernel had to drop some, the
   * whole table is read again.
   */
  update(): Update {
    let changed = false;
    for (let reads = 0; reads < MAX_READS; reads++) {
      try {
        const bytes = receive(this.#events, this.#buffer);
        if (bytes === null) return { changed, complete: true };
        for (const message of parseMessages(bytes)) {
          if (this.#apply(message)) changed = true;
        }
      } catch (error) {
        if (!(error instanceof SyscallError && error.errno === ENOBUFS)) {
          throw error;
        }
        this.#resynchronise();
        changed = true;
      }
    }
    return { changed, complete: false };
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

  /** Whether a link has an address, with any prefix. */
  has(index: number, address: string): boolean {
    return this.addresses(index).some((known) => known.address === address);
  }

  /** The addresses of all links. */
  allAddresses(): readonly LinkAddress[] {
    return [...this.#addresses.values()].flat();
  }

  #resynchronise(): void {
    this.#links.clear();
    this.#addresses.clear();
    const requests: readonly Request[] = [
      dumpLinks,
      (sequence) => dumpAddresses("ipv4", sequence),
      (sequence) => dumpAddresses("ipv6", sequence),
    ];
    for (const request of requests) {
      for (const message of this.#route.dump(request)) this.#apply(message);
    }
  }

  /** @returns Whether it tells anything new. */
  #apply(message: NetlinkMessage): boolean {
    switch (message.type) {
      case "link": {
        const { link } = message;
        const known = this.#links.get(link.index);
        this.#links.set(link.index, link);
        return JSON.stringify(known) !== JSON.stringify(link);
      }
      case "linkGone":
        this.#addresses.delete(message.link.index);
        return this.#links.delete(message.link.index);
      case "address":
        return this.#put(message.address);
      case "addressGone":
        return this.#remove(message.address);
      default:
        return false;
    }
  }

  #put(address: LinkAddress): boolean {
    const list = this.#addresses.get(address.index) ?? [];
    const at = list.findIndex((known) => isSame(known, address));
    const known = list[at];
    list.splice(at < 0 ? list.length : at, 1, address);
    this.#addresses.set(address.index, list);
    // A lease that is renewed is announced each time.
    return JSON.stringify(known) !== JSON.stringify(address);
  }

  #remove(address: LinkAddress): boolean {
    const list = this.#addresses.get(address.index) ?? [];
    const at = list.findIndex((known) => isSame(known, address));
    if (at >= 0) list.splice(at, 1);
    return at >= 0;
  }

  /** Close the event socket. */
  [Symbol.dispose](): void {
    this.#events[Symbol.dispose]();
  }
}

function isSame(a: LinkAddress, b: LinkAddress): boolean {
  return a.address === b.address && a.prefix === b.prefix;
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
 * The IPv4 address that a host uses as its own on a link: the kernel's first that
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
    address.family === "ipv4" && address.scope < RT_SCOPE_HOST &&
    !isVirtual(address)
  );
  const primary = own.find(({ flags }) => (flags & IFA_F_SECONDARY) === 0);
  return (primary ?? own[0])?.address ?? null;
}
