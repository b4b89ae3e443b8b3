// RFC 9568 sections 5 to 7 by what the whole core sends and does on a machine
// in memory. The bytes were computed apart from this code.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { VRRP_GROUP_IPV4 } from "../../src/wire/address.ts";
import {
  emitIpv4,
  IPPROTO_VRRP,
  VRRP_TOS,
  VRRP_TTL,
} from "../../src/wire/ipv4.ts";
import { FakeCore, INSTANCE } from "../lab/fake_core.ts";
import { forgeAdvert, type Forged } from "../lab/forge_advert.ts";

/** Priority 100, one second, 192.0.2.1 and .2, with a pseudo-header. */
const ADVERT = "310a6402006443eec0000201c0000202";
/** The same in the form of RFC 9568, with priority 0. */
const RESIGNS = "310a000200644a8bc0000201c0000202";
const V2_ADVERT = "210a64020001f6edc0000201c00002020000000000000000";

/** A core, and what it hears at a moment. */
function core(settings: Partial<typeof INSTANCE> = {}): FakeCore {
  return new FakeCore([{ ...INSTANCE, ...settings }]);
}

function hear(fake: FakeCore, at: number, advert: Forged): void {
  fake.run(at);
  fake.machine.hear(2, forgeAdvert(advert));
  fake.settle();
}

/** When adverts went out, after a moment. */
function sentAfter({ machine }: FakeCore, moment: number): readonly number[] {
  return machine.sent.map(({ at }) => at).filter((at) => at > moment);
}

Deno.test("§5.1.1 an advert in its IPv4 header, byte by byte", () => {
  const datagram = emitIpv4({
    source: "192.0.2.9",
    destination: VRRP_GROUP_IPV4,
    ttl: VRRP_TTL,
    tos: VRRP_TOS,
    protocol: IPPROTO_VRRP,
    id: 1,
  }, new Uint8Array(Buffer.from(ADVERT, "hex")));
  strictEqual(
    Buffer.from(datagram).toString("hex"),
    "45c0002400010000ff70188dc0000209e0000012" + ADVERT,
  );
});

Deno.test("§5.1.1 the core sends from its own address to the group", () => {
  const fake = core();
  fake.run(3700);
  deepStrictEqual(fake.machine.sent, [{
    at: 3609.375,
    link: "eth0",
    source: "192.0.2.9",
    destination: "224.0.0.18",
    hex: ADVERT,
  }]);
});

Deno.test("RFC 3768 §5.3 the core sends version 2 where that is configured", () => {
  const fake = core({ version: 2 });
  fake.run(3700);
  strictEqual(fake.machine.sent[0]?.hex, V2_ADVERT);
});

Deno.test("§5.2.8 with checksum rfc9568 the core sends that form alone", () => {
  const fake = core({ checksum: "rfc9568" });
  fake.run(3700);
  strictEqual(
    fake.machine.sent[0]?.hex,
    "310a64020064e68ac0000201c0000202",
  );
  fake.tell({ type: "stop" });
  strictEqual(fake.machine.sent.at(-1)?.hex, RESIGNS);
});

Deno.test("§6.4.3 the core answers a losing advert and keeps Adver_Timer", () => {
  const fake = core();
  hear(fake, 4000, { priority: 50 });
  strictEqual(fake.state(), "MASTER");
  fake.run(7000);
  deepStrictEqual(sentAfter(fake, 3700), [4000, 4605, 5605, 6605]);
});

Deno.test("§6.4.3 the core answers priority 0 and sets Adver_Timer anew", () => {
  const fake = core();
  hear(fake, 4000, { priority: 0 });
  fake.run(7000);
  deepStrictEqual(sentAfter(fake, 3700), [4000, 5000, 6000, 7000]);
});

Deno.test("§7.1 the core takes an advert with another address list for one", () => {
  for (const addresses of [["192.0.2.1"], ["192.0.2.7", "192.0.2.8"]]) {
    const fake = core();
    hear(fake, 3000, { addresses });
    fake.run(6609);
    strictEqual(fake.state(), "BACKUP");
    fake.run(6610);
    strictEqual(fake.state(), "MASTER");
    hear(fake, 7000, { addresses });
    strictEqual(fake.state(), "BACKUP");
  }
});

Deno.test("§7.1 the core takes the interval of the active router for its own", () => {
  const fake = core();
  hear(fake, 3000, { interval: 2000 });
  // Three times 2 s and 156/256 of 2 s more.
  fake.run(10_218.7);
  strictEqual(fake.state(), "BACKUP");
  fake.run(10_218.75);
  strictEqual(fake.state(), "MASTER");
});

Deno.test("§7.1 the core discards what was not sent as it is configured", () => {
  const fake = core();
  hear(fake, 3000, { destination: "192.0.2.9" });
  fake.run(3610);
  strictEqual(fake.state(), "MASTER");
  const peers = [{ address: "192.0.2.251", minTtl: 255 }];
  const unicast = core({ unicastPeers: peers });
  hear(unicast, 3000, {});
  unicast.run(3610);
  strictEqual(unicast.state(), "MASTER");
  strictEqual(unicast.machine.sent[0]?.destination, "192.0.2.251");
});

Deno.test("§7.1 the core discards an advert whose TTL is not 255", () => {
  const fake = core();
  hear(fake, 3000, { hopLimit: 254 });
  fake.run(3610);
  strictEqual(fake.state(), "MASTER");
});
