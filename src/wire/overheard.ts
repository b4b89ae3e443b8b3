/**
 * Adverts of anyone, read for what they say and not judged: what a host that
 * only listens can tell about the routers of a segment.
 *
 * @module
 */

import { type Family, formatIp } from "./address.ts";
import { IPPROTO_VRRP, parseIpv4 } from "./ipv4.ts";

/** An advert as it was seen. */
export interface Overheard {
  /** Family of the packet. */
  readonly family: Family;
  /** Source address, canonical text. */
  readonly source: string;
  /** Destination address, canonical text. */
  readonly destination: string;
  /** TTL or hop limit. */
  readonly hopLimit: number;
  /** Protocol version as it claims, 0 to 15. */
  readonly version: number;
  /** VRID, 0 to 255. */
  readonly virtualRouterId: number;
  /** Priority, 0 to 255. */
  readonly priority: number;
  /** The advertised addresses that are there in full. */
  readonly addresses: readonly string[];
  /** The bytes behind the IP header. */
  readonly payload: Uint8Array;
}

const IPV6_HEADER_LENGTH = 40;
const VRRP_HEADER_LENGTH = 8;
const TYPE_ADVERTISEMENT = 1;

/**
 * Read an advert with the IP header in front of it.
 *
 * @param packet From the first byte of the IP header on.
 * @returns Null when it is no VRRP advertisement.
 */
export function overhear(packet: Uint8Array): Overheard | null {
  const carrier = (packet[0] ?? 0) >> 4 === 6
    ? parseIpv6(packet)
    : parseCarrier(packet);
  if (carrier === null) return null;
  const { payload, family } = carrier;
  if (payload.length < VRRP_HEADER_LENGTH) return null;
  const [versionType = 0, virtualRouterId = 0, priority = 0, count = 0] =
    payload;
  if ((versionType & 0x0f) !== TYPE_ADVERTISEMENT) return null;
  const size = family === "ipv6" ? 16 : 4;
  const addresses: string[] = [];
  for (let i = 0; i < count; i++) {
    const at = VRRP_HEADER_LENGTH + i * size;
    if (at + size > payload.length) break;
    addresses.push(formatIp(payload.subarray(at, at + size)));
  }
  const version = versionType >> 4;
  return { ...carrier, version, virtualRouterId, priority, addresses };
}

type Carrier = Pick<
  Overheard,
  "family" | "source" | "destination" | "hopLimit" | "payload"
>;

function parseCarrier(packet: Uint8Array): Carrier | null {
  const datagram = parseIpv4(packet);
  if (datagram?.protocol !== IPPROTO_VRRP) return null;
  const { source, destination, ttl, payload } = datagram;
  return { family: "ipv4", source, destination, hopLimit: ttl, payload };
}

/** RFC 8200 §3; an advert has no extension headers. */
function parseIpv6(packet: Uint8Array): Carrier | null {
  if (packet.length < IPV6_HEADER_LENGTH) return null;
  const view = new DataView(
    packet.buffer,
    packet.byteOffset,
    packet.byteLength,
  );
  const end = IPV6_HEADER_LENGTH + view.getUint16(4);
  if (view.getUint8(6) !== IPPROTO_VRRP || end > packet.length) return null;
  return {
    family: "ipv6",
    source: formatIp(packet.subarray(8, 24)),
    destination: formatIp(packet.subarray(24, 40)),
    hopLimit: view.getUint8(7),
    payload: packet.subarray(IPV6_HEADER_LENGTH, end),
  };
}
