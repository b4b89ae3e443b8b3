// What the core says of itself when it is asked, after what happened to it.

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type {
  CoreStatus,
  InstanceFacts,
} from "../../src/daemon/core_status.ts";
import type { CoreSettings } from "../../src/daemon/messages.ts";
import { FakeCore, INSTANCE, vip } from "../lab/fake_core.ts";
import { failing } from "../lab/fake_machine.ts";
import { forgeAdvert } from "../lab/forge_advert.ts";

const SETTINGS: CoreSettings = {
  syncGroups: [],
  vipLeaseSeconds: null,
  logLevel: "debug",
};

/** Ask for a part and take the answer. */
function ask(fake: FakeCore, from = 0, id = 7): CoreStatus {
  const before = fake.posted.length;
  fake.machine.inbox.push({ type: "status", id, from });
  fake.turn();
  const [answer, ...more] = fake.posted.slice(before)
    .filter(({ type }) => type === "status");
  deepStrictEqual(more, []);
  ok(answer?.type === "status");
  strictEqual(answer.id, id);
  // It can be posted.
  return structuredClone(answer.status);
}

/** What is said of one instance. */
function askFor(fake: FakeCore, name = "VI_1"): InstanceFacts {
  const facts = ask(fake).instances.find((one) => one.name === name);
  ok(facts !== undefined);
  return facts;
}

Deno.test("a backup that hears a master says all of it", () => {
  const fake = new FakeCore();
  fake.run(500);
  fake.machine.hear(2, forgeAdvert());
  fake.run(700);
  deepStrictEqual(askFor(fake), {
    name: "VI_1",
    state: "BACKUP",
    since: 0,
    reason: { kind: "started" },
    previous: "INIT",
    priority: 100,
    terms: [],
    faults: [],
    drain: null,
    yielded: false,
    source: "192.0.2.9",
    skewTime: 609.375,
    masterDownInterval: 3609.375,
    nextAdvertIn: null,
    masterDownIn: 3409.375,
    preemptIn: null,
    checksumForm: "message",
    master: { address: "192.0.2.251", priority: 200, isSelf: false },
    heard: [{
      ...{ address: "192.0.2.251", priority: 200, ago: 200, adverts: 1 },
      mismatch: [],
    }],
    vips: [
      {
        ...{ address: "192.0.2.1", prefix: 24, interface: "eth0" },
        ...{ isExcluded: false, owner: null },
      },
      {
        ...{ address: "192.0.2.2", prefix: 24, interface: "eth0" },
        ...{ isExcluded: false, owner: null },
      },
    ],
    counters: {
      ...{ sent: 0, sendErrors: 0, received: 1, zeroSent: 0, zeroReceived: 0 },
      transitions: { INIT: 0, BACKUP: 1, MASTER: 0, FAULT: 0 },
      ...{ releasedMaster: 0, announcements: 0, losingAdverts: 0 },
      ...{ addressListMismatch: 0, repairs: 0, stalls: 0, dropped: {} },
    },
  });
});

Deno.test("a master says since when and why, what it holds and what comes next", () => {
  const excludedVirtualIps = [vip("10.0.0.1/32", { interface: "eth1" })];
  const fake = new FakeCore([{ ...INSTANCE, excludedVirtualIps }]);
  fake.run(4000);
  const facts = askFor(fake);
  deepStrictEqual(facts.state, "MASTER");
  strictEqual(facts.since, 3609.375);
  deepStrictEqual(facts.reason, {
    ...{ kind: "silence", peer: null, silentFor: 3609.375 },
  });
  strictEqual(facts.previous, "BACKUP");
  // Its adverts are on beats of 5 ms.
  strictEqual(facts.nextAdvertIn, 605);
  strictEqual(facts.masterDownIn, null);
  deepStrictEqual(facts.master, {
    ...{ address: "192.0.2.9", priority: 100, isSelf: true },
  });
  deepStrictEqual(
    facts.vips.map((one) => Object.values(one)),
    [
      ["192.0.2.1", 24, false, "eth0", "alived"],
      ["192.0.2.2", 24, false, "eth0", "alived"],
      ["10.0.0.1", 32, true, "eth1", "alived"],
    ],
  );
  const { sent, announcements, transitions, releasedMaster } = facts.counters;
  deepStrictEqual([sent, announcements, releasedMaster], [1, 3, 0]);
  deepStrictEqual(transitions, { INIT: 0, BACKUP: 1, MASTER: 1, FAULT: 0 });
});

Deno.test("priority 0, losing adverts and the end of a mastership are counted", () => {
  const fake = new FakeCore();
  fake.run(4000);
  const hear = (priority: number): void => {
    fake.machine.hear(2, forgeAdvert({ priority }));
    fake.settle();
  };
  hear(50);
  // So soon behind the other it is not answered, and is one all the same.
  hear(60);
  hear(0);
  strictEqual(askFor(fake).counters.losingAdverts, 2);
  strictEqual(askFor(fake).counters.zeroReceived, 1);
  // The better one wins: it is no losing one.
  hear(200);
  const { counters, previous, reason, heard, master } = askFor(fake);
  strictEqual(counters.losingAdverts, 2);
  strictEqual(counters.releasedMaster, 1);
  strictEqual(counters.zeroSent, 0);
  strictEqual(counters.received, 4);
  strictEqual(previous, "MASTER");
  strictEqual(reason?.kind, "better");
  strictEqual(master?.address, "192.0.2.251");
  deepStrictEqual(heard.map(({ priority, adverts }) => [priority, adverts]), [
    [200, 4],
  ]);
  fake.run(9000);
  fake.machine.putLink(2, "eth0", { flags: 0 });
  fake.settle();
  const after = askFor(fake);
  strictEqual(after.state, "FAULT");
  strictEqual(after.counters.zeroSent, 1);
  strictEqual(after.counters.releasedMaster, 2);
  deepStrictEqual(after.faults, [{
    cause: "interface",
    reason: {
      ...{ kind: "interface", interface: "eth0", condition: "down" },
      carries: null,
    },
  }]);
});

Deno.test("a frame that is refused announced nothing", () => {
  const fake = new FakeCore();
  fake.machine.refuse = (call) =>
    call === "sendFrame" ? failing("ENOBUFS", 105) : null;
  fake.run(4000);
  strictEqual(askFor(fake).counters.announcements, 0);
});

Deno.test("whoever takes no part names the master that it hears, for as long as it lives", () => {
  const fake = new FakeCore([{
    ...INSTANCE,
    trackers: [{
      watch: { type: "check", name: "web" },
      ...{ weight: 0, reverse: false },
    }],
  }]);
  const verdict = { up: false, value: null, detail: "refused" };
  fake.tell({ type: "verdict", check: "web", ...verdict });
  strictEqual(askFor(fake).master, null);
  fake.machine.hear(2, forgeAdvert());
  fake.settle();
  deepStrictEqual(askFor(fake).master, {
    ...{ address: "192.0.2.251", priority: 200, isSelf: false },
  });
  fake.run(4001);
  strictEqual(askFor(fake).master, null);
  fake.machine.hear(2, forgeAdvert({ priority: 0 }));
  fake.settle();
  strictEqual(askFor(fake).master, null);
});

Deno.test("who resigned is master no more", () => {
  const fake = new FakeCore();
  for (const priority of [200, 0]) {
    fake.machine.hear(2, forgeAdvert({ priority }));
    fake.settle();
  }
  const { master, masterDownIn, heard } = askFor(fake);
  strictEqual(master, null);
  strictEqual(masterDownIn, 609.375);
  deepStrictEqual(heard.map(({ priority }) => priority), [0]);
});

Deno.test("all trackers are told of, with what each adds", () => {
  const watch = (type: "check" | "interface", name: string) =>
    ({ type, name }) as const;
  const trackers = [
    { watch: watch("check", "web"), weight: -10, reverse: false },
    { watch: watch("check", "new"), weight: -5, reverse: false },
    { watch: watch("check", "load"), weight: -2, reverse: false },
    { watch: watch("interface", "eth1"), weight: 20, reverse: false },
    { watch: watch("interface", "eth7"), weight: 0, reverse: false },
  ];
  const fake = new FakeCore([{ ...INSTANCE, trackers }]);
  const down = { up: false, value: null, detail: "HTTP 503" };
  fake.tell({ type: "verdict", check: "web", ...down });
  const load = { up: true, value: 3, detail: null };
  fake.tell({ type: "verdict", check: "load", ...load });
  const { terms, priority } = askFor(fake);
  strictEqual(priority, 104);
  deepStrictEqual(terms, [
    {
      ...{ kind: "check", tracker: "web", weight: -10, reverse: false },
      ...{ up: false, value: null, term: -10, isFault: false },
      detail: "HTTP 503",
    },
    {
      ...{ kind: "check", tracker: "new", weight: -5, reverse: false },
      ...{ up: null, value: null, term: 0, isFault: false, detail: null },
    },
    {
      ...{ kind: "check", tracker: "load", weight: -2, reverse: false },
      ...{ up: true, value: 3, term: -6, isFault: false, detail: null },
    },
    {
      ...{ kind: "interface", tracker: "eth1", weight: 20, reverse: false },
      ...{ up: true, value: null, term: 20, isFault: false, detail: null },
    },
    {
      ...{ kind: "interface", tracker: "eth7", weight: 0, reverse: false },
      ...{ up: false, value: null, term: 0, isFault: true },
      detail: 'interface "eth7" does not exist',
    },
  ]);
});

Deno.test("nothing is added to the priority of an owner", () => {
  const watch = { type: "check", name: "web" } as const;
  const trackers = [{ watch, weight: -10, reverse: false }];
  const fake = new FakeCore([{ ...INSTANCE, priority: 255, trackers }]);
  const down = { up: false, value: null, detail: "HTTP 503" };
  fake.tell({ type: "verdict", check: "web", ...down });
  const { terms, priority } = askFor(fake);
  strictEqual(priority, 255);
  deepStrictEqual(terms.map(({ term, up }) => [term, up]), [[0, false]]);
});

Deno.test("an address that somebody else added is told apart", () => {
  const fake = new FakeCore();
  fake.machine.putAddress(2, "192.0.2.2/24");
  fake.settle();
  const owners = (): unknown => askFor(fake).vips.map(({ owner }) => owner);
  // It is there, whoever is master.
  deepStrictEqual(owners(), [null, "other"]);
  fake.run(4000);
  deepStrictEqual(owners(), ["alived", "other"]);
  fake.machine.removeAddress(2, "192.0.2.1/24");
  fake.machine.refuse = (call) =>
    call === "change" ? failing("ENOSPC", 28) : null;
  fake.run(4100);
  deepStrictEqual(owners(), [null, "other"]);
});

Deno.test("a delay of preemption is told while it runs", () => {
  const fake = new FakeCore([{ ...INSTANCE, preemptDelay: 5000 }]);
  fake.machine.hear(2, forgeAdvert({ priority: 50 }));
  fake.run(300);
  strictEqual(askFor(fake).preemptIn, 4700);
  fake.machine.hear(2, forgeAdvert({ priority: 200 }));
  fake.run(400);
  strictEqual(askFor(fake).preemptIn, null);
});

Deno.test("a group takes over with its last member", () => {
  const two = {
    ...{ ...INSTANCE, name: "VI_2", virtualRouterId: 11 },
    virtualIps: [vip("192.0.2.3/24")],
  };
  const group = {
    ...{ name: "G", instances: ["VI_1", "VI_2"], trackers: [] },
    notify: { byState: {}, any: null },
  };
  const fake = new FakeCore([INSTANCE, two], { syncGroups: [group] });
  fake.run(1000);
  fake.machine.hear(2, forgeAdvert({ vrid: 11 }));
  fake.run(1500);
  const { instances } = ask(fake);
  deepStrictEqual(instances.map(({ masterDownIn }) => masterDownIn), [
    3109.375,
    3109.375,
  ]);
});

Deno.test("what a host advertises otherwise than is configured here has names", () => {
  const fake = new FakeCore();
  fake.machine.hear(2, forgeAdvert({ addresses: ["192.0.2.1"], interval: 90 }));
  fake.settle();
  deepStrictEqual(askFor(fake).heard[0]?.mismatch, [
    "address_list",
    "interval",
  ]);
  strictEqual(askFor(fake).counters.addressListMismatch, 1);
});

Deno.test("hosts are those heard last, 16 of them", () => {
  const fake = new FakeCore();
  for (let host = 1; host <= 17; host++) {
    fake.machine.hear(2, forgeAdvert({ source: `192.0.2.${100 + host}` }));
    fake.run(host * 10);
  }
  // One that is known moves to the front.
  fake.machine.hear(2, forgeAdvert({ source: "192.0.2.105" }));
  fake.settle();
  const { heard, counters } = askFor(fake);
  strictEqual(counters.received, 18);
  deepStrictEqual(
    heard.map(({ address }) => address),
    [
      ...[105, 117, 116, 115, 114, 113, 112, 111, 110, 109, 108, 107, 106],
      ...[104, 103, 102],
    ].map((last) => `192.0.2.${last}`),
  );
  strictEqual(heard[0]?.adverts, 2);
});

Deno.test("other settings are a judge that knows no host yet", () => {
  const fake = new FakeCore();
  fake.machine.hear(2, forgeAdvert());
  fake.settle();
  strictEqual(askFor(fake).heard.length, 1);
  fake.tell({
    ...{ type: "reload", removed: [], restarted: [], added: [] },
    ...{ changed: [{ ...INSTANCE, priority: 90 }], settings: SETTINGS },
  });
  const { heard, counters, state } = askFor(fake);
  deepStrictEqual(heard, []);
  // It is the same virtual router.
  deepStrictEqual([counters.received, state], [1, "BACKUP"]);
  fake.machine.hear(2, forgeAdvert());
  fake.settle();
  deepStrictEqual(askFor(fake).heard.map(({ adverts }) => adverts), [1]);
});

Deno.test("parts of 64 instances follow one another", () => {
  const instances = Array.from({ length: 130 }, (_, i) => ({
    ...{ ...INSTANCE, name: `VI_${i + 1}`, virtualRouterId: i + 1 },
    virtualIps: [vip(`10.0.0.${i + 1}/32`)],
  }));
  const fake = new FakeCore(instances);
  const parts = [ask(fake), ask(fake, 64), ask(fake, 128), ask(fake, 999)];
  deepStrictEqual(
    parts.map(({ instances: [first, ...rest], next }) => [
      first?.name,
      rest.length + 1,
      next,
    ]),
    [
      ["VI_1", 64, 64],
      ["VI_65", 64, 128],
      ["VI_129", 2, null],
      [undefined, 1, null],
    ],
  );
});

Deno.test("a part has fewer instances where they have many addresses", () => {
  const instances = [1, 2, 3].map((number) => ({
    ...{ ...INSTANCE, name: `VI_${number}`, virtualRouterId: number },
    virtualIps: [],
    excludedVirtualIps: Array.from(
      { length: 300 },
      (_, i) => vip(`10.${number}.${i >> 8}.${i & 255}/32`),
    ),
  }));
  const fake = new FakeCore(instances);
  const { instances: first, next } = ask(fake);
  deepStrictEqual([first.length, next], [2, 2]);
});

Deno.test("turns, lateness and reloads of the whole are counted", () => {
  const fake = new FakeCore();
  fake.run(4000);
  const { turns } = fake;
  const before = ask(fake);
  strictEqual(before.turns, turns + 1);
  // Due at 4605: 7 ms late. It was awake before, and nothing was due then.
  fake.machine.time = 4612;
  fake.turn();
  const after = ask(fake);
  const added = after.lateness.counts.map((count, i) =>
    count - (before.lateness.counts[i] ?? 0)
  );
  deepStrictEqual(added, [0, 0, 0, 1, 1, 1, 1, 1, 1]);
  strictEqual(after.lateness.sum - before.lateness.sum, 7);
  strictEqual(after.lateness.max, 7);
  strictEqual(after.reloads, 0);
  fake.tell({
    ...{ type: "reload", removed: [], restarted: [], added: [], changed: [] },
    settings: SETTINGS,
  });
  strictEqual(ask(fake).reloads, 1);
});

Deno.test("a stall is one, however many instances suffer from it", () => {
  const two = {
    ...{ ...INSTANCE, name: "VI_2", virtualRouterId: 11 },
    virtualIps: [vip("192.0.2.3/24")],
  };
  const fake = new FakeCore([INSTANCE, two]);
  fake.run(4000);
  fake.machine.time = 14_000;
  fake.settle();
  const { stalls, instances } = ask(fake);
  strictEqual(stalls, 1);
  deepStrictEqual(instances.map(({ counters }) => counters.stalls), [1, 1]);
});

Deno.test("slow calls for addresses and lost news are counted", () => {
  const fake = new FakeCore();
  fake.machine.takes = (call) => call === "changeAddresses" ? 100 : 0;
  fake.run(4000);
  strictEqual(ask(fake).netlinkSlow, 0);
  fake.machine.takes = (call) => call === "changeAddresses" ? 101 : 0;
  fake.machine.hear(2, forgeAdvert());
  fake.run(4200);
  strictEqual(ask(fake).netlinkSlow, 1);
  strictEqual(ask(fake).netlinkOverruns, 0);
  fake.machine.news.push("overrun");
  fake.settle();
  strictEqual(ask(fake).netlinkOverruns, 1);
});

Deno.test("an answer is behind the adverts of its turn, and waits for no work", () => {
  const fake = new FakeCore([{
    ...INSTANCE,
    excludedVirtualIps: Array.from(
      { length: 1000 },
      (_, i) => vip(`10.1.${i >> 8}.${i & 255}/32`),
    ),
  }]);
  // Each call for addresses takes so long that the turn ends behind it.
  fake.machine.takes = (call) => call === "changeAddresses" ? 25 : 0;
  fake.machine.time = 3700;
  fake.machine.inbox.push({ type: "status", id: 1, from: 0 });
  fake.turn();
  const [answer] = fake.posted.filter(({ type }) => type === "status");
  ok(answer?.type === "status");
  const [facts] = answer.status.instances;
  strictEqual(facts?.state, "MASTER");
  strictEqual(facts?.counters.sent, 1);
  strictEqual(facts?.vips.every(({ owner }) => owner === null), true);
  strictEqual(fake.core.work.isPending, true);
});

Deno.test("an advert that says the same again is noted without anything new", () => {
  const fake = new FakeCore();
  const hosts = fake.core.instances.get("VI_1")?.hosts;
  fake.machine.hear(2, forgeAdvert());
  fake.settle();
  const [host] = hosts?.newest() ?? [];
  for (let i = 0; i < 3; i++) fake.machine.hear(2, forgeAdvert());
  fake.settle();
  const [again] = hosts?.newest() ?? [];
  strictEqual(again, host);
  strictEqual(again?.adverts, 4);
  strictEqual(again?.heard, fake.core.instances.get("VI_1")?.heard);
});
