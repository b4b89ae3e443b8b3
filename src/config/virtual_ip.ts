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
 * Say why an address cannot join a list of virtual IPs.
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
    return "IPv6 virtual addresses are not supported by this version";
  }
  if (earlier.some(({ address }) => address === ip.address)) {
    return `${ip.address} is in this list already`;
  }
  const kind = unusableKind(ip);
  return kind === null ? null : `${ip.address} is ${kind}: no host can hold it`;
}

function unusableKind({ address, prefix }: Prefixed): string | null {
  const bytes = ipBytes(address);
  if (bytes[0] === 0) return "an unspecified address";
  if (bytes[0] === 127) return "a loopback address";
  if (isMulticast(address)) return "a multicast group";
  if (address === "255.255.255.255") return "the broadcast address";
  // RFC 3021: a /31 has no broadcast address; a /32 is a host.
  const hostMask = 2 ** (32 - prefix) - 1;
  const number = new DataView(bytes.buffer).getUint32(0);
  return prefix < 31 && (number & hostMask) >>> 0 === hostMask
    ? `the broadcast address of its /${prefix}`
    : null;
}
