/**
 * Links and addresses as the kernel's messages tell of them.
 *
 * @module
 */

import {
  IFF_LOWER_UP,
  IFF_MULTICAST,
  IFF_RUNNING,
  IFF_UP,
} from "../../wire/rtnetlink.ts";
import type { Link, LinkAddress } from "../../wire/rtnetlink_parse.ts";
import type { KernelAddress } from "./address_table.ts";
import type { SimLink } from "./machine.ts";

const IFF_BROADCAST = 0x2;
const MTU = 1500;
/** RT_SCOPE_LINK, for link-local addresses. */
const SCOPE_LINK = 253;

/** The link-local address that a link gets when it is set up. */
export function linkLocal(
  address: string,
): Omit<KernelAddress, "protocol" | "flags"> {
  return {
    family: "ipv6",
    address,
    prefix: 64,
    scope: SCOPE_LINK,
    label: null,
    lifetimeSeconds: null,
    expiresAt: Infinity,
    preferred: true,
    owner: "host",
    addedBy: null,
  };
}

/** A link. */
export function linkBody(
  { index, name, up, carrier, mac, master }: SimLink,
): Link {
  const running = up && carrier;
  return {
    index,
    name,
    flags: IFF_BROADCAST | IFF_MULTICAST | (up ? IFF_UP : 0) |
      (running ? IFF_RUNNING | IFF_LOWER_UP : 0),
    mac,
    mtu: MTU,
    operState: running ? 6 : 2,
    master,
  };
}

/** An address of the link of an index. */
export function addressBody(
  index: number,
  { family, address, prefix, scope, flags, protocol }: KernelAddress,
): LinkAddress {
  return { index, family, address, prefix, scope, flags, protocol };
}
