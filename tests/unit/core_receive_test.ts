// Datagrams go through the core as they come from a socket: what they change,
// what they are counted as, and what is said of them.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Datagram } from "../../src/kernel/port.ts";
import { newEcho } from "../../src/wire/echo.ts";
import { FakeCore, INSTANCE, vip } from "../lab/fake_core.ts";
import { failing } from "../lab/fake_machine.ts";
import { forgeAdvert, type Forged } from "../lab/forge_advert.ts";

/** When a backup of priority 100 that has heard nobody takes over. */
const DOWN = 3609.375;

/** A core that has listened for a second, and hears this. */
function hearing(
  datagrams: readonly (Datagram | null)[],
  settings: Partial<typeof INSTANCE> = {},
): FakeCore {
  const fake = new FakeCore([{ ...INSTANCE, ...settings }]);
  fake.run(1000);
  for (const datagram of datagrams) fake.machine.hear(2, datagram);
  fake.settle();
  return fake;
}

/** What VI_1 dropped, by reason. */
function dropped({ core }: FakeCore): unknown {
  return core.instances.get("VI_1")?.counters.dropped;
}

/** What the link dropped for nobody, by reason. */
function droppedOnLink({ core }: FakeCore): unknown {
  return [...core.ports.values()].map(({ counters }) => counters.dropped);
}

Deno.test("a backup that hears nobody takes over when its time is over", () => {
  const fake = hearing([]);
  strictEqual(fake.wakeAt, DOWN);
});

Deno.test("an advert through the core keeps a backup from taking over", () => {
  const fake = hearing([forgeAdvert()]);
  strictEqual(fake.wakeAt, 1000 + DOWN);
  strictEqual(fake.core.instances.get("VI_1")?.counters.received, 1);
  deepStrictEqual(dropped(fake), {});
});

Deno.test("an echo of alived test is no advert, and nothing is said of it", () => {
  const echo = { ...forgeAdvert({ hopLimit: 0 }), payload: newEcho() };
  const fake = hearing([echo]);
  strictEqual(fake.wakeAt, DOWN);
  deepStrictEqual(droppedOnLink(fake), [{}]);
  deepStrictEqual(fake.logged("advert_dropped"), []);
  // What came by the wire is another matter.
  const strange = hearing([{ ...echo, hopLimit: 1 }]);
  strictEqual(strange.logged("advert_dropped").length, 1);
});

Deno.test("silence counts from when the kernel got an advert", () => {
  const fake = hearing([forgeAdvert({ at: 996.5 })]);
  strictEqual(fake.wakeAt, 996.5 + DOWN);
});

Deno.test("of two adverts of one read the one that came last counts", () => {
  const fake = hearing([forgeAdvert(), forgeAdvert({ at: 996.5 })]);
  strictEqual(fake.wakeAt, 1000 + DOWN);
});

Deno.test("an advert with another address list counts like any other, and is named once", () => {
  for (
    const addresses of [
      ["192.0.2.1"],
      ["192.0.2.1", "192.0.2.3"],
      ["192.0.2.1", "192.0.2.2", "192.0.2.3"],
    ]
  ) {
    const advert = forgeAdvert({ addresses });
    const fake = hearing([advert, advert]);
    strictEqual(fake.wakeAt, 1000 + DOWN);
    const { counters } = fake.core.instances.get("VI_1") ?? {};
    strictEqual(counters?.addressListMismatch, 2);
    strictEqual(counters?.received, 2);
    deepStrictEqual(
      fake.logged("address_list_mismatch").map(({ message }) => message),
      [
        `192.0.2.251 advertises other addresses: ${addresses.join(", ")} ` +
        "(here: 192.0.2.1, 192.0.2.2)",
      ],
    );
  }
});

Deno.test("an advert with the same addresses in another order is no mismatch", () => {
  const addresses = ["192.0.2.2", "192.0.2.1"];
  const fake = hearing([forgeAdvert({ addresses })]);
  strictEqual(
    fake.core.instances.get("VI_1")?.counters.addressListMismatch,
    0,
  );
  strictEqual(fake.wakeAt, 1000 + DOWN);
});

Deno.test("a v3 advert with another interval is learnt", () => {
  const fake = hearing([forgeAdvert({ interval: 100 })]);
  // Three intervals and 156/256 of one more.
  strictEqual(fake.wakeAt, 1360.9375);
  deepStrictEqual(dropped(fake), {});
});

Deno.test("a v2 advert with another interval is dropped", () => {
  const advert: Forged = { version: 2, interval: 2000 };
  const fake = hearing([forgeAdvert(advert)], { version: 2 });
  strictEqual(fake.wakeAt, DOWN);
  deepStrictEqual(dropped(fake), { interval: 1 });
});

/** What no host can have as its address. */
const NO_SOURCES = [
  ...["0.0.0.0", "0.1.2.3", "127.0.0.1", "192.0.2.255", "224.0.0.18"],
  ...["224.0.0.0", "239.255.255.255", "240.0.0.1", "255.255.255.255"],
];

for (const source of NO_SOURCES) {
  Deno.test(`an advert from ${source} is dropped`, () => {
    const fake = hearing([forgeAdvert({ source })]);
    strictEqual(fake.wakeAt, DOWN);
    deepStrictEqual(dropped(fake), { source: 1 });
  });
}

Deno.test("an advert from a neighbour of those addresses counts", () => {
  for (
    const source of [
      ...["1.0.0.1", "126.255.255.255", "128.0.0.1", "192.0.2.254"],
      ...["192.0.3.255", "223.255.255.255", "10.0.0.255"],
    ]
  ) {
    const fake = hearing([forgeAdvert({ source })]);
    deepStrictEqual(dropped(fake), {}, source);
    strictEqual(fake.wakeAt, 1000 + DOWN);
  }
});

Deno.test("a subnet of /31 or /32 has no broadcast address", () => {
  for (const prefix of [30, 31, 32]) {
    const fake = new FakeCore();
    fake.machine.putAddress(2, `198.51.100.6/${prefix}`);
    fake.machine.putAddress(2, `198.51.100.7/${prefix}`);
    fake.settle();
    fake.machine.hear(2, forgeAdvert({ source: "198.51.100.7" }));
    fake.settle();
    deepStrictEqual(dropped(fake), prefix === 30 ? { source: 1 } : {});
  }
});

Deno.test("a broadcast address counts as one as soon as the link has its subnet", () => {
  const advert = forgeAdvert({ source: "198.51.100.255" });
  const fake = hearing([advert]);
  deepStrictEqual(dropped(fake), {});
  fake.machine.putAddress(2, "198.51.100.1/24");
  fake.settle();
  fake.machine.hear(2, advert);
  fake.settle();
  deepStrictEqual(dropped(fake), { source: 1 });
});

Deno.test("an advert sent to this host is dropped where multicast is configured", () => {
  const fake = hearing([forgeAdvert({ destination: "192.0.2.9" })]);
  strictEqual(fake.wakeAt, DOWN);
  deepStrictEqual(dropped(fake), { destination: 1 });
});

const UNICAST = { unicastPeers: [{ address: "192.0.2.251", minTtl: 255 }] };

Deno.test("an advert sent to the group is dropped where peers are configured", () => {
  const fake = hearing([forgeAdvert()], UNICAST);
  strictEqual(fake.wakeAt, DOWN);
  deepStrictEqual(dropped(fake), { destination: 1 });
});

Deno.test("where peers are configured only their adverts count", () => {
  const destination = "192.0.2.9";
  const stranger = forgeAdvert({ destination, source: "192.0.2.250" });
  const fake = hearing([stranger], UNICAST);
  strictEqual(fake.wakeAt, DOWN);
  deepStrictEqual(dropped(fake), { unknown_peer: 1 });
  fake.machine.hear(2, forgeAdvert({ destination }));
  fake.settle();
  strictEqual(fake.wakeAt, 1000 + DOWN);
});

Deno.test("a peer's adverts may have travelled as far as is configured, and no farther", () => {
  const peer = { address: "192.0.2.251", minTtl: 254 };
  const destination = "192.0.2.9";
  for (
    const [hopLimit, drops] of [[254, {}], [253, { hop_limit: 1 }]] as const
  ) {
    const advert = forgeAdvert({ destination, hopLimit });
    const fake = hearing([advert], { unicastPeers: [peer] });
    deepStrictEqual(dropped(fake), drops);
  }
});

Deno.test("every wrong datagram is counted by its reason where it belongs, and changes nothing", () => {
  const flipped = forgeAdvert();
  flipped.payload[15] = 99;
  const fake = hearing([
    flipped,
    forgeAdvert({ hopLimit: 254 }),
    forgeAdvert({ version: 2 }),
    forgeAdvert({ source: "192.0.2.9" }),
    forgeAdvert({ vrid: 11 }),
    { ...forgeAdvert(), payload: new Uint8Array([0x31, 10, 200]) },
    null,
  ]);
  strictEqual(fake.wakeAt, DOWN);
  deepStrictEqual(dropped(fake), {
    checksum: 1,
    hop_limit: 1,
    version: 1,
    own_address: 1,
  });
  deepStrictEqual(droppedOnLink(fake), [
    { unknown_vrid: 1, truncated: 1, ip_header: 1 },
  ]);
  deepStrictEqual(
    fake.logged("advert_dropped").map(({ level, message }) =>
      `${level}: ${message}`
    ),
    [
      "warning: Ignoring adverts from 192.0.2.251: wrong checksum",
      "warning: Ignoring adverts from 192.0.2.251: TTL too low, so it was " +
      "routed or forged: 254 (here: at least 255)",
      "warning: Ignoring adverts from 192.0.2.251: other VRRP version than " +
      "configured: 2 (here: 3)",
      "warning: Ignoring adverts from 192.0.2.9: sent from our own address " +
      "(a duplicate address, or a loop)",
      "info: Ignoring adverts from 192.0.2.251: no instance has VRID 11",
      "warning: Ignoring adverts from 192.0.2.251: too short for an advert",
      "warning: Ignoring adverts from ?: no sound IP header, or too long for " +
      "an advert",
    ],
  );
});

Deno.test("a drop is said once for each reason, whoever its sources are", () => {
  const fake = hearing(
    Array.from(
      { length: 40 },
      (_, i) => forgeAdvert({ source: `192.0.2.${i + 20}`, hopLimit: 1 }),
    ),
  );
  deepStrictEqual(dropped(fake), { hop_limit: 40 });
  strictEqual(fake.logged("advert_dropped").length, 1);
});

Deno.test("two virtual routers share a port and hear their own adverts only", () => {
  const other = {
    ...INSTANCE,
    name: "VI_2",
    virtualRouterId: 11,
    virtualIps: [vip("192.0.2.3/24")],
  };
  const fake = new FakeCore([INSTANCE, other]);
  strictEqual(fake.core.ports.size, 1);
  fake.run(2000);
  fake.machine.hear(2, forgeAdvert({ vrid: 11, addresses: ["192.0.2.3"] }));
  fake.run(4000);
  strictEqual(fake.state("VI_1"), "MASTER");
  strictEqual(fake.state("VI_2"), "BACKUP");
});

Deno.test("the form of the checksum that was heard is answered in", () => {
  const fake = hearing([]);
  fake.run(4000);
  // The first advert covers a pseudo-header, as peers of RFC 5798 want it.
  strictEqual(fake.machine.sent[0]?.hex, "310a6402006443eec0000201c0000202");
  fake.machine.hear(2, forgeAdvert({ priority: 50 }));
  fake.settle();
  strictEqual(
    fake.machine.sent.at(-1)?.hex,
    "310a64020064e68ac0000201c0000202",
  );
});

Deno.test("a port is read until it is empty, 512 datagrams at a time", () => {
  for (const [count, left] of [[512, 0], [513, 1]] as const) {
    const fake = new FakeCore();
    fake.run(1000);
    for (let i = 0; i < count; i++) fake.machine.hear(2, forgeAdvert());
    fake.turn();
    strictEqual(fake.machine.unheard, left);
    strictEqual(fake.core.instances.get("VI_1")?.counters.received, 512);
    fake.settle();
    strictEqual(fake.machine.unheard, 0);
  }
});

Deno.test("64 sources of a link are remembered, and all are still judged", () => {
  const from = (count: number): Datagram[] =>
    Array.from(
      { length: count },
      (_, i) => forgeAdvert({ source: `198.51.100.${i + 1}` }),
    );
  for (const [count, known] of [[64, 64], [65, 1]] as const) {
    const fake = hearing(from(count));
    const [port] = fake.core.ports.values();
    strictEqual(port?.sources.size, known);
    strictEqual(fake.core.instances.get("VI_1")?.counters.received, count);
  }
});

Deno.test("a port that fails is opened again at once, and a backup listens as long as ever", () => {
  const fake = hearing([]);
  const { machine } = fake;
  const failOnce = (): void => {
    machine.refuse = (call) => {
      if (call !== "receive") return null;
      machine.refuse = () => null;
      return failing("ECONNABORTED", 103);
    };
  };
  // As it is about to take over.
  failOnce();
  fake.run(DOWN);
  strictEqual(fake.core.ports.size, 1);
  strictEqual(fake.state(), "BACKUP");
  strictEqual(fake.wakeAt, 2 * DOWN);
  machine.hear(2, forgeAdvert());
  failOnce();
  fake.run(DOWN);
  strictEqual(fake.logged("receive_failed").length, 1);
  fake.run(2 * DOWN);
  strictEqual(fake.state(), "MASTER");
});

Deno.test("a port that cannot be opened again is a fault until it can", () => {
  const fake = hearing([]);
  const { machine } = fake;
  machine.refuse = (call) =>
    call === "receive" || call === "openReceiver"
      ? failing("EMFILE", 24)
      : null;
  fake.run(DOWN);
  strictEqual(fake.state(), "FAULT");
  machine.refuse = () => null;
  fake.run(DOWN + 999);
  strictEqual(fake.core.ports.size, 0);
  fake.run(DOWN + 1000);
  strictEqual(fake.state(), "BACKUP");
  strictEqual(fake.core.ports.size, 1);
});

Deno.test("a port whose link is down stays open", () => {
  const fake = hearing([]);
  fake.machine.refuse = (call) =>
    call === "receive" ? failing("ENETDOWN", 100) : null;
  fake.machine.hear(2, null);
  fake.turn();
  fake.machine.refuse = () => null;
  strictEqual(fake.core.ports.size, 1);
  strictEqual(
    fake.logged("receive_failed")[0]?.message,
    '"eth0": Cannot do it: ENETDOWN',
  );
});

Deno.test("forged adverts are what section 5 of the RFC says", () => {
  strictEqual(
    Buffer.from(forgeAdvert().payload).toString("hex"),
    "310ac8020064828ac0000201c0000202",
  );
  strictEqual(
    Buffer.from(forgeAdvert({ version: 2 }).payload).toString("hex"),
    "210ac802000192edc0000201c00002020000000000000000",
  );
});
