/**
 * Echo of ICMP (RFC 792) and ICMPv6 (RFC 4443 §4).
 *
 * @module
 */

import type { Family } from "./address.ts";
import { internetChecksum } from "./checksum.ts";

/** Type of an echo reply of ICMP. */
export const ICMP_ECHO_REPLY = 0;
/** Type of an echo reply of ICMPv6. */
export const ICMPV6_ECHO_REPLY = 129;

const ICMP_ECHO_REQUEST = 8;
const ICMPV6_ECHO_REQUEST = 128;

const TYPE = 0;
const CODE = 1;
const CHECKSUM = 2;
const ID = 4;
const SEQUENCE = 6;
const HEADER_LENGTH = 8;

/** What an echo says. */
export interface Echo {
  /** Identifier of the sender, 16 bits. */
  readonly id: number;
  /** Number of the request, 16 bits. */
  readonly sequence: number;
  /** Sent back as it came. */
  readonly payload: Uint8Array;
}

/**
 * Write an echo request.
 *
 * @returns The message. The checksum of ICMPv6 is left to the kernel, which
 *   alone knows the source address (RFC 3542 §3.1).
 */
export function emitEchoRequest(
  family: Family,
  { id, sequence, payload }: Echo,
): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(HEADER_LENGTH + payload.length);
  const view = new DataView(message.buffer);
  const isIpv4 = family === "ipv4";
  view.setUint8(TYPE, isIpv4 ? ICMP_ECHO_REQUEST : ICMPV6_ECHO_REQUEST);
  view.setUint16(ID, id);
  view.setUint16(SEQUENCE, sequence);
  message.set(payload, HEADER_LENGTH);
  if (isIpv4) view.setUint16(CHECKSUM, internetChecksum(message));
  return message;
}

/**
 * Read an echo reply. The checksum of ICMPv6 is not verified: the kernel has
 * done so.
 *
 * @param message Without the IP header.
 * @returns The echo, or null when the message is none or is damaged.
 */
export function parseEchoReply(
  family: Family,
  message: Uint8Array,
): Echo | null {
  if (message.length < HEADER_LENGTH) return null;
  const view = new DataView(
    message.buffer,
    message.byteOffset,
    message.byteLength,
  );
  const type = family === "ipv4" ? ICMP_ECHO_REPLY : ICMPV6_ECHO_REPLY;
  if (view.getUint8(TYPE) !== type || view.getUint8(CODE) !== 0) return null;
  if (family === "ipv4" && internetChecksum(message) !== 0) return null;
  return {
    id: view.getUint16(ID),
    sequence: view.getUint16(SEQUENCE),
    payload: message.subarray(HEADER_LENGTH),
  };
}
