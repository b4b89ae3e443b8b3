/**
 * Which addresses can be virtual.
 *
 * @module
 */

import {
  familyOf,
  ipBytes,
  isMulticast,
  type Prefixed,
} from "../wire/address.ts";

/**
 * Say why an address cannot join the virtual IPs that an instance advertises.
 *
 * @param ip The address with its prefix.
 * @param earlier The addresses that stand before it in the same instance.
 * @returns What is wrong, or null.
 */
export function virtualIpProblem(
  ip: Prefixed,
  earlier: readonly Prefixed[],
): string | null {
  const first = earlier[0] ?? ip;
  if (familyOf(first.address) !== familyOf(ip.address)) {
    return "an instance cannot mix IPv4 and IPv6 addresses";
  }
  if (familyOf(ip.address) === "ipv6") {
    return "IPv6 cannot be advertised by this release, in neither version of " +
      "VRRP: an IPv4 instance can hold it by excluded_virtual_ips";
  }
  return earlier.some(({ address }) => address === ip.address)
    ? `"${ip.address}" is in this list already`
    : null;
}

/**
 * Say what an address is when it is not one that a host can hold.
 *
 * @param ip The address with its prefix.
 * @returns For example `a multicast group`, or null.
 */
export function unusableKind({ address, prefix }: Prefixed): string | null {
  if (isMulticast(address)) return "a multicast group";
  const bytes = ipBytes(address);
  if (familyOf(address) === "ipv6") {
    if (address === "::") return "an unspecified address";
    return address === "::1" ? "a loopback address" : null;
  }
  if (bytes[0] === 0) return "an unspecified address";
  if (bytes[0] === 127) return "a loopback address";
  if (address === "255.255.255.255") return "the broadcast address";
  // RFC 3021: a /31 has neither of these addresses; a /32 is a host.
  if (prefix >= 31) return null;
  const hostMask = 2 ** (32 - prefix) - 1;
  const number = new DataView(bytes.buffer).getUint32(0);
  const hostPart = (number & hostMask) >>> 0;
  if (hostPart === 0) return `the network address of its /${prefix}`;
  return hostPart === hostMask
    ? `the broadcast address of its /${prefix}`
    : null;
}
