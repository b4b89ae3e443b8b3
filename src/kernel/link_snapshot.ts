/**
 * The links and addresses of this host as they are now, for those who look
 * once and do not follow.
 *
 * @module
 */

import { dumpAddresses, dumpLinks } from "../wire/rtnetlink.ts";
import type { Link, LinkAddress } from "../wire/rtnetlink_parse.ts";
import type { RouteSocket } from "./linux/route_socket.ts";

/** Links and IPv4 addresses in the kernel's order. */
export interface LinkSnapshot {
  /** All links. */
  readonly links: readonly Link[];
  /** The IPv4 addresses of all links. */
  readonly addresses: readonly LinkAddress[];
}

/**
 * Read them.
 *
 * @throws {SyscallError} When the kernel refuses.
 */
export function readLinks(route: RouteSocket): LinkSnapshot {
  const links = route.dump(dumpLinks)
    .flatMap((message) => message.type === "link" ? [message.link] : []);
  const addresses = route
    .dump((sequence) => dumpAddresses("ipv4", sequence))
    .flatMap((message) => message.type === "address" ? [message.address] : []);
  return { links, addresses };
}
