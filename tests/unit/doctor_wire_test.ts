import { deepStrictEqual, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { arpProbe } from "../../src/wire/arp_probe.ts";
import { overhear } from "../../src/wire/overheard.ts";

function bytes(hex: string): Uint8Array {
  const pairs = hex.replace(/\s+/g, "").match(/../g) ?? [];
  return new Uint8Array(pairs.map((pair) => parseInt(pair, 16)));
}

Deno.test("arpProbe() asks with sender 0.0.0.0 and an unknown target MAC", () => {
  const mac = bytes("02 00 00 00 00 01");
  deepStrictEqual(
    arpProbe(mac, "192.0.2.100"),
    bytes(`
      ffffffffffff 020000000001 0806
      0001 0800 06 04 0001
      020000000001 00000000
      000000000000 c0000264`),
  );
});

const IPV4 = bytes(`
  45c0 0028 0001 0000 ff70 0000 c0000202 e0000012
  21 33 c8 01 0001 0000 c0000264 0000000000000000`);
const IPV6 = bytes(`
  6c000000 0028 70 ff
  fe800000000000000000000000000002 ff020000000000000000000000000012
  31 34 64 02 0064 0000
  fe800000000000000000000000000100 20010db8000000000000000000000100`);

Deno.test("overhear() reads an advert of IPv4", () => {
  const advert = overhear(IPV4);
  strictEqual(advert?.payload.length, 20);
  deepStrictEqual({ ...advert, payload: null }, {
    ...{ family: "ipv4", source: "192.0.2.2", destination: "224.0.0.18" },
    ...{ hopLimit: 255, version: 2, virtualRouterId: 51, priority: 200 },
    ...{ addresses: ["192.0.2.100"], payload: null },
  });
});

Deno.test("overhear() reads an advert of IPv6", () => {
  const advert = overhear(IPV6);
  deepStrictEqual({ ...advert, payload: null }, {
    ...{ family: "ipv6", source: "fe80::2", destination: "ff02::12" },
    ...{ hopLimit: 255, version: 3, virtualRouterId: 52, priority: 100 },
    ...{ addresses: ["fe80::100", "2001:db8::100"], payload: null },
  });
});

Deno.test("overhear() takes as many addresses as there are bytes for", () => {
  // It claims nine; the authentication data may be two of them.
  const advert = overhear(IPV4.with(23, 9));
  deepStrictEqual(advert?.addresses, ["192.0.2.100", "0.0.0.0", "0.0.0.0"]);
});

Deno.test("overhear() leaves alone what is no advert", () => {
  strictEqual(overhear(IPV4.with(9, 17)), null, "UDP");
  strictEqual(overhear(IPV4.with(20, 0x22)), null, "type 2");
  strictEqual(overhear(IPV4.with(20, 0xff)), null, "the doctor's own");
  strictEqual(overhear(IPV6.with(6, 17)), null, "UDP over IPv6");
});

Deno.test("overhear() takes no packet that is cut off", () => {
  for (const packet of [IPV4, IPV6]) {
    for (let length = 0; length < packet.length; length++) {
      strictEqual(overhear(packet.subarray(0, length)), null, `${length}`);
    }
  }
});

Deno.test("overhear() throws at no bytes", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 120 }), (packet) => {
    overhear(packet);
  }));
});
