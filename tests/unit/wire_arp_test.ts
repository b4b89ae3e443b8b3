import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { gratuitousArp, parseArp } from "../../src/wire/arp.ts";

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, "hex"));
}

// A gratuitous ARP that keepalived 2.2.7 sent.
const FRAME = "ffffffffffff02000000000a0806" +
  "000108000604000102000000000ac0000265ffffffffffffc0000265";
const MAC = bytes("02000000000a");

Deno.test("gratuitousArp() writes the frame of keepalived", () => {
  deepStrictEqual(gratuitousArp(MAC, "192.0.2.101"), bytes(FRAME));
});

Deno.test("parseArp() reads the frame of keepalived", () => {
  deepStrictEqual(parseArp(bytes(FRAME)), {
    operation: 1,
    senderMac: "02:00:00:00:00:0a",
    senderAddress: "192.0.2.101",
    targetMac: "ff:ff:ff:ff:ff:ff",
    targetAddress: "192.0.2.101",
  });
});

Deno.test("parseArp() reads a padded reply", () => {
  const reply = bytes(
    "02000000000b02000000000a0806" +
      "000108000604000202000000000ac000026502000000000bc0000201" +
      "00".repeat(18),
  );
  deepStrictEqual(parseArp(reply), {
    operation: 2,
    senderMac: "02:00:00:00:00:0a",
    senderAddress: "192.0.2.101",
    targetMac: "02:00:00:00:00:0b",
    targetAddress: "192.0.2.1",
  });
});

const refused = [
  ["another EtherType", 13, 0x00],
  ["another hardware type", 15, 0x06],
  ["another protocol type", 17, 0x01],
  ["another hardware address length", 18, 0x08],
  ["another protocol address length", 19, 0x10],
] as const;

for (const [name, offset, value] of refused) {
  Deno.test(`parseArp() refuses ${name}`, () => {
    const frame = bytes(FRAME);
    frame[offset] = value;
    strictEqual(parseArp(frame), null);
  });
}

Deno.test("parseArp() refuses every truncation", () => {
  const frame = bytes(FRAME);
  for (let length = 0; length < frame.length; length++) {
    strictEqual(parseArp(frame.subarray(0, length)), null, `${length}`);
  }
});

Deno.test("parseArp() never throws", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (frame) => {
    parseArp(frame);
  }));
});

Deno.test("parseArp() gives back what gratuitousArp() wrote", () => {
  const mac = fc.uint8Array({ minLength: 6, maxLength: 6 });
  fc.assert(fc.property(mac, fc.ipV4(), (sender, address) => {
    const packet = parseArp(gratuitousArp(sender, address));
    strictEqual(packet?.senderAddress, address);
    strictEqual(packet.targetAddress, address);
    strictEqual(
      packet.senderMac.replaceAll(":", ""),
      Buffer.from(sender).toString("hex"),
    );
  }));
});
