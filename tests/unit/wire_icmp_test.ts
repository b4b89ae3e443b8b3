import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { emitEchoRequest, parseEchoReply } from "../../src/wire/icmp.ts";

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, "hex"));
}

const ECHO = { id: 0x1234, sequence: 7, payload: bytes("616263") };

Deno.test("emitEchoRequest() writes ICMP with its checksum", () => {
  // 0800 + 1234 + 0007 + 6162 + 6300 = de9d; its complement is 2162.
  deepStrictEqual(
    emitEchoRequest("ipv4", ECHO),
    bytes("0800216212340007616263"),
  );
});

Deno.test("emitEchoRequest() leaves the checksum of ICMPv6 to the kernel", () => {
  deepStrictEqual(
    emitEchoRequest("ipv6", ECHO),
    bytes("8000000012340007616263"),
  );
});

Deno.test("parseEchoReply() reads replies", () => {
  deepStrictEqual(
    parseEchoReply("ipv4", bytes("0000296212340007616263")),
    ECHO,
  );
  deepStrictEqual(
    parseEchoReply("ipv6", bytes("8100abcd12340007616263")),
    ECHO,
  );
});

const refused: readonly (readonly [string, "ipv4" | "ipv6", string])[] = [
  ["a request", "ipv4", "0800216212340007616263"],
  ["an unreachable", "ipv4", "0300266212340007616263"],
  ["another code", "ipv4", "0001296112340007616263"],
  ["a bad checksum", "ipv4", "0000296312340007616263"],
  ["a request of ICMPv6", "ipv6", "8000000012340007616263"],
  ["7 bytes", "ipv6", "8100abcd123400"],
];

for (const [name, family, hex] of refused) {
  Deno.test(`parseEchoReply() refuses ${name}`, () => {
    strictEqual(parseEchoReply(family, bytes(hex)), null);
  });
}

Deno.test("parseEchoReply() never throws", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (message) => {
    parseEchoReply("ipv4", message);
    parseEchoReply("ipv6", message);
  }));
});
