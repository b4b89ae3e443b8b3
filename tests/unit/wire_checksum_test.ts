import { strictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { internetChecksum, pseudoHeaderSum } from "../../src/wire/checksum.ts";

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, "hex"));
}

const vectors = [
  { name: "of nothing", hex: "", expected: 0xffff },
  {
    name: "of the example of RFC 1071",
    hex: "0001f203f4f5f6f7",
    expected: 0x220d,
  },
  { name: "of an odd number of bytes", hex: "0102ff", expected: 0xfffc },
  {
    name: "with a carry out of the carry",
    hex: "ffff0001ffff",
    expected: 0xfffe,
  },
  {
    name: "of an IPv4 header",
    hex: "450000730000400040110000c0a80001c0a800c7",
    expected: 0xb861,
  },
  {
    name: "of bytes that hold a correct one",
    hex: "45000073000040004011b861c0a80001c0a800c7",
    expected: 0,
  },
];

for (const { name, hex, expected } of vectors) {
  Deno.test(`internetChecksum() ${name}`, () => {
    strictEqual(internetChecksum(bytes(hex)), expected);
  });
}

Deno.test("internetChecksum() of the longest input does not overflow", () => {
  strictEqual(internetChecksum(new Uint8Array(65_534).fill(0xff)), 0);
});

Deno.test("internetChecksum() reads only the view it is given", () => {
  strictEqual(internetChecksum(bytes("aabb1234ccdd").subarray(2, 4)), 0xedcb);
});

Deno.test("pseudoHeaderSum() of IPv4", () => {
  // c000 + 02fb + e000 + 0012 + 0070 + 0010
  strictEqual(
    pseudoHeaderSum("192.0.2.251", "224.0.0.18", 112, 16),
    0x1a38d,
  );
});

Deno.test("pseudoHeaderSum() of IPv6", () => {
  // fe80 + 00c8 + ff02 + 0012 + 0070 + 0028
  strictEqual(pseudoHeaderSum("fe80::c8", "ff02::12", 112, 40), 0x1fef4);
});
