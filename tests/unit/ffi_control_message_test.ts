import { strictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { stampIn } from "../../ffi/control_message.ts";

function view(hex: string): DataView {
  const bytes = new Uint8Array(Buffer.from(hex.replaceAll(" ", ""), "hex"));
  return new DataView(bytes.buffer);
}

// cmsghdr and timespec of 1,700,000,000.123456789 s, of SO_TIMESTAMPNS.
const STAMP = "2000000000000000 01000000 23000000" +
  "00f1536500000000 15cd5b0700000000";
// A hop limit of 255: IPPROTO_IPV6, IPV6_HOPLIMIT, padded to 24 bytes.
const HOP_LIMIT = "1400000000000000 29000000 34000000 ff000000 00000000";
const AT = 1_700_000_000_123.456789;

for (
  const [what, hex, length, expected] of [
    ["the stamp alone", STAMP, 32, AT],
    ["the stamp behind another message", HOP_LIMIT + STAMP, 56, AT],
    ["the stamp before another message", STAMP + HOP_LIMIT, 56, AT],
    ["nothing", STAMP, 0, null],
    ["another message alone", HOP_LIMIT, 24, null],
    ["half a stamp", STAMP, 31, null],
    ["a stamp behind the end", HOP_LIMIT + STAMP, 24, null],
    ["another level", STAMP.replace("01000000 23", "00000000 23"), 32, null],
    ["another type", STAMP.replace(" 23", " 1d"), 32, null],
    ["a stamp of another size", STAMP.replace("20", "28") + "00".repeat(8), 40],
    ["a message without a length", "00".repeat(16) + STAMP, 48, null],
  ] as const
) {
  Deno.test(`stampIn() finds ${expected ?? "none"} in ${what}`, () => {
    strictEqual(stampIn(view(hex), 0, length), expected ?? null);
  });
}

Deno.test("stampIn() begins where it is told to", () => {
  strictEqual(stampIn(view("ff".repeat(128) + STAMP), 128, 32), AT);
});

Deno.test("stampIn() reads seconds of more than 32 bits and before 1970", () => {
  const other = (seconds: string): DataView =>
    view(STAMP.replace("00f1536500000000", seconds));
  strictEqual(
    stampIn(other("0000000001000000"), 0, 32),
    2 ** 32 * 1000 + 123.456789,
  );
  strictEqual(stampIn(other("ffffffffffffffff"), 0, 32), -1000 + 123.456789);
});

Deno.test("stampIn() never throws and always ends", () => {
  const bytes = fc.uint8Array({ minLength: 128, maxLength: 128 });
  fc.assert(fc.property(bytes, fc.nat(128), (bytes, length) => {
    stampIn(new DataView(bytes.slice().buffer), 0, length);
  }));
});
