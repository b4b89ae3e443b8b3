/**
 * ARP probes (RFC 5227 §2.1.1): ask who has an address without claiming it.
 *
 * @module
 */

import { gratuitousArp } from "./arp.ts";

const SENDER_ADDRESS = 28;
const TARGET_ADDRESS = 38;

/**
 * Write a probe: a broadcast request whose sender address is 0.0.0.0, so that
 * no neighbour changes what it knows.
 *
 * @param mac MAC address that asks, 6 bytes.
 * @param address IPv4 address that is asked for, canonical text.
 * @returns The Ethernet frame, 42 bytes.
 */
export function arpProbe(
  mac: Uint8Array,
  address: string,
): Uint8Array<ArrayBuffer> {
  const frame = gratuitousArp(mac, address);
  // The sender's address and, beside it, the target's MAC address.
  frame.fill(0, SENDER_ADDRESS, TARGET_ADDRESS);
  return frame;
}
