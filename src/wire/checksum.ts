/**
 * The Internet checksum (RFC 1071) and the pseudo-header sums that go into it.
 *
 * @module
 */

import { ipBytes } from "./address.ts";

/**
 * Compute the Internet checksum of some bytes. Over bytes that hold a correct
 * checksum already the result is 0.
 *
 * @param bytes At most 65,535; an odd last byte is padded with a zero.
 * @param initial Sum to begin with, such as {@linkcode pseudoHeaderSum}.
 * @returns The ones' complement of the folded sum, 16 bits.
 *
 * @example
 * ```ts
 * import { internetChecksum } from "./checksum.ts";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(internetChecksum(new Uint8Array([0x12, 0x34])), 0xedcb);
 * ```
 */
export function internetChecksum(bytes: Uint8Array, initial = 0): number {
  let sum = initial + sumWords(bytes);
  while (sum > 0xffff) sum = (sum >>> 16) + (sum & 0xffff);
  return ~sum & 0xffff;
}

/**
 * Sum the pseudo-header of IPv4 (RFC 9568 §5.2.8) or IPv6 (RFC 8200 §8.1).
 *
 * @param source Canonical text of the source address.
 * @param destination Canonical text, of the same family.
 * @param protocol Protocol (or next header) number, such as 112 for VRRP.
 * @param length Bytes of the message behind the IP header, at most 65,535.
 * @returns An unfolded sum for {@linkcode internetChecksum}.
 * @throws {TypeError} When one is no address.
 */
export function pseudoHeaderSum(
  source: string,
  destination: string,
  protocol: number,
  length: number,
): number {
  return sumWords(ipBytes(source)) + sumWords(ipBytes(destination)) +
    protocol + length;
}

function sumWords(bytes: Uint8Array): number {
  const { buffer, byteOffset, byteLength } = bytes;
  const view = new DataView(buffer, byteOffset, byteLength);
  const even = byteLength - byteLength % 2;
  let sum = 0;
  for (let at = 0; at < even; at += 2) sum += view.getUint16(at);
  if (even < byteLength) sum += view.getUint8(even) << 8;
  return sum;
}
