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

/** How a link is: up, or no good for adverts and addresses. */
export type LinkCondition = "missing" | "down" | "no_carrier" | "up";

/**
 * How a link is.
 *
 * @param link What was found by its name.
 */
export function linkCondition(link: Link | undefined): LinkCondition {
  if (link === undefined) return "missing";
  if ((link.flags & IFF_UP) === 0) return "down";
  return (link.flags & IFF_RUNNING) === 0 ? "no_carrier" : "up";
}

/**
 * Why a link cannot carry adverts or addresses.
 *
 * @param name Name that was looked up.
 * @param link What was found.
 * @returns A reason in words, or null when it can.
 */
export function linkFault(name: string, link: Link | undefined): string | null {
  switch (linkCondition(link)) {
    case "missing":
      return `interface "${name}" does not exist`;
    case "down":
      return `interface "${name}" is down`;
    case "no_carrier":
      return `interface "${name}" has no carrier`;
    default:
      return null;
  }
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
