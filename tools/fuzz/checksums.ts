/**
 * The Internet checksum (RFC 1071), written apart from the product's.
 *
 * @module
 */

/** Sum 16-bit words with end-around carry; an odd byte is the higher half. */
function onesSum(bytes: Uint8Array): number {
  let sum = 0;
  for (const [at, byte] of bytes.entries()) {
    sum += at % 2 === 0 ? byte * 256 : byte;
    if (sum > 0xffff) sum -= 0xffff;
  }
  return sum;
}

/** Whether bytes that hold their checksum are as they were sent. */
export function isIntact(...parts: readonly Uint8Array[]): boolean {
  return onesSum(joined(parts)) === 0xffff;
}

/**
 * Bytes with the right checksum in them.
 *
 * @param at Where the checksum stands.
 * @param pseudo What it covers besides, of an even length.
 */
export function withChecksum(
  bytes: Uint8Array,
  at: number,
  pseudo: Uint8Array = new Uint8Array(),
): Uint8Array {
  if (at + 2 > bytes.length) return bytes;
  const whole = bytes.slice();
  whole.fill(0, at, at + 2);
  const sum = 0xffff - onesSum(joined([pseudo, whole]));
  whole.set([sum >> 8, sum & 0xff], at);
  return whole;
}

/** Bytes one behind the other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
