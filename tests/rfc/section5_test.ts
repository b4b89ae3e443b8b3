// RFC 9568 section 5, the packet, and RFC 3768 section 5.3 where it differs.
// The bytes were computed apart from this code; checksums by hand.

import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { VRRP_GROUP_IPV4 } from "../../src/wire/address.ts";
import { IPPROTO_VRRP, VRRP_TTL } from "../../src/wire/ipv4.ts";
import {
  type Advert,
  emitAdvert,
  type ExpectedAdvert,
  parseAdvert,
} from "../../src/wire/vrrp.ts";

const ORIGIN = {
  source: "192.0.2.251",
  destination: "224.0.0.18",
  hopLimit: 255,
};
const V3: ExpectedAdvert = {
  family: "ipv4",
  version: 3,
  multicast: true,
  minHopLimit: 255,
  mayBeEmpty: false,
  password: null,
  interval: 1000,
  checksum: "rfc9568",
};
const V2: ExpectedAdvert = { ...V3, version: 2 };
const V2_PASS: ExpectedAdvert = { ...V2, password: "secret12" };
const ENVELOPE = {
  source: "192.0.2.251",
  destination: "224.0.0.18",
  password: null,
  checksumForm: "message",
} as const;
const ADVERT: Advert = {
  version: 3,
  virtualRouterId: 10,
  priority: 200,
  interval: 1000,
  addresses: ["192.0.2.1", "192.0.2.2"],
};
/** {@linkcode ADVERT} on the wire. */
const BYTES = "310ac8020064828ac0000201c0000202";
/** The same in version 2. */
const V2_BYTES = "210ac802000192edc0000201c00002020000000000000000";

function emitted(advert: Partial<Advert>, envelope = {}): string {
  const payload = emitAdvert(
    { ...ADVERT, ...advert },
    { ...ENVELOPE, ...envelope },
  );
  return Buffer.from(payload).toString("hex");
}

/** What is read of hex digits: the advert, or why it is dropped. */
function read(
  hex: string,
  expected = V3,
  origin: Partial<typeof ORIGIN> = {},
): Advert | string {
  const payload = new Uint8Array(Buffer.from(hex, "hex"));
  const received = parseAdvert(payload, { ...ORIGIN, ...origin }, expected);
  return typeof received === "string" ? received : received.advert;
}

Deno.test("§5.1.1.2 adverts go to 224.0.0.18", () => {
  strictEqual(VRRP_GROUP_IPV4, "224.0.0.18");
});

Deno.test("§5.1.1.2 an advert that was not sent to a group is dropped", () => {
  strictEqual(read(BYTES, V3, { destination: "192.0.2.252" }), "destination");
});

Deno.test("§5.1.1.3 adverts have TTL 255", () => {
  strictEqual(VRRP_TTL, 255);
});

Deno.test("§5.1.1.3 an advert with TTL 254 is dropped", () => {
  strictEqual(read(BYTES, V3, { hopLimit: 254 }), "hop_limit");
});

Deno.test("§5.1.1.4 the protocol number is 112", () => {
  strictEqual(IPPROTO_VRRP, 112);
});

Deno.test("§5.2 an advert is written field by field", () => {
  strictEqual(emitted({}), BYTES);
});

Deno.test("§5.2 an advert is read field by field", () => {
  deepStrictEqual(read(BYTES), ADVERT);
});

Deno.test("§5.2.1 an advert of another version is dropped", () => {
  strictEqual(read("410ac8020064728ac0000201c0000202"), "version");
  strictEqual(read(V2_BYTES), "version");
  strictEqual(read(BYTES, V2), "version");
});

Deno.test("§5.2.2 a packet of another type is dropped", () => {
  strictEqual(read("320ac8020064818ac0000201c0000202"), "type");
});

Deno.test("§5.2.3 a VRID is 1 to 255", () => {
  strictEqual(emitted({ virtualRouterId: 255 }).slice(2, 4), "ff");
  throws(() => emitted({ virtualRouterId: 0 }), RangeError);
  throws(() => emitted({ virtualRouterId: 256 }), RangeError);
});

Deno.test("§5.2.4 a priority is 0 to 255", () => {
  strictEqual(emitted({ priority: 0 }).slice(4, 6), "00");
  strictEqual(emitted({ priority: 255 }).slice(4, 6), "ff");
  throws(() => emitted({ priority: 256 }), RangeError);
});

Deno.test("§5.2.5 an advert without addresses is ignored", () => {
  strictEqual(typeof read("3134ff000019cfb1"), "string");
});

Deno.test("§5.2.5 an advert with more or fewer addresses than it says is dropped", () => {
  strictEqual(read("310ac8030064828ac0000201c0000202"), "length");
  strictEqual(read("310ac8010064828ac0000201c0000202"), "length");
});

Deno.test("§5.2.6 the reserved bits are 0 when sent", () => {
  strictEqual(emitted({ interval: 40_950 }).slice(8, 12), "0fff");
});

Deno.test("§5.2.6 the reserved bits are ignored when received", () => {
  deepStrictEqual(read("310ac802f0649289c0000201c0000202"), ADVERT);
});

Deno.test("§5.2.7 the interval is in centiseconds, 1 to 4095", () => {
  strictEqual(emitted({ interval: 10 }).slice(8, 12), "0001");
  throws(() => emitted({ interval: 0 }), RangeError);
  throws(() => emitted({ interval: 40_960 }), RangeError);
  throws(() => emitted({ interval: 15 }), RangeError);
});

Deno.test("§5.2.8 the checksum covers the message alone in IPv4", () => {
  deepStrictEqual(read(BYTES), ADVERT);
  strictEqual(read(BYTES.replace("828a", "defb")), "checksum");
});

Deno.test("§5.2.8 with checksum auto that of RFC 5798 is good too", () => {
  const auto: ExpectedAdvert = { ...V3, checksum: "auto" };
  deepStrictEqual(read(BYTES, auto), ADVERT);
  deepStrictEqual(read(BYTES.replace("828a", "defb"), auto), ADVERT);
});

Deno.test("§5.2.8 any flipped bit is found", () => {
  const payload = Buffer.from(BYTES, "hex");
  for (let bit = 0; bit < payload.length * 8; bit++) {
    const hit = Buffer.from(payload);
    hit.writeUInt8(hit.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    strictEqual(typeof read(hit.toString("hex")), "string", `bit ${bit}`);
  }
});

Deno.test("§5.2.9 the addresses are of the family of the packet, in the sender's order", () => {
  const addresses = ["192.0.2.2", "192.0.2.1"];
  strictEqual(emitted({ addresses }).slice(16), "c0000202c0000201");
  throws(() => emitted({ addresses: ["2001:db8::1"] }), RangeError);
});

Deno.test("RFC 3768 §5.3 an advert is written field by field", () => {
  strictEqual(emitted({ version: 2 }), V2_BYTES);
});

Deno.test("RFC 3768 §5.3 an advert is read field by field", () => {
  deepStrictEqual(read(V2_BYTES, V2), { ...ADVERT, version: 2 });
});

Deno.test("RFC 3768 §5.3.6 an advert with authentication is dropped where there is none", () => {
  const hex = "21339601010117e7c00002647365637265743132";
  strictEqual(read(hex, V2), "auth_type");
});

Deno.test("RFC 3768 §5.3.6 authentication data of type 0 are ignored", () => {
  const hex = "210ac802000191edc0000201c00002020100000000000000";
  deepStrictEqual(read(hex, V2), { ...ADVERT, version: 2 });
});

Deno.test("RFC 2338 §5.3.6 a password must be there and be right", () => {
  const hex = "21339601010117e7c00002647365637265743132";
  strictEqual(typeof read(hex, V2_PASS), "object");
  strictEqual(read(hex, { ...V2, password: "secret13" }), "auth_data");
  strictEqual(read(V2_BYTES, V2_PASS), "auth_type");
});

Deno.test("RFC 3768 §5.3.7 the interval is in seconds, 1 to 255", () => {
  const advert = { version: 2, interval: 255_000 } as const;
  strictEqual(emitted(advert).slice(8, 12), "00ff");
  throws(() => emitted({ ...advert, interval: 256_000 }), RangeError);
  throws(() => emitted({ ...advert, interval: 1500 }), RangeError);
});
