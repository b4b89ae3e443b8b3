/**
 * Neighbour discovery for IPv6 over Ethernet (RFC 4861), as whole frames.
 *
 * @module
 */

import { ipBytes } from "./address.ts";
import { internetChecksum, pseudoHeaderSum } from "./checksum.ts";

/** EtherType of IPv6. */
export const ETH_P_IPV6 = 0x86dd;

const IPPROTO_ICMPV6 = 58;
const ALL_NODES = "ff02::1";
const ALL_NODES_MAC = [0x33, 0x33, 0, 0, 0, 1];
const HOP_LIMIT = 255;
const ND_NEIGHBOR_ADVERT = 136;
const NA_FLAG_ROUTER = 0x8000_0000;
const NA_FLAG_OVERRIDE = 0x2000_0000;
const OPTION_TARGET_MAC = 2;

const ETHERTYPE = 12;
const IPV6 = 14;
const PAYLOAD_LENGTH = IPV6 + 4;
const NEXT_HEADER = IPV6 + 6;
const HOPS = IPV6 + 7;
const SOURCE = IPV6 + 8;
const DESTINATION = IPV6 + 24;
const ICMP = IPV6 + 40;
const ICMP_CHECKSUM = ICMP + 2;
const ICMP_FLAGS = ICMP + 4;
const TARGET = ICMP + 8;
const OPTION = ICMP + 24;
const OPTION_MAC = OPTION + 2;
const FRAME_LENGTH = OPTION + 8;

/**
 * Write an unsolicited neighbour advertisement, sent from the virtual address
 * to all nodes, so that they replace the MAC that they know for it
 * (RFC 4861 §4.4, RFC 9568 §6.4.1).
 *
 * @param mac MAC address that answers for the address, 6 bytes.
 * @param address IPv6 address in canonical text.
 * @param router Whether this host forwards: one that does not must not say so,
 *   and hosts drop a default router that says it does not.
 * @returns The Ethernet frame, 86 bytes.
 */
export function neighborAdvert(
  mac: Uint8Array,
  address: string,
  router: boolean,
): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(FRAME_LENGTH);
  const view = new DataView(frame.buffer);
  const ip = ipBytes(address);
  frame.set(ALL_NODES_MAC, 0);
  frame.set(mac, 6);
  view.setUint16(ETHERTYPE, ETH_P_IPV6);
  view.setUint8(IPV6, 6 << 4);
  view.setUint16(PAYLOAD_LENGTH, FRAME_LENGTH - ICMP);
  view.setUint8(NEXT_HEADER, IPPROTO_ICMPV6);
  view.setUint8(HOPS, HOP_LIMIT);
  frame.set(ip, SOURCE);
  frame.set(ipBytes(ALL_NODES), DESTINATION);
  view.setUint8(ICMP, ND_NEIGHBOR_ADVERT);
  const flags = NA_FLAG_OVERRIDE | (router ? NA_FLAG_ROUTER : 0);
  view.setUint32(ICMP_FLAGS, flags >>> 0);
  frame.set(ip, TARGET);
  view.setUint8(OPTION, OPTION_TARGET_MAC);
  view.setUint8(OPTION + 1, 1);
  frame.set(mac, OPTION_MAC);
  const message = frame.subarray(ICMP);
  const sum = pseudoHeaderSum(
    address,
    ALL_NODES,
    IPPROTO_ICMPV6,
    message.length,
  );
  view.setUint16(ICMP_CHECKSUM, internetChecksum(message, sum));
  return frame;
}
