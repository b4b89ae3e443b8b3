import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { DROP_REASONS } from "../../src/wire/drop_reason.ts";
import {
  type Advert,
  type AdvertEnvelope,
  type AdvertOrigin,
  advertVrid,
  emitAdvert,
  type ExpectedAdvert,
  parseAdvert,
  sameAddresses,
} from "../../src/wire/vrrp.ts";

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(" ", ""), "hex"));
}

const IPV4: AdvertOrigin = {
  source: "192.0.2.251",
  destination: "224.0.0.18",
  hopLimit: 255,
};
const IPV6: AdvertOrigin = {
  source: "fe80::c8",
  destination: "ff02::12",
  hopLimit: 255,
};
const V2: ExpectedAdvert = {
  family: "ipv4",
  version: 2,
  multicast: true,
  minHopLimit: 255,
  mayBeEmpty: false,
  password: null,
  interval: 1000,
  checksum: "auto",
};
const V2_PASS: ExpectedAdvert = { ...V2, password: "secret12" };
const V3: ExpectedAdvert = { ...V2, version: 3 };
const V3_IPV6: ExpectedAdvert = { ...V3, family: "ipv6" };

function envelope(
  { source, destination }: AdvertOrigin,
  checksumForm: "message" | "pseudo_header",
  password: string | null = null,
): AdvertEnvelope {
  return { source, destination, checksumForm, password };
}

// "keepalived" vectors were captured from version 2.2.7; the others were
// computed apart from this code, from the RFCs.
const golden: readonly {
  name: string;
  hex: string;
  origin: AdvertOrigin;
  expected: ExpectedAdvert;
  advert: Advert;
  checksumForm: "message" | "pseudo_header";
}[] = [
  {
    name: "v2 without a password, two addresses",
    hex: "210ac802 000192ed c0000201 c0000202 0000000000000000",
    origin: IPV4,
    expected: V2,
    advert: {
      version: 2,
      virtualRouterId: 10,
      priority: 200,
      interval: 1000,
      addresses: ["192.0.2.1", "192.0.2.2"],
    },
    checksumForm: "message",
  },
  {
    name: "v2 without a password, from another daemon",
    hex: "21331e01 0001b5c5 0a000105 0000000000000000",
    origin: { ...IPV4, source: "10.0.1.1" },
    expected: V2,
    advert: {
      version: 2,
      virtualRouterId: 51,
      priority: 30,
      interval: 1000,
      addresses: ["10.0.1.5"],
    },
    checksumForm: "message",
  },
  {
    name: "v2 of keepalived with an interval of 2 s",
    hex: "2135c801 0002545f c0000267 0000000000000000",
    origin: IPV4,
    expected: { ...V2, interval: 2000 },
    advert: {
      version: 2,
      virtualRouterId: 53,
      priority: 200,
      interval: 2000,
      addresses: ["192.0.2.103"],
    },
    checksumForm: "message",
  },
  {
    name: "v2 of keepalived with a password",
    hex: "21339601 010117e7 c0000264 7365637265743132",
    origin: IPV4,
    expected: V2_PASS,
    advert: {
      version: 2,
      virtualRouterId: 51,
      priority: 150,
      interval: 1000,
      addresses: ["192.0.2.100"],
    },
    checksumForm: "message",
  },
  {
    name: "v2 that resigns, a short password, the longest interval",
    hex: "21010001 01ff5637 c0000264 6162630000000000",
    origin: IPV4,
    expected: { ...V2, password: "abc", interval: 255_000 },
    advert: {
      version: 2,
      virtualRouterId: 1,
      priority: 0,
      interval: 255_000,
      addresses: ["192.0.2.100"],
    },
    checksumForm: "message",
  },
  {
    name: "v3 by RFC 9568",
    hex: "310ac802 0064828a c0000201 c0000202",
    origin: IPV4,
    expected: V3,
    advert: {
      version: 3,
      virtualRouterId: 10,
      priority: 200,
      interval: 1000,
      addresses: ["192.0.2.1", "192.0.2.2"],
    },
    checksumForm: "message",
  },
  {
    name: "v3 by RFC 5798",
    hex: "310ac802 0064defb c0000201 c0000202",
    origin: IPV4,
    expected: V3,
    advert: {
      version: 3,
      virtualRouterId: 10,
      priority: 200,
      interval: 1000,
      addresses: ["192.0.2.1", "192.0.2.2"],
    },
    checksumForm: "pseudo_header",
  },
  {
    name: "v3 of keepalived from an owner",
    hex: "3134ff02 0019a754 c0000265 c0000266",
    origin: IPV4,
    expected: V3,
    advert: {
      version: 3,
      virtualRouterId: 52,
      priority: 255,
      interval: 250,
      addresses: ["192.0.2.101", "192.0.2.102"],
    },
    checksumForm: "pseudo_header",
  },
  {
    name: "v3 with an interval of 1 cs",
    hex: "3102fe02 0001b25e 14000102 14000103",
    origin: { ...IPV4, source: "20.0.0.3" },
    expected: V3,
    advert: {
      version: 3,
      virtualRouterId: 2,
      priority: 254,
      interval: 10,
      addresses: ["20.0.1.2", "20.0.1.3"],
    },
    checksumForm: "pseudo_header",
  },
  {
    name: "v3 with an interval of 4095 cs",
    hex: "31010101 0ffffb99 c0000264",
    origin: IPV4,
    expected: V3,
    advert: {
      version: 3,
      virtualRouterId: 1,
      priority: 1,
      interval: 40_950,
      addresses: ["192.0.2.100"],
    },
    checksumForm: "message",
  },
  {
    name: "v3 without addresses",
    hex: "3134ff00 0019cfb1",
    origin: IPV4,
    expected: { ...V3, mayBeEmpty: true },
    advert: {
      version: 3,
      virtualRouterId: 52,
      priority: 255,
      interval: 250,
      addresses: [],
    },
    checksumForm: "message",
  },
  {
    name: "v3 for IPv6",
    hex: "310a6402 00643f5d fe800000000000000000000000000001 " +
      "20010db8000000000000000000000001",
    origin: IPV6,
    expected: V3_IPV6,
    advert: {
      version: 3,
      virtualRouterId: 10,
      priority: 100,
      interval: 1000,
      addresses: ["fe80::1", "2001:db8::1"],
    },
    checksumForm: "pseudo_header",
  },
  {
    name: "v3 of keepalived for IPv6",
    hex: "3136ff02 0fa094f4 fe800000000000000000000000000001 " +
      "20010db8000000000000000000000001",
    origin: IPV6,
    expected: V3_IPV6,
    advert: {
      version: 3,
      virtualRouterId: 54,
      priority: 255,
      interval: 40_000,
      addresses: ["fe80::1", "2001:db8::1"],
    },
    checksumForm: "pseudo_header",
  },
];

for (const { name, hex, origin, expected, advert, checksumForm } of golden) {
  Deno.test(`parseAdvert() reads ${name}`, () => {
    deepStrictEqual(parseAdvert(bytes(hex), origin, expected), {
      advert,
      checksumForm,
    });
  });

  Deno.test(`emitAdvert() writes ${name}`, () => {
    deepStrictEqual(
      emitAdvert(advert, envelope(origin, checksumForm, expected.password)),
      bytes(hex),
    );
  });

  Deno.test(`parseAdvert() drops every truncation of ${name}`, () => {
    const payload = bytes(hex);
    for (let length = 0; length < payload.length; length++) {
      strictEqual(
        parseAdvert(payload.subarray(0, length), origin, expected),
        length < 8 ? "truncated" : "length",
        `${length} bytes`,
      );
    }
  });

  Deno.test(`parseAdvert() drops a flipped bit in ${name}`, () => {
    const pinned: ExpectedAdvert = {
      ...expected,
      checksum: checksumForm === "message" ? "rfc9568" : "pseudo_header",
    };
    const payload = bytes(hex);
    strictEqual(typeof parseAdvert(payload, origin, pinned), "object");
    for (let bit = 0; bit < payload.length * 8; bit++) {
      const flipped = payload.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ 1 << (bit & 7);
      strictEqual(
        typeof parseAdvert(flipped, origin, pinned),
        "string",
        `bit ${bit}`,
      );
    }
  });
}

const V2_HEX = "210ac802 000192ed c0000201 c0000202 0000000000000000";
const V2_PASS_HEX = "21339601 010117e7 c0000264 7365637265743132";
const V3_HEX = "310ac802 0064828a c0000201 c0000202";
const V3_PSEUDO_HEX = "310ac802 0064defb c0000201 c0000202";
const V3_IPV6_HEX = "310a6402 00643f5d fe800000000000000000000000000001 " +
  "20010db8000000000000000000000001";

const rungs: readonly [string, string, AdvertOrigin, ExpectedAdvert, string][] =
  [
    ["nothing", "", IPV4, V2, "truncated"],
    ["7 bytes", "210ac802000192", IPV4, V2, "truncated"],
    ["TTL 254", V2_HEX, { ...IPV4, hopLimit: 254 }, V2, "hop_limit"],
    ["TTL 0", V3_HEX, { ...IPV4, hopLimit: 0 }, V3, "hop_limit"],
    [
      "hop limit 254",
      V3_IPV6_HEX,
      { ...IPV6, hopLimit: 254 },
      V3_IPV6,
      "hop_limit",
    ],
    [
      "unicast for a multicast instance",
      V2_HEX,
      { ...IPV4, destination: "192.0.2.252" },
      V2,
      "destination",
    ],
    [
      "IPv6 unicast for a multicast instance",
      V3_IPV6_HEX,
      { ...IPV6, destination: "fe80::c9" },
      V3_IPV6,
      "destination",
    ],
    [
      "multicast for a unicast instance",
      V2_HEX,
      IPV4,
      { ...V2, multicast: false },
      "destination",
    ],
    ["version 3 for a v2 instance", V3_HEX, IPV4, V2, "version"],
    ["version 2 for a v3 instance", V2_HEX, IPV4, V3, "version"],
    ["type 0", "200ac802 000193ed" + V2_HEX.slice(17), IPV4, V2, "type"],
    ["type 2", "220ac802 000191ed" + V2_HEX.slice(17), IPV4, V2, "type"],
    ["type 3", "230ac802 000190ed" + V2_HEX.slice(17), IPV4, V2, "type"],
    ["a byte left over in v2", V2_HEX + "00", IPV4, V2, "length"],
    ["a byte left over in v3", V3_HEX + "00", IPV4, V3, "length"],
    [
      "a v2 advert without its 8 bytes",
      V2_HEX.slice(0, 35),
      IPV4,
      V2,
      "length",
    ],
    [
      "a count too large",
      "310ac803 00648289" + V3_HEX.slice(17),
      IPV4,
      V3,
      "length",
    ],
    [
      "a count too small",
      "310ac801 0064828b" + V3_HEX.slice(17),
      IPV4,
      V3,
      "length",
    ],
    ["a v3 advert without addresses", "3134ff00 0019cfb1", IPV4, V3, "length"],
    [
      "no addresses where there may be none, but 4 bytes of one",
      "3134ff00 0019cfb1 c0000201",
      IPV4,
      { ...V3, mayBeEmpty: true },
      "length",
    ],
    [
      "a unicast TTL below the least",
      V2_HEX,
      { ...IPV4, destination: "192.0.2.252", hopLimit: 63 },
      { ...V2, multicast: false, minHopLimit: 64 },
      "hop_limit",
    ],
    ["IPv6 addresses for an IPv4 instance", V3_IPV6_HEX, IPV4, V3, "length"],
    [
      "a wrong v2 checksum",
      "210ac802 000192ee" + V2_HEX.slice(17),
      IPV4,
      V2,
      "checksum",
    ],
    [
      "a zero checksum",
      "310ac802 00640000" + V3_HEX.slice(17),
      IPV4,
      V3,
      "checksum",
    ],
    [
      "RFC 5798's form pinned to RFC 9568's",
      V3_PSEUDO_HEX,
      IPV4,
      { ...V3, checksum: "rfc9568" },
      "checksum",
    ],
    [
      "RFC 9568's form pinned to RFC 5798's",
      V3_HEX,
      IPV4,
      { ...V3, checksum: "pseudo_header" },
      "checksum",
    ],
    [
      "a pseudo-header with another source",
      V3_PSEUDO_HEX,
      { ...IPV4, source: "192.0.2.250" },
      V3,
      "checksum",
    ],
    [
      "an IPv6 checksum over the message alone",
      "310a6402 00643e53 fe800000000000000000000000000001 " +
      "20010db8000000000000000000000001",
      IPV6,
      V3_IPV6,
      "checksum",
    ],
    ["a password that is not asked for", V2_PASS_HEX, IPV4, V2, "auth_type"],
    ["no password where one is", V2_HEX, IPV4, V2_PASS, "auth_type"],
    [
      "authentication type 2",
      "210ac802 020190ed" + V2_HEX.slice(17),
      IPV4,
      V2_PASS,
      "auth_type",
    ],
    [
      "another password",
      V2_PASS_HEX,
      IPV4,
      { ...V2, password: "secret13" },
      "auth_data",
    ],
    [
      "a password with another first letter",
      V2_PASS_HEX,
      IPV4,
      { ...V2, password: "Secret12" },
      "auth_data",
    ],
    [
      "a password of which ours is the beginning",
      V2_PASS_HEX,
      IPV4,
      { ...V2, password: "secret1" },
      "auth_data",
    ],
    [
      "another v2 interval",
      V2_HEX,
      IPV4,
      { ...V2, interval: 2000 },
      "interval",
    ],
    [
      "a v2 interval of 0",
      "210ac802 000092ee" + V2_HEX.slice(17),
      IPV4,
      V2,
      "interval",
    ],
    [
      "a v3 interval of 0",
      "310ac802 000082ee" + V3_HEX.slice(17),
      IPV4,
      V3,
      "interval",
    ],
  ];

for (const [name, hex, origin, expected, reason] of rungs) {
  Deno.test(`parseAdvert() drops ${name}: ${reason}`, () => {
    strictEqual(parseAdvert(bytes(hex), origin, expected), reason);
  });
}

Deno.test("parseAdvert() names the first of several reasons", () => {
  // Every field is wrong; each step mends the one that was named.
  const payload = bytes("4000ff02 02020000 c0000264 0000000000000000");
  const unicast = { ...IPV4, destination: "192.0.2.252", hopLimit: 1 };
  const expectReason = (origin: AdvertOrigin, reason: string): void =>
    strictEqual(parseAdvert(payload, origin, V2_PASS), reason);
  strictEqual(
    parseAdvert(payload.subarray(0, 7), unicast, V2_PASS),
    "truncated",
  );
  expectReason(unicast, "hop_limit");
  expectReason({ ...unicast, hopLimit: 255 }, "destination");
  expectReason(IPV4, "version");
  payload[0] = 0x20;
  expectReason(IPV4, "type");
  payload[0] = 0x21;
  expectReason(IPV4, "length");
  payload[3] = 1;
  expectReason(IPV4, "checksum");
  payload.set(bytes("1b97"), 6);
  expectReason(IPV4, "auth_type");
  payload.set(bytes("01021c97"), 4);
  expectReason(IPV4, "auth_data");
  payload.set(bytes("af18 c0000264 7365637265743132"), 6);
  expectReason(IPV4, "interval");
});

Deno.test("parseAdvert() pinned to a form accepts that form", () => {
  const rfc9568: ExpectedAdvert = { ...V3, checksum: "rfc9568" };
  const rfc5798: ExpectedAdvert = { ...V3, checksum: "pseudo_header" };
  strictEqual(typeof parseAdvert(bytes(V3_HEX), IPV4, rfc9568), "object");
  strictEqual(
    typeof parseAdvert(bytes(V3_PSEUDO_HEX), IPV4, rfc5798),
    "object",
  );
});

Deno.test("parseAdvert() uses a v3 interval unlike ours", () => {
  const received = parseAdvert(bytes(V3_HEX), IPV4, { ...V3, interval: 10 });
  strictEqual(typeof received === "object" && received.advert.interval, 1000);
});

Deno.test("parseAdvert() ignores the reserved bits of v3", () => {
  const payload = bytes("3134ff02 f0195ae2 c0000265 c0000266");
  const received = parseAdvert(payload, IPV4, V3);
  strictEqual(typeof received === "object" && received.advert.interval, 250);
});

Deno.test("parseAdvert() reads an advert without addresses where there may be none", () => {
  const payload = bytes("3134ff00 0019cfb1");
  const received = parseAdvert(payload, IPV4, { ...V3, mayBeEmpty: true });
  deepStrictEqual(
    typeof received === "object" && received.advert.addresses,
    [],
  );
});

Deno.test("parseAdvert() takes a v2 advert without addresses, which RFC 3768 does not forbid", () => {
  const payload = bytes("210ac800 000116f4 0000000000000000");
  const received = parseAdvert(payload, IPV4, V2);
  deepStrictEqual(
    typeof received === "object" && received.advert.addresses,
    [],
  );
});

Deno.test("parseAdvert() takes a unicast advert with the least TTL", () => {
  const origin = { ...IPV4, destination: "192.0.2.252", hopLimit: 64 };
  const received = parseAdvert(bytes(V2_HEX), origin, {
    ...V2,
    multicast: false,
    minHopLimit: 64,
  });
  strictEqual(typeof received, "object");
});

Deno.test("parseAdvert() ignores the authentication data of type 0", () => {
  const payload = bytes("210ac802 000191ed c0000201 c0000202 0100000000000000");
  strictEqual(typeof parseAdvert(payload, IPV4, V2), "object");
});

Deno.test("parseAdvert() compares the first 8 bytes of a password", () => {
  const long: ExpectedAdvert = { ...V2, password: "secret123456" };
  strictEqual(typeof parseAdvert(bytes(V2_PASS_HEX), IPV4, long), "object");
});

Deno.test("parseAdvert() reads an advert in the middle of a buffer", () => {
  const buffer = bytes("ffffff" + V2_PASS_HEX + "ffffff");
  const received = parseAdvert(buffer.subarray(3, -3), IPV4, V2_PASS);
  deepStrictEqual(typeof received === "object" && received.advert.addresses, [
    "192.0.2.100",
  ]);
});

const anyExpected = fc.constantFrom(V2, V2_PASS, V3, V3_IPV6);

Deno.test("parseAdvert() never throws and gives a reason from the list", () => {
  const reasons: readonly string[] = DROP_REASONS;
  fc.assert(fc.property(
    fc.uint8Array({ maxLength: 64 }),
    anyExpected,
    (payload, expected) => {
      const origin = expected.family === "ipv6" ? IPV6 : IPV4;
      const result = parseAdvert(payload, origin, expected);
      if (typeof result === "string") {
        strictEqual(reasons.includes(result), true);
      }
    },
  ));
});

Deno.test("parseAdvert() never throws behind a good header", () => {
  fc.assert(fc.property(
    fc.uint8Array({ maxLength: 48 }),
    anyExpected,
    (tail, expected) => {
      const head = expected.version << 4 | 1;
      const origin = expected.family === "ipv6" ? IPV6 : IPV4;
      parseAdvert(new Uint8Array([head, 1, 100, ...tail]), origin, expected);
    },
  ));
});

Deno.test("parseAdvert() gives back what emitAdvert() wrote in v2", () => {
  const advert = fc.record({
    version: fc.constant(2 as const),
    virtualRouterId: fc.integer({ min: 1, max: 255 }),
    priority: fc.nat(255),
    interval: fc.integer({ min: 1, max: 255 }).map((s) => s * 1000),
    addresses: fc.array(fc.ipV4(), { maxLength: 255 }),
  }, { noNullPrototype: true });
  const password = fc.option(fc.string({ unit: "binary", maxLength: 10 }));
  fc.assert(fc.property(advert, password, (sent, password) => {
    const payload = emitAdvert(sent, envelope(IPV4, "message", password));
    const expected = { ...V2, password, interval: sent.interval };
    deepStrictEqual(parseAdvert(payload, IPV4, expected), {
      advert: sent,
      checksumForm: "message",
    });
  }));
});

Deno.test("parseAdvert() gives back what emitAdvert() wrote in v3", () => {
  const ipv6 = fc.uint8Array({ minLength: 2, maxLength: 2 }).map(([a, b]) =>
    `2001:db8::1:${(a ?? 0) + 1}:${(b ?? 0) + 1}`
  );
  const advert = (address: fc.Arbitrary<string>): fc.Arbitrary<Advert> =>
    fc.record({
      version: fc.constant(3 as const),
      virtualRouterId: fc.integer({ min: 1, max: 255 }),
      priority: fc.nat(255),
      interval: fc.integer({ min: 1, max: 4095 }).map((cs) => cs * 10),
      addresses: fc.array(address, { maxLength: 40 }),
    }, { noNullPrototype: true });
  fc.assert(fc.property(
    advert(fc.ipV4()),
    fc.constantFrom("message" as const, "pseudo_header" as const),
    (sent, checksumForm) => {
      const payload = emitAdvert(sent, envelope(IPV4, checksumForm));
      const checksum = checksumForm === "message" ? "rfc9568" : "pseudo_header";
      const expected: ExpectedAdvert = { ...V3, mayBeEmpty: true, checksum };
      deepStrictEqual(parseAdvert(payload, IPV4, expected), {
        advert: sent,
        checksumForm,
      });
    },
  ));
  fc.assert(fc.property(advert(ipv6), (sent) => {
    const payload = emitAdvert(sent, envelope(IPV6, "pseudo_header"));
    const expected: ExpectedAdvert = { ...V3_IPV6, mayBeEmpty: true };
    deepStrictEqual(parseAdvert(payload, IPV6, expected), {
      advert: sent,
      checksumForm: "pseudo_header",
    });
  }));
});

Deno.test("emitAdvert() has one checksum form for v2 and for IPv6", () => {
  const v2 = {
    version: 2,
    virtualRouterId: 10,
    priority: 200,
    interval: 1000,
    addresses: ["192.0.2.1", "192.0.2.2"],
  } as const;
  deepStrictEqual(
    emitAdvert(v2, envelope(IPV4, "pseudo_header")),
    bytes(V2_HEX),
  );
  const v3 = {
    version: 3,
    virtualRouterId: 10,
    priority: 100,
    interval: 1000,
    addresses: ["fe80::1", "2001:db8::1"],
  } as const;
  deepStrictEqual(
    emitAdvert(v3, envelope(IPV6, "message")),
    bytes(V3_IPV6_HEX),
  );
});

const ADVERT_V2: Advert = {
  version: 2,
  virtualRouterId: 51,
  priority: 100,
  interval: 1000,
  addresses: ["192.0.2.100"],
};
const ADVERT_V3: Advert = { ...ADVERT_V2, version: 3 };
const MANY = new Array<string>(256).fill("192.0.2.100");

const unwritable: readonly [Advert, AdvertEnvelope, string][] = [
  [
    { ...ADVERT_V2, interval: 1500 },
    envelope(IPV4, "message"),
    "Cannot use 1.5 as VRRPv2 interval in seconds: must be 1 to 255",
  ],
  [
    { ...ADVERT_V2, interval: 256_000 },
    envelope(IPV4, "message"),
    "Cannot use 256 as VRRPv2 interval in seconds: must be 1 to 255",
  ],
  [
    { ...ADVERT_V2, interval: 0 },
    envelope(IPV4, "message"),
    "Cannot use 0 as VRRPv2 interval in seconds: must be 1 to 255",
  ],
  [
    { ...ADVERT_V3, interval: 40_960 },
    envelope(IPV4, "message"),
    "Cannot use 4096 as VRRPv3 interval in centiseconds: must be 1 to 4095",
  ],
  [
    { ...ADVERT_V3, interval: 5 },
    envelope(IPV4, "message"),
    "Cannot use 0.5 as VRRPv3 interval in centiseconds: must be 1 to 4095",
  ],
  [
    { ...ADVERT_V2, virtualRouterId: 0 },
    envelope(IPV4, "message"),
    "Cannot use 0 as VRID: must be 1 to 255",
  ],
  [
    { ...ADVERT_V2, priority: 256 },
    envelope(IPV4, "message"),
    "Cannot use 256 as priority: must be 0 to 255",
  ],
  [
    { ...ADVERT_V2, addresses: MANY },
    envelope(IPV4, "message"),
    "Cannot use 256 as number of addresses: must be 0 to 255",
  ],
  [
    { ...ADVERT_V3, addresses: ["2001:db8::1"] },
    envelope(IPV4, "message"),
    'Cannot advertise "2001:db8::1" from "192.0.2.251": must be one family',
  ],
  [
    ADVERT_V2,
    envelope(IPV6, "message"),
    'Cannot send VRRPv2 from "fe80::c8": must be IPv4',
  ],
  [
    ADVERT_V3,
    envelope(IPV4, "message", "secret12"),
    "Cannot send a password: VRRPv3 has none",
  ],
];

for (const [advert, sending, message] of unwritable) {
  Deno.test(`emitAdvert() throws "${message}"`, () => {
    throws(() => emitAdvert(advert, sending), { name: "RangeError", message });
  });
}

Deno.test("advertVrid() reads the VRID of 8 bytes and more", () => {
  strictEqual(advertVrid(bytes(V2_PASS_HEX)), 51);
  strictEqual(advertVrid(bytes("2133000000000000")), 51);
  strictEqual(advertVrid(bytes("21330000000000")), null);
  strictEqual(advertVrid(new Uint8Array()), null);
});

const lists: readonly [string[], string[], boolean][] = [
  [[], [], true],
  [["192.0.2.1"], ["192.0.2.1"], true],
  [["192.0.2.1", "192.0.2.2"], ["192.0.2.2", "192.0.2.1"], true],
  [["192.0.2.1", "192.0.2.1"], ["192.0.2.1", "192.0.2.2"], false],
  [["192.0.2.1"], [], false],
  [["192.0.2.1"], ["192.0.2.2"], false],
  [["192.0.2.1"], ["192.0.2.1", "192.0.2.2"], false],
];

for (const [a, b, expected] of lists) {
  Deno.test(`sameAddresses() of [${a}] and [${b}] is ${expected}`, () => {
    strictEqual(sameAddresses(a, b), expected);
    strictEqual(sameAddresses(b, a), expected);
  });
}
