// What is remembered of the last advert changes nothing but the time it takes.

import {
  deepStrictEqual,
  notStrictEqual,
  strictEqual,
} from "node:assert/strict";
import fc from "fast-check";
import { type Heard, judge } from "../../src/daemon/core/heard.ts";
import { newInstance } from "../../src/daemon/core/instance.ts";
import type { Datagram } from "../../src/kernel/port.ts";
import { FakeCore, INSTANCE, vip } from "../lab/fake_core.ts";
import { forgeAdvert, type Forged } from "../lab/forge_advert.ts";

/** Judge one datagram, then another one. */
function judgeBoth(first: Datagram, second: Datagram): unknown[] {
  const instance = newInstance(INSTANCE, 0);
  const heard = judge(instance, null, first) as Heard;
  return [heard, judge(instance, heard, second)];
}

Deno.test("the same datagram is not judged again", () => {
  const [first, second] = judgeBoth(forgeAdvert(), forgeAdvert({ at: 7 }));
  strictEqual(second, first);
});

Deno.test("a datagram is remembered when its buffer is used again", () => {
  const advert = forgeAdvert();
  const [heard] = judgeBoth(advert, advert);
  advert.payload.fill(0xee);
  const [again] = judgeBoth(forgeAdvert(), forgeAdvert());
  deepStrictEqual(heard, again);
});

Deno.test("any byte, and each address, makes a datagram another one", () => {
  const forged: readonly Forged[] = [
    { source: "192.0.2.250" },
    { priority: 199 },
    { interval: 990 },
    { addresses: ["192.0.2.2", "192.0.2.1"] },
    { addresses: ["192.0.2.1"] },
  ];
  for (const one of forged) {
    const [first, second] = judgeBoth(forgeAdvert(), forgeAdvert(one));
    notStrictEqual(second, first);
  }
  const advert = forgeAdvert();
  for (const [i, byte] of advert.payload.entries()) {
    const payload = advert.payload.with(i, byte ^ 1);
    const [first, second] = judgeBoth(advert, { ...advert, payload });
    notStrictEqual(second, first, `byte ${i}`);
  }
  for (const other of [{ destination: "192.0.2.9" }, { hopLimit: 254 }]) {
    const [first, second] = judgeBoth(advert, { ...advert, ...other });
    notStrictEqual(second, first);
  }
});

/** A core that has heard the advert of {@linkcode forgeAdvert}. */
function hearing(): FakeCore {
  const fake = new FakeCore();
  hear(fake);
  deepStrictEqual(dropped(fake), {});
  return fake;
}

function hear(fake: FakeCore): void {
  fake.machine.hear(2, forgeAdvert());
  fake.settle();
}

function dropped({ core }: FakeCore): unknown {
  return core.instances.get("VI_1")?.counters.dropped;
}

function reload(fake: FakeCore, changes: Partial<typeof INSTANCE>): void {
  fake.tell({
    type: "reload",
    ...{ removed: [], restarted: [], added: [] },
    changed: [{ ...INSTANCE, ...changes }],
    settings: {
      ...{ syncGroups: [], vipLeaseSeconds: null },
      logLevel: "debug",
    },
  });
}

Deno.test("other settings judge anew", () => {
  const fake = hearing();
  reload(fake, { checksum: "pseudo_header" });
  hear(fake);
  deepStrictEqual(dropped(fake), { checksum: 1 });
  reload(fake, {});
  hear(fake);
  deepStrictEqual(dropped(fake), { checksum: 1 });
});

Deno.test("other addresses of ours are compared anew", () => {
  const fake = hearing();
  reload(fake, { virtualIps: [vip("192.0.2.1/24")] });
  hear(fake);
  const { counters } = fake.core.instances.get("VI_1") ?? {};
  strictEqual(counters?.addressListMismatch, 1);
});

Deno.test("the sender is judged each time: addresses of links change", () => {
  for (
    const [address, reason] of [
      ["192.0.2.251/24", "own_address"],
      ["192.0.2.129/30", null],
      ["192.0.2.250/30", "source"],
    ] as const
  ) {
    const fake = hearing();
    fake.machine.putAddress(2, address);
    if (reason === "own_address") {
      fake.machine.removeAddress(2, "192.0.2.9/24");
    }
    fake.settle();
    hear(fake);
    deepStrictEqual(dropped(fake), reason === null ? {} : { [reason]: 1 });
  }
});

const LONG = [...Array(9).keys()].map((i) => `192.0.2.${i + 1}`);
const ADVERTS: readonly Forged[] = [
  {},
  { source: "192.0.2.252" },
  { source: "192.0.2.63" },
  { hopLimit: 254 },
  { destination: "192.0.2.9" },
  { destination: "192.0.2.9", hopLimit: 254 },
  { priority: 0 },
  { priority: 50 },
  { interval: 2000 },
  { addresses: ["192.0.2.2", "192.0.2.1"] },
  { addresses: ["192.0.2.1"] },
  { addresses: LONG },
  { addresses: [] },
  { version: 2 },
  { version: 2, priority: 50 },
  { vrid: 11 },
];
const SETTINGS: readonly Partial<typeof INSTANCE>[] = [
  {},
  { priority: 250 },
  { version: 2 },
  { version: 2, password: "secret" },
  { version: 2, advertInterval: 2000 },
  { checksum: "pseudo_header" },
  { virtualIps: [] },
  { virtualIps: [vip("192.0.2.1/24")] },
  { unicastPeers: [{ address: "192.0.2.251", minTtl: 255 }] },
  { unicastPeers: [{ address: "192.0.2.251", minTtl: 254 }] },
  { unicastPeers: [{ address: "192.0.2.252", minTtl: 1 }] },
  { sourceAddress: "192.0.2.251" },
];
const ADDRESSES = ["192.0.2.251/24", "192.0.2.3/26", "192.0.2.252/32"];

const happening = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      advert: fc.nat(ADVERTS.length - 1),
      times: fc.integer({ min: 1, max: 3 }),
      flip: fc.option(fc.nat(15), { freq: 8 }),
    }),
  },
  fc.record({ settings: fc.nat(SETTINGS.length - 1) }),
  fc.record({ put: fc.nat(ADDRESSES.length - 1) }),
  fc.record({ remove: fc.nat(ADDRESSES.length - 1) }),
  fc.record({ passes: fc.integer({ min: 1, max: 1500 }) }),
);
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

function happen(fake: FakeCore, one: Happening, forgets: boolean): void {
  const { machine } = fake;
  if ("advert" in one) {
    const datagram = forgeAdvert(ADVERTS[one.advert]);
    const { payload } = datagram;
    if (one.flip !== null && one.flip < payload.length) {
      payload[one.flip] = (payload[one.flip] ?? 0) ^ 0x10;
    }
    for (let time = 0; time < one.times; time++) {
      const instance = fake.core.instances.get("VI_1");
      if (forgets && instance !== undefined) instance.heard = null;
      machine.hear(2, datagram);
      fake.settle();
    }
  } else if ("settings" in one) {
    reload(fake, SETTINGS[one.settings] ?? {});
  } else if ("put" in one) machine.putAddress(2, ADDRESSES[one.put] ?? "");
  else if ("remove" in one) {
    machine.removeAddress(2, ADDRESSES[one.remove] ?? "");
  } else fake.run(machine.time + one.passes);
  fake.settle();
}

Deno.test("a core that forgets what it heard does the same", () => {
  fc.assert(
    fc.property(
      fc.array(happening, { minLength: 20, maxLength: 40 }),
      (story) => {
        const [one, other] = [new FakeCore(), new FakeCore()];
        for (const what of story) {
          happen(one, what, false);
          happen(other, what, true);
          strictEqual(one.wakeAt, other.wakeAt);
        }
        const seen = ({ core, posted, machine }: FakeCore): unknown => ({
          counters: core.instances.get("VI_1")?.counters,
          ports: [...core.ports.values()].map(({ counters }) => counters),
          state: core.engine.routers.get("VI_1"),
          ...{ posted, sent: machine.sent, changes: machine.changes },
        });
        deepStrictEqual(seen(one), seen(other));
      },
    ),
    { numRuns: 300 },
  );
});
