/**
 * ARP frames.
 *
 * @module
 */

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { happens, type Prng, whole } from "../../../src/sim/prng.ts";
import { ipBytes, parseMac } from "../../../src/wire/address.ts";
import { gratuitousArp, parseArp } from "../../../src/wire/arp.ts";
import { edge, mutateBytes, splice } from "../bytes.ts";
import { readBetween } from "../surrounded.ts";
import type { Target } from "../target.ts";

/** The target. */
export const arp: Target = {
  name: "arp",
  form: "hex",
  maxLength: 128,
  sources: ["/src/wire/"],
  steps: { base: 2_000, perByte: 20 },
  mutate,
  judge,
};

/** EtherType, types and lengths of an ARP for IPv4 over Ethernet. */
const KIND = [8, 6, 0, 1, 8, 0, 6, 4];

function mutate(
  input: Uint8Array,
  chance: Prng,
  other: Uint8Array,
): Uint8Array {
  const changed = happens(chance, 0.5)
    ? mutateBytes(input, chance, other)
    : splice(input, whole(chance, 12, 21), 1, [edge(chance)]);
  return happens(chance, 0.3) ? splice(changed, 12, 8, KIND) : changed;
}

function judge(input: Uint8Array): void {
  const packet = readBetween(input, parseArp);
  const isArp = input.length >= 42 &&
    KIND.every((byte, i) => input[12 + i] === byte);
  strictEqual(packet !== null, isArp, "A frame is ARP or is not");
  if (packet === null) return;
  const { operation, senderMac, senderAddress } = packet;
  const mac = parseMac(senderMac) ?? new Uint8Array();
  const again = Uint8Array.from([
    ...[operation >> 8, operation & 0xff],
    ...[...mac, ...ipBytes(senderAddress)],
    ...parseMac(packet.targetMac) ?? [],
    ...ipBytes(packet.targetAddress),
  ]);
  deepStrictEqual(again, input.slice(20, 42));
  // The sender's words as alived would say them.
  const own = parseArp(gratuitousArp(mac, senderAddress));
  deepStrictEqual(
    [own?.senderMac, own?.senderAddress, own?.targetAddress],
    [senderMac, senderAddress, senderAddress],
  );
}
