import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { isIP } from "node:net";
import fc from "fast-check";
import {
  canonicalIp,
  compareIp,
  familyOf,
  formatIp,
  formatMac,
  ipBytes,
  isMulticast,
  parseIp,
  parseMac,
  parsePrefixed,
} from "../../src/wire/address.ts";

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, "hex"));
}

const ipv6Bytes = fc.uint8Array({ minLength: 16, maxLength: 16 });

const canonical = [
  ["0.0.0.0", "00000000", "0.0.0.0"],
  ["192.0.2.1", "c0000201", "192.0.2.1"],
  ["255.255.255.255", "ffffffff", "255.255.255.255"],
  ["::", "00000000000000000000000000000000", "::"],
  ["::1", "00000000000000000000000000000001", "::1"],
  ["1::", "00010000000000000000000000000000", "1::"],
  ["2001:DB8::00A1", "20010db80000000000000000000000a1", "2001:db8::a1"],
  [
    "2001:db8:0:1:1:1:1:1",
    "20010db8000000010001000100010001",
    "2001:db8:0:1:1:1:1:1",
  ],
  ["2001:0:0:1:0:0:0:1", "20010000000000010000000000000001", "2001:0:0:1::1"],
  [
    "2001:db8:0:0:1:0:0:1",
    "20010db8000000000001000000000001",
    "2001:db8::1:0:0:1",
  ],
  ["::ffff:192.0.2.1", "00000000000000000000ffffc0000201", "::ffff:c000:201"],
  [
    "1:2:3:4:5:6:192.0.2.1",
    "000100020003000400050006c0000201",
    "1:2:3:4:5:6:c000:201",
  ],
  ["1:2:3:4:5:6:7::", "00010002000300040005000600070000", "1:2:3:4:5:6:7:0"],
] as const;

for (const [text, hex, expected] of canonical) {
  Deno.test(`parseIp() and canonicalIp() read ${text}`, () => {
    deepStrictEqual(parseIp(text), bytes(hex));
    strictEqual(canonicalIp(text), expected);
    strictEqual(formatIp(bytes(hex)), expected);
  });
}

const noAddresses = [
  "",
  "1",
  "1.2.3",
  "1.2.3.4.5",
  "1.2.3.256",
  "1.2.3.-4",
  "01.2.3.4",
  "1.2.3.4 ",
  " 1.2.3.4",
  "1.2.3.0x4",
  "1.2.3.",
  "1.2.3.4/24",
  ":",
  ":::",
  "1::2::3",
  "1:2:3:4:5:6:7",
  "1:2:3:4:5:6:7:8:9",
  "1:2:3:4:5:6:7:8::",
  "12345::",
  "g::",
  ":1:2:3:4:5:6:7",
  "1:2:3:4:5:6:7:",
  "1.2.3.4::",
  "1:2:3:4:5:6:7:1.2.3.4",
  "::1.2.3.4:5",
  "fe80::1%eth0",
];

for (const text of noAddresses) {
  Deno.test(`parseIp() refuses "${text}"`, () => {
    strictEqual(parseIp(text), null);
    strictEqual(canonicalIp(text), null);
  });
}

Deno.test("parseIp() gives back what formatIp() wrote", () => {
  fc.assert(fc.property(ipv6Bytes, (address) => {
    deepStrictEqual(parseIp(formatIp(address)), address);
    const ipv4 = address.subarray(0, 4);
    deepStrictEqual(parseIp(formatIp(ipv4)), new Uint8Array(ipv4));
  }));
});

Deno.test("parseIp() agrees with Node on any text of address characters", () => {
  const character = fc.constantFrom(..."0123456789af:.::..");
  const text = fc.string({ unit: character, maxLength: 24 });
  fc.assert(fc.property(fc.oneof(text, fc.ipV4(), fc.ipV6()), (address) => {
    strictEqual(parseIp(address) !== null, isIP(address) !== 0, address);
  }));
});

Deno.test("formatIp() refuses 5 bytes", () => {
  throws(() => formatIp(new Uint8Array(5)), {
    name: "RangeError",
    message: "Cannot write 5 bytes as an address: must be 4 or 16",
  });
});

const prefixed = [
  ["192.0.2.1/24", { address: "192.0.2.1", prefix: 24 }],
  ["192.0.2.1/0", { address: "192.0.2.1", prefix: 0 }],
  ["192.0.2.1", { address: "192.0.2.1", prefix: 32 }],
  ["2001:DB8::1/64", { address: "2001:db8::1", prefix: 64 }],
  ["2001:db8::1", { address: "2001:db8::1", prefix: 128 }],
  ["192.0.2.1/33", null],
  ["2001:db8::1/129", null],
  ["192.0.2.1/", null],
  ["192.0.2.1/024", null],
  ["192.0.2.1/-1", null],
  ["192.0.2.1/24/24", null],
  ["/24", null],
] as const;

for (const [text, expected] of prefixed) {
  Deno.test(`parsePrefixed() of "${text}"`, () => {
    deepStrictEqual(parsePrefixed(text), expected);
  });
}

Deno.test("ipBytes() throws on what is no address", () => {
  throws(() => ipBytes("eth0"), {
    name: "TypeError",
    message: 'Not an IP address: "eth0"',
  });
});

Deno.test("familyOf() tells the families apart", () => {
  strictEqual(familyOf("192.0.2.1"), "ipv4");
  strictEqual(familyOf("::1"), "ipv6");
});

const ordered = [
  ["10.0.0.9", "10.0.0.10"],
  ["9.255.255.255", "10.0.0.0"],
  ["127.0.0.1", "128.0.0.1"],
  ["fe80::9", "fe80::10"],
  ["2001:db8::ffff", "2001:db8::1:0"],
] as const;

for (const [smaller, larger] of ordered) {
  Deno.test(`compareIp() puts ${smaller} before ${larger}`, () => {
    strictEqual(Math.sign(compareIp(smaller, larger)), -1);
    strictEqual(Math.sign(compareIp(larger, smaller)), 1);
    strictEqual(compareIp(larger, larger), 0);
  });
}

const multicast = [
  ["224.0.0.18", true],
  ["239.255.255.255", true],
  ["223.255.255.255", false],
  ["240.0.0.1", false],
  ["ff02::12", true],
  ["fe80::1", false],
] as const;

for (const [address, expected] of multicast) {
  Deno.test(`isMulticast() of ${address}`, () => {
    strictEqual(isMulticast(address), expected);
  });
}

Deno.test("parseMac() and formatMac() are each other's reverse", () => {
  deepStrictEqual(parseMac("02:00:5E:00:01:0a"), bytes("02005e00010a"));
  strictEqual(formatMac(bytes("02005e00010a")), "02:00:5e:00:01:0a");
});

for (
  const text of ["", "02:00:5e:00:01", "02-00-5e-00-01-0a", "2:0:5e:0:1:a"]
) {
  Deno.test(`parseMac() refuses "${text}"`, () => {
    strictEqual(parseMac(text), null);
  });
}
