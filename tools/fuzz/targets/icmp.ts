/**
 * Echo replies of ICMP and ICMPv6.
 *
 * @module
 */

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { happens, pick, type Prng } from "../../../src/sim/prng.ts";
import { emitEchoRequest, parseEchoReply } from "../../../src/wire/icmp.ts";
import { mutateBytes, splice } from "../bytes.ts";
import { isIntact, withChecksum } from "../checksums.ts";
import { readBetween } from "../surrounded.ts";
import type { Target } from "../target.ts";

/** The target. */
export const icmp: Target = {
  name: "icmp",
  form: "hex",
  maxLength: 2_048,
  sources: ["/src/wire/"],
  steps: { base: 2_000, perByte: 40 },
  mutate,
  judge,
};

/** The types of both replies. */
const REPLY = { ipv4: 0, ipv6: 129 } as const;

function mutate(
  input: Uint8Array,
  chance: Prng,
  other: Uint8Array,
): Uint8Array {
  const changed = happens(chance, 0.7)
    ? mutateBytes(input, chance, other)
    : splice(input, 0, 2, [pick(chance, [0, 8, 128, 129]), 0]);
  return happens(chance, 0.5) ? withChecksum(changed, 2) : changed;
}

function judge(input: Uint8Array): void {
  for (const family of ["ipv4", "ipv6"] as const) {
    const echo = readBetween(input, (bytes) => parseEchoReply(family, bytes));
    const isReply = input.length >= 8 && input[0] === REPLY[family] &&
      input[1] === 0 && (family === "ipv6" || isIntact(input));
    strictEqual(
      echo !== null,
      isReply,
      `A reply of ${family} is one or is not`,
    );
    if (echo === null) continue;
    const request = emitEchoRequest(family, echo);
    deepStrictEqual(request.slice(4), input.slice(4));
    const again = splice(request, 0, 1, [REPLY[family]]);
    const answer = parseEchoReply(family, withChecksum(again, 2));
    deepStrictEqual(answer, echo);
  }
}
