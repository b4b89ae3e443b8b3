/**
 * The IPv4 header.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { happens, type Prng, whole } from "../../../src/sim/prng.ts";
import { emitIpv4, parseIpv4 } from "../../../src/wire/ipv4.ts";
import { edge, mutateBytes, splice } from "../bytes.ts";
import { isIntact } from "../checksums.ts";
import { readBetween } from "../surrounded.ts";
import type { Target } from "../target.ts";

/** The target. */
export const ipv4: Target = {
  name: "ipv4",
  form: "hex",
  maxLength: 2_048,
  sources: ["/src/wire/"],
  steps: { base: 2_000, perByte: 20 },
  mutate,
  judge,
};

function mutate(
  input: Uint8Array,
  chance: Prng,
  other: Uint8Array,
): Uint8Array {
  const changed = happens(chance, 0.5)
    ? mutateBytes(input, chance, other)
    // The version and the lengths, which all else hangs on.
    : splice(input, [0, 2, 3][whole(chance, 0, 2)] ?? 0, 1, [edge(chance)]);
  return happens(chance, 0.5) ? changed : withLength(changed);
}

/** Say the length that there is. */
export function withLength(datagram: Uint8Array): Uint8Array {
  const { length } = datagram;
  return length < 20 ? datagram : splice(datagram, 2, 2, [length >> 8, length]);
}

function judge(input: Uint8Array): void {
  const datagram = readBetween(input, parseIpv4);
  const [first = 0, , high = 0, low = 0] = input;
  const header = (first & 15) * 4;
  const total = high * 256 + low;
  const isSound = input.length >= 20 && first >> 4 === 4 && header >= 20 &&
    header <= total && total <= input.length;
  strictEqual(datagram !== null, isSound, "A header is sound or is not");
  if (datagram === null) return;
  const { source, destination, ttl, protocol, payload } = datagram;
  deepStrictEqual(payload, input.slice(header, total));
  const again = emitIpv4(
    { source, destination, ttl, protocol, tos: 0, id: 0 },
    payload,
  );
  ok(isIntact(again.subarray(0, 20)), "A header has the wrong checksum");
  deepStrictEqual(parseIpv4(again), datagram);
  deepStrictEqual(again.slice(12, 20), input.slice(12, 20));
}
