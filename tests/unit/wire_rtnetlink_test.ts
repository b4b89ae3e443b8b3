import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import {
  acknowledged,
  addAddress,
  dumpAddresses,
  dumpLinks,
  numbered,
  removeAddress,
  renewAddress,
} from "../../src/wire/rtnetlink.ts";
import { parseMessages } from "../../src/wire/rtnetlink_parse.ts";

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(/\s/g, ""), "hex"));
}

// Captured from Linux 6.18.

// The answer about a port of a bridge.
const PORT = bytes(`
  9804000010000000150000005c2e000000000100030000004310010000000000070003006430
  000008000d00e803000005001000060000000500110000000000050043000000000008000400
  e8030000080032004400000008003300ffff000008001b000000000008001e00010000000800
  3d000100000008001f000200000008002800ffff0000080029000000010008003a0000000100
  08003f0000000100080040000000010008003b00f8ff070008003c00ffff0000080042000000
  0000080020000200000008000a00040000000500210001000000080023000200000008002f00
  0100000008003000010000000600440000000000060045000000000005002700000000000a00
  010002000000000a00000a000200ffffffffffff0000cc001700010000000000000000000000
  000000005a000000000000000000000000000000000000000000000000000000000000000000
  0000000000000000000000000000000000000000000000000000000000000000000000000000
  0000000000000000000000000000000000000000000000000000000000000000000000000000
  0000000000000000000000000000000000000000000000000000000000000000000000000000
  0000000000000000000000000000000000000000000000000000000000000000000000006400
  070001000000000000005a000000000000000000000000000000000000000000000000000000
  0000000000000000000000000000000000000000000000000000000000000000000000000000
  000000000000000000000000000000000000000000000c002b0005000200000000006c011200
  0900010076657468000000000b00040062726964676500005001050005000100000000000600
  0200200000000800030002000000050004000000000005000500000000000500060000000000
  050007000000000005001c00000000000500080001000000050009000100000005001b000100
  000005001e000100000005000a000000000005000c00000000000c000d00800002000000000a
  0c000e00800002000000000a06000f0001800000060010000000000006001100018000000600
  1200010000000500130000000000050014000000000005001d000000000006001f0000000000
  0500200000000000050023000000000005002400000000000500210000000000050027000000
  0000050028000000000005002b00000000000c00150000000000000000000c00160000000000
  000000000c001700000000000000000005001900010000000800250000020000080026000000
  0000080029000000000008002a000000000008000500020000000c0006006e6f717565756500
  90001a008c000200880001000000000000000000000000000100000001000000010000000100
  0000000000000100000000000000000000000000000000000000000000000000000000000000
  0000000000000000000000000000000000000000000000000000000000000000000000000000
  000010270000e8030000000000000000000000000000000000000100000024000e0000000000
  0000000000000000000000000000000000000000000000000000000004003e8004004180
`);
// An event: a link was deleted.
const LINK_GONE = bytes(`
  a8020000110000000000000000000000000001000400000002100000ffffffff070003006430
  000008000d00e803000005001000020000000500110000000000050043000000000008000400
  dc050000080032004400000008003300ffff000008001b000000000008001e00000000000800
  3d000000000008001f000200000008002800ffff0000080029000000010008003a0000000100
  08003f0000000100080040000000010008003b00f8ff070008003c00ffff0000080042000000
  000008002000020000000500210000000000080023000300000008002f000100000008003000
  020000000600440000000000060045000000000005002700000000000a00010002000000000a
  00000a000200ffffffffffff0000cc0017000000000000000000060000000000000000000000
  0000000018020000000000000000000000000000000000000000000000000000000000000000
  0000000000000000000000000000000000000000000000000000000000000000000000000000
  0000000000000000000000000000000000000000000000000000000000000000000000000000
  0000000000000000000000000000000000000000000000000000000000000000000000000000
  0000000000000000000000000000000000000000000000000000000064000700000000000600
  0000000000001802000000000000000000000000000000000000000000000000000000000000
  0000000000000000000000000000000000000000000000000000000000000000000000000000
  00000000000000000000000000000c002b000500020000000000100012000900010076657468
  000000000800050000000000090006006e6f6f700000000004001a0024000e00000000000000
  000000000000000000000000000000000000000000000000000004003e8004004180
`);
// An event of family AF_BRIDGE: a port left its bridge.
const BRIDGE_PORT_GONE = bytes(`
  5400000011000000000000000000000007000100030000004310010000000000070003006430
  000008000a000400000008000400e803000005001000060000000a00010002000000000a0000
  0800050002000000
`);
// The first datagram of a dump of IPv4 addresses.
const ADDRESSES = bytes(`
  4c000000140002000c000000887157b6020880fe01000000080001007f000001080002007f00
  0001070003006c6f0000080008008000000014000600ffffffffffffffffcd2c0200cd2c0200
  54000000140002000c000000887157b6021880000400000008000100c000026408000200c000
  0264070003006430000005000b0070000000080008008000000014000600ffffffffffffffff
  ec2c0200ec2c020054000000140002000c000000887157b6021881000400000008000100c000
  026508000200c0000265070003006430000005000b0070000000080008008100000014000600
  ffffffffffffffff0a2d02000a2d0200
`);
// The second and last datagram of that dump.
const DONE = bytes(`
  14000000030002000c000000887157b600000000
`);
// An event: an IPv4 address was removed.
const ADDRESS_GONE = bytes(`
  54000000150000000d000000887157b6021881000400000008000100c000026508000200c000
  0265070003006430000005000b0070000000080008008100000014000600ffffffffffffffff
  0a2d02000a2d0200
`);
// An event: an IPv6 address was added.
const ADDRESS_IPV6 = bytes(`
  480000001400000000000000000000000a408200040000001400010020010db8000000000000
  00000000010014000600ffffffffffffffffce2d0200ce2d02000800080082000000
`);
// An event: an IPv6 address that the kernel had made is gone.
const LINK_LOCAL_GONE = bytes(`
  500000001500000000000000000000000a4080fd0400000014000100fe800000000000000000
  00fffe00000a14000600ffffffffffffffff292d0200292d0200080008008000000005000b00
  03000000
`);
// Success, which is always capped.
const ACK = bytes(`
  240000000200000107000000887157b60000000030000000140005060700000000000000
`);
// EEXIST with the whole request repeated.
const EXISTS = bytes(`
  680000000200000208000000887157b6efffffff300000001400050608000000000000000218
  00000400000008000200c000026408000100c000026405000b00700000002300010069707634
  3a204164647265737320616c72656164792061737369676e65640000
`);
// EEXIST under NETLINK_CAP_ACK.
const EXISTS_CAPPED = bytes(`
  480000000200000309000000887157b6efffffff300000001400050609000000000000002300
  0100697076343a204164647265737320616c72656164792061737369676e65640000
`);
// EADDRNOTAVAIL.
const NOT_FOUND = bytes(`
  58000000020000020e000000887157b69dffffff28000000150005000e000000000000000218
  00000400000008000200c000026408000100c00002641c000100697076343a20416464726573
  73206e6f7420666f756e6400
`);

const parsed = [
  {
    name: "a link",
    message: PORT,
    expected: [{
      type: "link",
      sequence: 21,
      interrupted: false,
      link: {
        index: 3,
        name: "d0",
        flags: 0x11043,
        mac: "02:00:00:00:00:0a",
        mtu: 1000,
        operState: 6,
        master: 4,
      },
    }],
  },
  {
    name: "a link that is gone",
    message: LINK_GONE,
    expected: [{
      type: "linkGone",
      sequence: 0,
      interrupted: false,
      link: {
        index: 4,
        name: "d0",
        flags: 0x1002,
        mac: "02:00:00:00:00:0a",
        mtu: 1500,
        operState: 2,
        master: null,
      },
    }],
  },
  {
    name: "nothing about a link in a bridge's report of a lost port",
    message: BRIDGE_PORT_GONE,
    expected: [],
  },
  {
    name: "the addresses of a dump",
    message: ADDRESSES,
    expected: [
      {
        type: "address",
        sequence: 12,
        interrupted: false,
        address: {
          index: 1,
          family: "ipv4",
          address: "127.0.0.1",
          prefix: 8,
          scope: 254,
          flags: 0x80,
          protocol: null,
        },
      },
      {
        type: "address",
        sequence: 12,
        interrupted: false,
        address: {
          index: 4,
          family: "ipv4",
          address: "192.0.2.100",
          prefix: 24,
          scope: 0,
          flags: 0x80,
          protocol: 0x70,
        },
      },
      {
        type: "address",
        sequence: 12,
        interrupted: false,
        address: {
          index: 4,
          family: "ipv4",
          address: "192.0.2.101",
          prefix: 24,
          scope: 0,
          flags: 0x81,
          protocol: 0x70,
        },
      },
    ],
  },
  {
    name: "the end of a dump",
    message: DONE,
    expected: [{ type: "done", sequence: 12, interrupted: false, errno: 0 }],
  },
  {
    name: "an address that is gone",
    message: ADDRESS_GONE,
    expected: [{
      type: "addressGone",
      sequence: 13,
      interrupted: false,
      address: {
        index: 4,
        family: "ipv4",
        address: "192.0.2.101",
        prefix: 24,
        scope: 0,
        flags: 0x81,
        protocol: 0x70,
      },
    }],
  },
  {
    name: "an IPv6 address",
    message: ADDRESS_IPV6,
    expected: [{
      type: "address",
      sequence: 0,
      interrupted: false,
      address: {
        index: 4,
        family: "ipv6",
        address: "2001:db8::100",
        prefix: 64,
        scope: 0,
        flags: 0x82,
        protocol: null,
      },
    }],
  },
  {
    name: "an IPv6 address that is gone",
    message: LINK_LOCAL_GONE,
    expected: [{
      type: "addressGone",
      sequence: 0,
      interrupted: false,
      address: {
        index: 4,
        family: "ipv6",
        address: "fe80::ff:fe00:a",
        prefix: 64,
        scope: 253,
        flags: 0x80,
        protocol: 3,
      },
    }],
  },
  {
    name: "a success",
    message: ACK,
    expected: [{
      type: "ack",
      sequence: 7,
      interrupted: false,
      errno: 0,
      message: null,
    }],
  },
  {
    name: "a refusal in the kernel's words",
    message: EXISTS,
    expected: [{
      type: "ack",
      sequence: 8,
      interrupted: false,
      errno: 17,
      message: "ipv4: Address already assigned",
    }],
  },
  {
    name: "a capped refusal in the kernel's words",
    message: EXISTS_CAPPED,
    expected: [{
      type: "ack",
      sequence: 9,
      interrupted: false,
      errno: 17,
      message: "ipv4: Address already assigned",
    }],
  },
  {
    name: "a refusal of another length",
    message: NOT_FOUND,
    expected: [{
      type: "ack",
      sequence: 14,
      interrupted: false,
      errno: 99,
      message: "ipv4: Address not found",
    }],
  },
  {
    name: "a refusal without words",
    message: bytes(`
      2400000002000001 09000000887157b6 efffffff
      3000000014000506 0900000000000000
    `),
    expected: [{
      type: "ack",
      sequence: 9,
      interrupted: false,
      errno: 17,
      message: null,
    }],
  },
  {
    name: "a refusal whose flags tell of no words",
    message: bytes(`
      3000000002000001 09000000887157b6 efffffff
      3000000014000506 0900000000000000 0a000100776f726473000000
    `),
    expected: [{
      type: "ack",
      sequence: 9,
      interrupted: false,
      errno: 17,
      message: null,
    }],
  },
  {
    name: "an interrupted dump",
    message: bytes("14000000030012000c000000887157b600000000"),
    expected: [{ type: "done", sequence: 12, interrupted: true, errno: 0 }],
  },
  {
    name: "a dump that failed with EMSGSIZE",
    message: bytes("14000000030002000c000000887157b6a6ffffff"),
    expected: [{ type: "done", sequence: 12, interrupted: false, errno: 90 }],
  },
  {
    name: "a point-to-point address by its local end",
    message: bytes(`
      2800000014000000 0000000000000000 0220800004000000
      08000100c0000202 08000200c0000201
    `),
    expected: [{
      type: "address",
      sequence: 0,
      interrupted: false,
      address: {
        index: 4,
        family: "ipv4",
        address: "192.0.2.1",
        prefix: 32,
        scope: 0,
        flags: 0x80,
        protocol: null,
      },
    }],
  },
  {
    name: "a tunnel, whose hardware address is no MAC address",
    message: bytes(`
      3800000010000000 0000000000000000
      0000000305000000 9000000000000000
      0700030074300000 08000400dc050000 08000100c0000201
    `),
    expected: [{
      type: "link",
      sequence: 0,
      interrupted: false,
      link: {
        index: 5,
        name: "t0",
        flags: 0x90,
        mac: null,
        mtu: 1500,
        operState: null,
        master: null,
      },
    }],
  },
  {
    name: "nothing in a wireless driver's report, which has no MTU",
    message: bytes(`
      2800000010000000 0000000000000000
      0000000105000000 4310010000000000 0700030077300000
    `),
    expected: [],
  },
  {
    name: "an address with flags beyond the first 8",
    message: bytes(`
      2800000014000000 0000000000000000 0220800004000000
      08000200c0000201 0800080080020000
    `),
    expected: [{
      type: "address",
      sequence: 0,
      interrupted: false,
      address: {
        index: 4,
        family: "ipv4",
        address: "192.0.2.1",
        prefix: 32,
        scope: 0,
        flags: 0x280,
        protocol: null,
      },
    }],
  },
  {
    name: "nothing in a link with an MTU of 2 bytes",
    message: bytes(`
      3000000010000000 0000000000000000
      0000000105000000 4310010000000000 0700030077300000 06000400dc050000
    `),
    expected: [],
  },
  {
    name: "nothing in an address of another family",
    message: bytes(`
      2000000014000000 0000000000000000 1d20800004000000 08000200c0000201
    `),
    expected: [],
  },
  {
    name: "nothing in an IPv6 address of 4 bytes",
    message: bytes(`
      2000000014000000 0000000000000000 0a40800004000000 08000200c0000201
    `),
    expected: [],
  },
  {
    name: "nothing in a message of another type",
    message: bytes("1000000001000000 0000000000000000"),
    expected: [],
  },
];

for (const { name, message, expected } of parsed) {
  Deno.test(`parseMessages() reads ${name}`, () => {
    deepStrictEqual(parseMessages(message), expected);
  });
}

Deno.test("parseMessages() reads on behind a message it leaves out", () => {
  const both = new Uint8Array([...BRIDGE_PORT_GONE, ...ACK]);
  deepStrictEqual(parseMessages(both).map(({ type }) => type), ["ack"]);
});

Deno.test("parseMessages() reads messages in the middle of a buffer", () => {
  const buffer = new Uint8Array([1, 2, 3, ...ACK, ...DONE, 4, 5]);
  const messages = parseMessages(buffer.subarray(3, -2));
  deepStrictEqual(messages.map(({ type }) => type), ["ack", "done"]);
});

Deno.test("parseMessages() stops at a header that does not fit", () => {
  for (const length of [0, 15, 0x7fffffff, 0xffffffff]) {
    const messages = new Uint8Array([...DONE, ...ACK, ...DONE]);
    new DataView(messages.buffer).setUint32(DONE.length, length, true);
    deepStrictEqual(
      parseMessages(messages).map(({ type }) => type),
      ["done"],
      `length ${length}`,
    );
  }
});

Deno.test("parseMessages() ignores attributes that do not fit", () => {
  for (const length of [0, 3, 9, 0xffff]) {
    const message = bytes(`
      2000000014000000 0000000000000000 0220800004000000 08000200c0000201
    `);
    new DataView(message.buffer).setUint16(24, length, true);
    deepStrictEqual(parseMessages(message), [], `length ${length}`);
  }
});

Deno.test("parseMessages() ignores words behind a request of false length", () => {
  for (const length of [0x45, 0x7fffffff, 0xffffffd8, 0xffffffff]) {
    const message = EXISTS.slice();
    new DataView(message.buffer).setUint32(20, length, true);
    const [ack] = parseMessages(message);
    strictEqual(ack?.type === "ack" && ack.errno, 17, `length ${length}`);
    strictEqual(ack?.type === "ack" && ack.message, null, `length ${length}`);
  }
});

const captured = parsed.filter(({ expected }) => expected.length === 1);

for (const { name, message } of captured) {
  Deno.test(`parseMessages() drops every truncation of ${name}`, () => {
    for (let length = 0; length < message.length; length++) {
      const cut = message.subarray(0, length);
      deepStrictEqual(parseMessages(cut), [], `${length} bytes`);
    }
  });

  Deno.test(`parseMessages() gives one at most of ${name} cut short`, () => {
    for (let length = 16; length < message.length; length++) {
      const short = message.slice(0, length);
      new DataView(short.buffer).setUint32(0, length, true);
      strictEqual(parseMessages(short).length <= 1, true, `${length} bytes`);
    }
  });
}

Deno.test("parseMessages() never throws", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (datagram) => {
    parseMessages(datagram);
  }));
});

Deno.test("parseMessages() never throws behind a good header", () => {
  const type = fc.constantFrom(2, 3, 16, 17, 20, 21);
  const tail = fc.uint8Array({ maxLength: 200, size: "max" });
  fc.assert(fc.property(type, fc.nat(0xffff), tail, (type, flags, tail) => {
    const message = new Uint8Array(16 + tail.length);
    const view = new DataView(message.buffer);
    view.setUint32(0, message.length, true);
    view.setUint16(4, type, true);
    view.setUint16(6, flags, true);
    message.set(tail, 16);
    parseMessages(message);
  }));
});

Deno.test("parseMessages() never throws on a changed byte", () => {
  const message = fc.constantFrom(...captured.map(({ message }) => message));
  fc.assert(
    fc.property(message, fc.nat(), fc.nat(255), (message, at, value) => {
      const changed = message.slice();
      changed[at % changed.length] = value;
      parseMessages(changed);
    }),
  );
});

Deno.test("parseMessages() gives back what addAddress() wrote", () => {
  fc.assert(fc.property(
    fc.ipV4(),
    fc.nat(32),
    fc.integer({ min: 1, max: 0x7fffffff }),
    fc.integer({ min: 1, max: 255 }),
    fc.nat(255),
    fc.nat(0xffffffff),
    (address, prefix, index, protocol, scope, sequence) => {
      const request = { index, address, prefix, protocol, scope };
      deepStrictEqual(parseMessages(addAddress(request, sequence)), [{
        type: "address",
        sequence,
        interrupted: false,
        address: { ...request, family: "ipv4", flags: 0 },
      }]);
    },
  ));
});

Deno.test("numbered() gives a request another sequence number, and nothing else", () => {
  const request = addAddress({ ...VIP, protocol: 112 }, 1);
  const other = numbered(request, 0xffff_fffe);
  strictEqual(other, request);
  deepStrictEqual(other, addAddress({ ...VIP, protocol: 112 }, 0xffff_fffe));
});

Deno.test("acknowledged() asks for an answer to what is done, or for none", () => {
  const request = addAddress({ ...VIP, protocol: 112 }, 1);
  const flags = (): number => request[6] ?? 0;
  strictEqual(acknowledged(request, false), request);
  strictEqual(flags(), 0x01);
  acknowledged(request, true);
  deepStrictEqual(request, addAddress({ ...VIP, protocol: 112 }, 1));
});

const VIP = { index: 4, address: "192.0.2.100", prefix: 24 };
const LEASED = {
  index: 3,
  address: "192.0.2.102",
  prefix: 24,
  protocol: 0x70,
};

const requests = [
  // The first three are known to be understood: the kernel answered them with
  // ACK, with the acknowledgement of a removal and with ADDRESSES.
  {
    name: "addAddress()",
    request: addAddress({ ...VIP, protocol: 0x70 }, 7),
    hex: `
      3000000014000506 0700000000000000 0218000004000000
      08000200c0000264 08000100c0000264 05000b0070000000
    `,
  },
  {
    name: "removeAddress()",
    request: removeAddress(VIP, 13),
    hex: `
      2800000015000500 0d00000000000000 0218000004000000
      08000200c0000264 08000100c0000264
    `,
  },
  {
    name: "dumpAddresses() of IPv4",
    request: dumpAddresses("ipv4", 12),
    hex: "1800000016000103 0c00000000000000 0200000000000000",
  },
  {
    name: "dumpAddresses() of IPv6",
    request: dumpAddresses("ipv6", 12),
    hex: "1800000016000103 0c00000000000000 0a00000000000000",
  },
  {
    name: "dumpLinks()",
    request: dumpLinks(22),
    hex: `
      2000000012000103 1600000000000000 0000000000000000 0000000000000000
    `,
  },
  {
    name: "addAddress() with a scope",
    request: addAddress({
      index: 3,
      address: "192.0.2.101",
      prefix: 32,
      protocol: 0x70,
      scope: 253,
    }, 0xffffffff),
    hex: `
      3000000014000506 ffffffff00000000 022000fd03000000
      08000200c0000265 08000100c0000265 05000b0070000000
    `,
  },
  {
    name: "addAddress() of IPv6",
    request: addAddress({
      index: 3,
      address: "2001:db8::100",
      prefix: 64,
      protocol: 0x70,
      preferred: true,
    }, 1),
    hex: `
      5000000014000506 0100000000000000 0a40000003000000
      1400020020010db8 0000000000000000 00000100
      1400010020010db8 0000000000000000 00000100
      0800080002000000 05000b0070000000
    `,
  },
  // `ip addr` of Linux 6.18 shows it as deprecated, valid_lft forever.
  {
    name: "addAddress() of IPv6 that is no source",
    request: addAddress({
      index: 3,
      address: "2001:db8::100",
      prefix: 64,
      protocol: 0x70,
    }, 1),
    hex: `
      6400000014000506 0100000000000000 0a40000003000000
      1400020020010db8 0000000000000000 00000100
      1400010020010db8 0000000000000000 00000100
      1400060000000000 ffffffff 0000000000000000
      0800080002000000 05000b0070000000
    `,
  },
  {
    name: "addAddress() of IPv6 that is no source, with a lifetime",
    request: addAddress({
      index: 3,
      address: "2001:db8::100",
      prefix: 64,
      protocol: 0x70,
      lifetime: 3,
      preferred: false,
    }, 1),
    hex: `
      6400000014000506 0100000000000000 0a40000003000000
      1400020020010db8 0000000000000000 00000100
      1400010020010db8 0000000000000000 00000100
      1400060000000000 03000000 0000000000000000
      0800080002000000 05000b0070000000
    `,
  },
  {
    name: "addAddress() of IPv4, which knows no deprecation",
    request: addAddress({ ...LEASED, lifetime: 3, preferred: false }, 1),
    hex: `
      4400000014000506 0100000000000000 0218000003000000
      08000200c0000266 08000100c0000266
      1400060003000000 03000000 0000000000000000 05000b0070000000
    `,
  },
  // Linux 6.18 took the following, and `ip addr` showed label, lifetime and
  // nodad as they are here.
  {
    name: "addAddress() with a label",
    request: addAddress({
      index: 3,
      address: "192.0.2.101",
      prefix: 24,
      protocol: 0x70,
      label: "d0:vip",
    }, 1),
    hex: `
      3c00000014000506 0100000000000000 0218000003000000
      08000200c0000265 08000100c0000265
      0b00030064303a7669700000 05000b0070000000
    `,
  },
  {
    name: "addAddress() with a lifetime",
    request: addAddress({ ...LEASED, lifetime: 3 }, 1),
    hex: `
      4400000014000506 0100000000000000 0218000003000000
      08000200c0000266 08000100c0000266
      1400060003000000 03000000 0000000000000000 05000b0070000000
    `,
  },
  {
    name: "renewAddress()",
    request: renewAddress({ ...LEASED, lifetime: 30 }, 1),
    hex: `
      4400000014000501 0100000000000000 0218000003000000
      08000200c0000266 08000100c0000266
      140006001e000000 1e000000 0000000000000000 05000b0070000000
    `,
  },
  {
    name: "renewAddress() of IPv6",
    request: renewAddress({
      index: 3,
      address: "2001:db8::101",
      prefix: 64,
      protocol: 0x70,
      lifetime: 30,
      preferred: true,
    }, 1),
    hex: `
      6400000014000501 0100000000000000 0a40000003000000
      1400020020010db8 0000000000000000 00000101
      1400010020010db8 0000000000000000 00000101
      140006001e000000 1e000000 0000000000000000
      0800080002000000 05000b0070000000
    `,
  },
];

for (const { name, request, hex } of requests) {
  Deno.test(`${name} writes what the kernel reads`, () => {
    deepStrictEqual(request, bytes(hex));
  });
}

// Captured from iproute2 6.1 at a device of index 3, all with the sequence
// number 1: `ip addr add 192.0.2.100/24`, `… add 192.0.2.102/24 valid_lft 3
// preferred_lft 3`, the same with `change`, and `… add 2001:db8::101/64
// valid_lft 3 preferred_lft 3 nodad`.
const IPROUTE2_ADD = bytes(`
  2800000014000506 0100000000000000 0218000003000000 08000200c0000264
  08000100c0000264
`);
const IPROUTE2_LEASE = bytes(`
  3c00000014000506 0100000000000000 0218000003000000 08000200c0000266
  08000100c0000266 1400060003000000 03000000 0000000000000000
`);
const IPROUTE2_RENEW = bytes(`
  3c00000014000501 0100000000000000 0218000003000000 08000200c0000266
  08000100c0000266 1400060003000000 03000000 0000000000000000
`);
const IPROUTE2_IPV6 = bytes(`
  5400000014000506 0100000000000000 0a40020003000000
  1400020020010db8 0000000000000000 00000101
  1400010020010db8 0000000000000000 00000101
  1400060003000000 03000000 0000000000000000
`);

/** A request without its last bytes, its length mended. */
function without(length: number, request: Uint8Array): Uint8Array {
  const rest = request.slice(0, -length);
  new DataView(rest.buffer).setUint32(0, rest.length, true);
  return rest;
}

Deno.test("addAddress() differs from iproute2 in IFA_PROTO only", () => {
  const request = addAddress({ ...VIP, index: 3, protocol: 0x70 }, 1);
  deepStrictEqual(without(8, request), IPROUTE2_ADD);
});

Deno.test("addAddress() with a lifetime differs from iproute2 in IFA_PROTO only", () => {
  const request = addAddress({ ...LEASED, lifetime: 3 }, 1);
  deepStrictEqual(without(8, request), IPROUTE2_LEASE);
});

Deno.test("renewAddress() differs from iproute2 in IFA_PROTO only", () => {
  const request = renewAddress({ ...LEASED, lifetime: 3 }, 1);
  deepStrictEqual(without(8, request), IPROUTE2_RENEW);
});

Deno.test("addAddress() of IPv6 says nodad in IFA_FLAGS where iproute2 has a field", () => {
  const address = { index: 3, address: "2001:db8::101", prefix: 64 };
  const request = addAddress({
    ...address,
    protocol: 0x70,
    lifetime: 3,
    preferred: true,
  }, 1);
  const rest = without(16, request);
  rest[18] = 2;
  deepStrictEqual(rest, IPROUTE2_IPV6);
});
