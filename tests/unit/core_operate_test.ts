// What the core makes of operators' orders.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type { InstanceSettings } from "../../src/config/settings/instance.ts";
import type { Operate, Order, Reload } from "../../src/daemon/messages.ts";
import type { Drain } from "../../src/vrrp/operator.ts";
import { FakeCore, INSTANCE, vip } from "../lab/fake_core.ts";
import { forgeAdvert } from "../lab/forge_advert.ts";

const ONE = { ...INSTANCE, virtualIps: [vip("192.0.2.1/24")] };
const TWO: InstanceSettings = {
  ...INSTANCE,
  name: "VI_2",
  virtualRouterId: 11,
  virtualIps: [vip("192.0.2.2/24")],
};
const OWNER: InstanceSettings = { ...ONE, priority: 255 };
const GROUP = {
  ...{ name: "G", instances: ["VI_1", "VI_2"], trackers: [] },
  notify: { byState: {}, any: null },
};
const DRAIN: Drain = {
  ...{ since: 1_795_716_000_000, until: 1_795_723_200_000, by: "alice" },
  ...{ reason: "kernel update", lastResort: false },
};
const LAST_RESORT: Drain = { ...DRAIN, until: null, lastResort: true };
const FAILOVER: Order = { verb: "failover", by: "alice" };
const RESUME: Order = { verb: "resume", by: "bob", isOver: false };

function drain(order: Drain): Order {
  return { verb: "drain", drain: order };
}

let last = 0;

/** Order something; what the core answers, in short. */
function order(
  fake: FakeCore,
  order: Order,
  instances: readonly string[] = ["VI_1"],
  change: Partial<Operate> = {},
): string {
  const id = ++last;
  const validUntil = Infinity;
  fake.tell({
    ...{ type: "operate", id, order, instances, validUntil },
    ...change,
  });
  return fake.posted.flatMap((message) =>
    message.type !== "obeyed" || message.id !== id
      ? []
      : message.outcomes.map(({ instance, refused }) =>
        `${instance} ${refused}`
      )
  ).join(", ");
}

/** A core whose instances are master. */
function serving(
  instances: readonly InstanceSettings[] = [ONE],
  syncGroups: readonly typeof GROUP[] = [],
): FakeCore {
  const fake = new FakeCore(instances, { syncGroups });
  fake.run(4000);
  fake.machine.sent.splice(0);
  return fake;
}

/** VRID and priority of what was sent. */
function sent({ machine }: FakeCore): string[] {
  return machine.sent.map(({ hex }) => hex.slice(2, 6));
}

/** The lines of the log of an event, with their level. */
function lines(
  fake: FakeCore,
  event: Parameters<FakeCore["logged"]>[0],
): string[] {
  return fake.logged(event).map(({ instance, level, message }) =>
    `${instance} ${level}: ${message}`
  );
}

function reload(change: Partial<Reload>): Reload {
  return {
    ...{ type: "reload", removed: [], restarted: [], changed: [], added: [] },
    settings: { syncGroups: [], vipLeaseSeconds: null, logLevel: "debug" },
    ...change,
  };
}

Deno.test("a drained master resigns, and takes no part until it is resumed", () => {
  const fake = serving();
  strictEqual(order(fake, drain(DRAIN)), "VI_1 null");
  strictEqual(fake.state(), "FAULT");
  deepStrictEqual(sent(fake), ["0a00"]);
  deepStrictEqual(fake.machine.changes.slice(-1), [
    "remove 2 192.0.2.1/24",
  ]);
  fake.run(60_000);
  deepStrictEqual(sent(fake), ["0a00"]);
  strictEqual(order(fake, RESUME), "VI_1 null");
  strictEqual(fake.state(), "BACKUP");
  fake.run(63_609);
  strictEqual(fake.state(), "BACKUP");
  fake.run(63_610);
  strictEqual(fake.state(), "MASTER");
  deepStrictEqual(lines(fake, "drained"), [
    'VI_1 notice: Drained by "alice" until 2026-11-26T20:00:00Z, serves no ' +
    "more: kernel update",
  ]);
  deepStrictEqual(lines(fake, "resumed"), ['VI_1 notice: Resumed by "bob"']);
  deepStrictEqual(
    fake.logged("transition").map(({ reason }) => reason).slice(-3),
    [
      'drained by "alice" until 2026-11-26T20:00:00Z: kernel update',
      'resumed by "bob"',
      "heard no master for 3.609 s",
    ],
  );
});

Deno.test("an order that changes nothing is refused, one that says more is not", () => {
  const fake = serving();
  strictEqual(order(fake, RESUME), "VI_1 already");
  strictEqual(order(fake, drain(DRAIN)), "VI_1 null");
  const again = { ...DRAIN, since: DRAIN.since + 5, by: "bob" };
  strictEqual(order(fake, drain(again)), "VI_1 already");
  strictEqual(order(fake, drain({ ...DRAIN, until: null })), "VI_1 null");
  strictEqual(order(fake, drain({ ...DRAIN, reason: null })), "VI_1 null");
  strictEqual(order(fake, drain(LAST_RESORT)), "VI_1 null");
  strictEqual(fake.core.drains.get("VI_1"), LAST_RESORT);
  strictEqual(order(fake, RESUME), "VI_1 null");
  strictEqual(order(fake, RESUME), "VI_1 already");
});

Deno.test("an order for what is not there is refused, but for the end of a drain", () => {
  const fake = new FakeCore([ONE], { drains: { VI_9: DRAIN } });
  for (const one of [FAILOVER, RESUME, drain(DRAIN)]) {
    strictEqual(order(fake, one, ["VI_8"]), "VI_8 unknown");
  }
  strictEqual(order(fake, RESUME, ["VI_9"]), "VI_9 null");
  strictEqual(order(fake, RESUME, ["VI_9"]), "VI_9 unknown");
});

Deno.test("an order that is too old is neither obeyed nor answered", () => {
  const fake = serving();
  const validUntil = fake.machine.wallClock() - 1;
  strictEqual(order(fake, drain(DRAIN), ["VI_1"], { validUntil }), "");
  strictEqual(fake.state(), "MASTER");
  const inTime = { validUntil: fake.machine.wallClock() };
  strictEqual(order(fake, drain(DRAIN), ["VI_1"], inTime), "VI_1 null");
});

Deno.test("the last resort serves alone with priority 1, and yields to anybody better", () => {
  const fake = serving();
  strictEqual(order(fake, drain(LAST_RESORT)), "VI_1 null");
  strictEqual(fake.state(), "MASTER");
  deepStrictEqual(sent(fake), ["0a01"]);
  deepStrictEqual(lines(fake, "priority"), [
    "VI_1 info: Priority 100 → 1 (100 configured, operator -99)",
  ]);
  fake.machine.hear(2, forgeAdvert({ priority: 2 }));
  fake.settle();
  strictEqual(fake.state(), "BACKUP");
  strictEqual(order(fake, drain(DRAIN)), "VI_1 null");
  strictEqual(fake.state(), "FAULT");
  strictEqual(order(fake, drain(LAST_RESORT)), "VI_1 null");
  strictEqual(fake.state(), "BACKUP");
  fake.run(60_000);
  strictEqual(fake.state(), "MASTER");
  strictEqual(order(fake, RESUME), "VI_1 null");
  strictEqual(sent(fake).at(-1), "0a64");
});

Deno.test("no priority is advertised that an order does away with", () => {
  const fake = serving();
  order(fake, drain(LAST_RESORT));
  order(fake, drain(DRAIN));
  deepStrictEqual(sent(fake), ["0a01", "0a00"]);
});

Deno.test("an owner is drained, but neither hands over nor is a last resort", () => {
  const fake = serving([OWNER]);
  strictEqual(order(fake, FAILOVER), "VI_1 owner");
  strictEqual(order(fake, drain(LAST_RESORT)), "VI_1 owner");
  strictEqual(fake.state(), "MASTER");
  strictEqual(order(fake, drain(DRAIN)), "VI_1 null");
  strictEqual(fake.state(), "FAULT");
  strictEqual(order(fake, RESUME), "VI_1 null");
  fake.settle();
  strictEqual(fake.state(), "MASTER");
});

Deno.test("who hands over tells who took over, once", () => {
  const fake = serving();
  strictEqual(order(fake, FAILOVER), "VI_1 null");
  strictEqual(fake.state(), "BACKUP");
  deepStrictEqual(sent(fake), ["0a00"]);
  strictEqual(order(fake, FAILOVER), "VI_1 not_master");
  fake.run(4700);
  for (let n = 0; n < 5; n++) {
    fake.machine.hear(2, forgeAdvert({ priority: 50 }));
    fake.run(fake.machine.time + 1000);
  }
  strictEqual(fake.state(), "BACKUP");
  deepStrictEqual(lines(fake, "failover"), [
    'VI_1 notice: Told to hand over by "alice"; leaves the addresses to ' +
    "whoever takes them, until resumed",
  ]);
  deepStrictEqual(lines(fake, "taken_over"), [
    "VI_1 notice: 192.0.2.251 with priority 50 took over after 0.7 s",
  ]);
  strictEqual(order(fake, RESUME), "VI_1 null");
  strictEqual(order(fake, RESUME), "VI_1 already");
  fake.run(20_000);
  strictEqual(fake.state(), "MASTER");
  deepStrictEqual(lines(fake, "not_taken_over"), []);
});

Deno.test("who hands over to nobody serves again, and warns", () => {
  const fake = serving();
  order(fake, FAILOVER);
  fake.run(7609);
  strictEqual(fake.state(), "BACKUP");
  fake.run(7610);
  strictEqual(fake.state(), "MASTER");
  deepStrictEqual(lines(fake, "not_taken_over"), [
    "VI_1 warning: Nobody took over within 3.609 s: serves again",
  ]);
  deepStrictEqual(lines(fake, "taken_over"), []);
});

Deno.test("a group obeys as a whole, whichever member is named", () => {
  const fake = serving([ONE, TWO], [GROUP]);
  const states = (): unknown[] => [fake.state("VI_1"), fake.state("VI_2")];
  const both = "VI_1 null, VI_2 null";
  strictEqual(order(fake, FAILOVER, ["VI_2"]), both);
  deepStrictEqual(states(), ["BACKUP", "BACKUP"]);
  strictEqual(order(fake, RESUME, ["VI_1"]), both);
  strictEqual(order(fake, drain(DRAIN), ["VI_2", "VI_1"]), both);
  deepStrictEqual(states(), ["FAULT", "FAULT"]);
  deepStrictEqual([...fake.core.drains.keys()], ["VI_1", "VI_2"]);
  strictEqual(order(fake, RESUME, ["VI_2"]), both);
  deepStrictEqual(states(), ["BACKUP", "BACKUP"]);
  strictEqual(order(fake, drain(LAST_RESORT), ["VI_1"]), both);
  deepStrictEqual(
    [...fake.core.engine.routers.values()].map(({ state }) => state.priority),
    [1, 1],
  );
});

Deno.test("who is drained when it starts is so from its first moment", () => {
  for (const settings of [ONE, OWNER]) {
    const fake = new FakeCore([settings], { drains: { VI_1: DRAIN } });
    fake.run(60_000);
    deepStrictEqual(fake.transitions, ["VI_1 INIT FAULT"]);
    deepStrictEqual(sent(fake), []);
    deepStrictEqual(lines(fake, "drained"), [
      'VI_1 notice: Drained since 2026-11-26T18:00:00Z by "alice" until ' +
      "2026-11-26T20:00:00Z, serves no more: kernel update",
    ]);
  }
});

Deno.test("the last resort has priority 1 from its first moment, and an owner is none", () => {
  const fake = new FakeCore([ONE], { drains: { VI_1: LAST_RESORT } });
  fake.run(5000);
  deepStrictEqual(new Set(sent(fake)), new Set(["0a01"]));
  const owner = new FakeCore([OWNER], { drains: { VI_1: LAST_RESORT } });
  owner.run(5000);
  deepStrictEqual(new Set(sent(owner)), new Set(["0aff"]));
  deepStrictEqual(lines(owner, "drained"), [
    'VI_1 warning: Drained since 2026-11-26T18:00:00Z by "alice", as last ' +
    "resort, which has no effect: it owns its addresses, and priority 255 " +
    "never moves: kernel update",
  ]);
});

Deno.test("a drain lasts through reloads that change, restart, remove and add its instance", () => {
  const fake = new FakeCore([ONE, TWO]);
  fake.run(4000);
  order(fake, drain(DRAIN));
  fake.machine.sent.splice(0);
  const other = { ...ONE, virtualRouterId: 12 };
  for (
    const change of [
      { changed: [{ ...ONE, priority: 200 }] },
      { restarted: [other] },
      { removed: ["VI_1"] },
      { added: [other] },
    ]
  ) {
    fake.tell(reload(change));
    fake.run(fake.machine.time + 10_000);
    strictEqual(
      fake.state(),
      "removed" in change ? undefined : "FAULT",
    );
  }
  deepStrictEqual(new Set(sent(fake)), new Set(["0b64"]));
  strictEqual(order(fake, RESUME), "VI_1 null");
  fake.run(fake.machine.time + 5000);
  strictEqual(fake.state(), "MASTER");
});

Deno.test("handing over outlasts a reload, but not a restart of the instance", () => {
  const fake = serving();
  order(fake, FAILOVER);
  const yielded = (): boolean | undefined =>
    fake.core.engine.routers.get("VI_1")?.state.yielded;
  fake.tell(reload({ changed: [{ ...ONE, priority: 200 }] }));
  strictEqual(yielded(), true);
  fake.tell(reload({ restarted: [{ ...ONE, virtualRouterId: 12 }] }));
  strictEqual(yielded(), false);
});

Deno.test("the level of the log is another one until the next reload", () => {
  const fake = serving();
  fake.tell({ type: "logLevel", level: "warning" });
  order(fake, drain(DRAIN));
  deepStrictEqual(lines(fake, "drained"), []);
  fake.tell(reload({}));
  order(fake, RESUME);
  strictEqual(lines(fake, "resumed").length, 1);
});
