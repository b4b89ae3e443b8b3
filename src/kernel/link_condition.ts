/**
 * What a link is good for, by what the kernel says of it.
 *
 * @module
 */

import {
  IFA_F_SECONDARY,
  IFF_RUNNING,
  IFF_UP,
  RT_SCOPE_HOST,
} from "../wire/rtnetlink.ts";
import type { Link, LinkAddress } from "../wire/rtnetlink_parse.ts";

/** IFA_PROTO of addresses that alived adds: the protocol number of VRRP. */
export const ALIVED_PROTOCOL = 112;

/**
 * Why a link cannot carry adverts or addresses.
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

/** Whether adverts over IPv4 can come from an address. */
export function isIpv4Source({ family, scope }: LinkAddress): boolean {
  return family === "ipv4" && scope < RT_SCOPE_HOST;
}

/**
 * The IPv4 address that a host uses as its own on a link: the kernel's first that
 * is not secondary, or else its first.
 *
 * @param own The host's own addresses on the link in the kernel's order.
 */
export function primaryAddress(own: readonly LinkAddress[]): string | null {
  const sources = own.filter(isIpv4Source);
  const primary = sources.find(({ flags }) => (flags & IFA_F_SECONDARY) === 0);
  return (primary ?? sources[0])?.address ?? null;
}
