import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { emitIpv4, emitIpv4Bytes, parseIpv4 } from "../../src/wire/ipv4.ts";

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, "hex"));
}

// A VRRPv3 advert that keepalived 2.2.7 sent.
const HEADER = "45c0002400010000ff70179bc00002fbe0000012";
const PAYLOAD = "3134ff020019a754c0000265c0000266";
const SENT = {
  source: "192.0.2.251",
  destination: "224.0.0.18",
  ttl: 255,
  tos: 0xc0,
  protocol: 112,
  id: 1,
};
const RECEIVED = {
  source: "192.0.2.251",
  destination: "224.0.0.18",
  ttl: 255,
  protocol: 112,
  payload: bytes(PAYLOAD),
};

Deno.test("parseIpv4() reads a datagram of keepalived", () => {
  deepStrictEqual(parseIpv4(bytes(HEADER + PAYLOAD)), RECEIVED);
});

Deno.test("emitIpv4() writes the datagram of keepalived", () => {
  deepStrictEqual(emitIpv4(SENT, bytes(PAYLOAD)), bytes(HEADER + PAYLOAD));
});

const SENT_BYTES = {
  ...SENT,
  source: bytes("c00002fb"),
  destination: bytes("e0000012"),
};

Deno.test("emitIpv4Bytes() writes the datagram of keepalived", () => {
  const datagram = emitIpv4Bytes(SENT_BYTES, bytes(PAYLOAD));
  deepStrictEqual(datagram, bytes(HEADER + PAYLOAD));
});

Deno.test("parseIpv4() takes the text of addresses from its caller", () => {
  const text = (datagram: Uint8Array, at: number): string =>
    Buffer.from(datagram.subarray(at, at + 4)).toString("hex");
  deepStrictEqual(parseIpv4(bytes(HEADER + PAYLOAD), text), {
    ...RECEIVED,
    source: "c00002fb",
    destination: "e0000012",
  });
});

Deno.test("parseIpv4() cuts off padding", () => {
  const padded = bytes(HEADER + PAYLOAD + "000000000000");
  deepStrictEqual(parseIpv4(padded), RECEIVED);
});

Deno.test("parseIpv4() skips options", () => {
  const datagram = bytes(
    "46c0002800010000ff700000c00002fbe0000012" + "94040000" + PAYLOAD,
  );
  deepStrictEqual(parseIpv4(datagram), RECEIVED);
});

Deno.test("parseIpv4() reads a datagram in the middle of a buffer", () => {
  const buffer = bytes("ffff" + HEADER + PAYLOAD + "ffff");
  deepStrictEqual(parseIpv4(buffer.subarray(2, -2)), RECEIVED);
});

Deno.test("parseIpv4() gives an empty payload for a bare header", () => {
  const datagram = bytes("45c0001400010000ff700000c00002fbe0000012");
  strictEqual(parseIpv4(datagram)?.payload.length, 0);
});

const refused = [
  ["version 6", "65c0002400010000ff70179bc00002fbe0000012" + PAYLOAD],
  [
    "a header of 16 bytes",
    "44c0002400010000ff70179bc00002fbe0000012" + PAYLOAD,
  ],
  [
    "a header longer than the datagram",
    "4fc0002400010000ff70179bc00002fbe0000012" + PAYLOAD,
  ],
  [
    "a total length below the header",
    "45c0001300010000ff70179bc00002fbe0000012" + PAYLOAD,
  ],
  [
    "a total length above the datagram",
    "45c0002500010000ff70179bc00002fbe0000012" + PAYLOAD,
  ],
] as const;

for (const [name, hex] of refused) {
  Deno.test(`parseIpv4() refuses ${name}`, () => {
    strictEqual(parseIpv4(bytes(hex)), null);
  });
}

Deno.test("parseIpv4() refuses every truncation", () => {
  const datagram = bytes(HEADER + PAYLOAD);
  for (let length = 0; length < datagram.length; length++) {
    strictEqual(parseIpv4(datagram.subarray(0, length)), null, `${length}`);
  }
});

Deno.test("parseIpv4() never throws", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (datagram) => {
    parseIpv4(datagram);
  }));
  fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (tail) => {
    parseIpv4(new Uint8Array([0x45, 0, 0, tail.length, ...tail]));
  }));
});

Deno.test("parseIpv4() gives back what emitIpv4() wrote", () => {
  const byte = fc.nat(255);
  fc.assert(fc.property(
    fc.ipV4(),
    fc.ipV4(),
    byte,
    byte,
    fc.uint8Array({ maxLength: 100 }),
    (source, destination, ttl, protocol, payload) => {
      const header = { source, destination, ttl, protocol, tos: 0, id: 0 };
      deepStrictEqual(parseIpv4(emitIpv4(header, payload)), {
        source,
        destination,
        ttl,
        protocol,
        payload,
      });
    },
  ));
});

Deno.test("emitIpv4() takes 65,515 bytes and no more", () => {
  strictEqual(emitIpv4(SENT, new Uint8Array(65_515)).length, 65_535);
  throws(() => emitIpv4(SENT, new Uint8Array(65_516)), {
    name: "RangeError",
    message: "Cannot send 65516 bytes as IPv4 payload: must be at most 65515",
  });
});
