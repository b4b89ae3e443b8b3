/**
 * Reading bytes that lie between others.
 *
 * @module
 */

import { deepStrictEqual } from "node:assert/strict";

const MARGIN = 32;
const AROUND = [0x00, 0x5a, 0xff];

/**
 * Read an input where it lies in a larger buffer, as what a receive call gave
 * does, with one kind of bytes around it and then another: what is read may
 * not depend on them, and nothing may be written.
 *
 * @returns What was read.
 */
export function readBetween<T>(
  input: Uint8Array,
  read: (bytes: Uint8Array) => T,
): T {
  const [first, ...others] = AROUND.map((fill) => {
    const buffer = new Uint8Array(input.length + 2 * MARGIN).fill(fill);
    buffer.set(input, MARGIN);
    const before = buffer.slice();
    const value = read(buffer.subarray(MARGIN, MARGIN + input.length));
    deepStrictEqual(buffer, before, "Reading changed the bytes");
    return { value };
  });
  if (first === undefined) throw new TypeError("Nothing to put around it");
  for (const { value } of others) {
    deepStrictEqual(value, first.value, "Bytes around the input were read");
  }
  return first.value;
}
