// Start, reload, stop and the last gasp of the whole core.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type { InstanceSettings } from "../../src/config/settings/instance.ts";
import { lastGasp } from "../../src/daemon/core/lifecycle.ts";
import { newRehearsal } from "../../src/daemon/core/rehearse.ts";
import type { CoreSettings, Reload } from "../../src/daemon/messages.ts";
import { FakeCore, INSTANCE, twoLinks, vip } from "../lab/fake_core.ts";
import { failing } from "../lab/fake_machine.ts";
import { forgeAdvert } from "../lab/forge_advert.ts";

const NOTHING_RECORDED =
  '{"version":2,"boot":null,"addresses":[],"routers":[],"sysctls":[]}\n';
const ONE = { ...INSTANCE, virtualIps: [vip("192.0.2.1/24")] };
const TWO: InstanceSettings = {
  ...INSTANCE,
  name: "VI_2",
  virtualRouterId: 11,
  virtualIps: [vip("192.0.2.2/24")],
};
const WHOLE: CoreSettings = {
  syncGroups: [],
  vipLeaseSeconds: null,
  logLevel: "debug",
};
const NOTHING: Reload = {
  type: "reload",
  ...{ removed: [], restarted: [], changed: [], added: [], settings: WHOLE },
};

/** A master of 192.0.2.1 that has forgotten how it became one. */
function master(instances: readonly InstanceSettings[] = [ONE]): FakeCore {
  const fake = new FakeCore(instances);
  fake.run(4000);
  strictEqual(fake.state(), "MASTER");
  fake.machine.changes.splice(0);
  fake.machine.sent.splice(0);
  fake.machine.frames.splice(0);
  return fake;
}

/** VRID and priority of what was sent. */
function sent({ machine }: FakeCore): string[] {
  return machine.sent.map(({ hex }) => hex.slice(2, 6));
}

Deno.test("a takeover sends, holds, announces and tells, in that order", () => {
  const fake = new FakeCore([INSTANCE]);
  fake.run(3600);
  const order: string[] = [];
  fake.machine.refuse = (call) => {
    if (call === "send" || call === "change" || call === "sendFrame") {
      order.push(call);
    }
    return null;
  };
  fake.machine.takes = (call) => {
    if (call === "post") order.push("post");
    return 0;
  };
  fake.run(3700);
  deepStrictEqual(order, [
    ...["send", "change", "change", "sendFrame", "sendFrame"],
    ...["post", "post", "post"],
  ]);
  deepStrictEqual(fake.machine.frames, [
    "3609.375 2 ffffffffffff02000000000208060001080006040001020000000002c0000201" +
    "ffffffffffffc0000201",
    "3609.375 2 ffffffffffff02000000000208060001080006040001020000000002c0000202" +
    "ffffffffffffc0000202",
  ]);
});

Deno.test("the addresses of two links are announced on their own, each at its pace", () => {
  const fake = new FakeCore([{
    ...ONE,
    excludedVirtualIps: [
      vip("192.0.2.2/24"),
      vip("10.0.0.1/24", { interface: "eth1" }),
    ],
    garp: { repeat: 2, interval: 50, delay: 0, refresh: 0 },
  }]);
  fake.run(4000);
  deepStrictEqual(
    fake.machine.frames.map((frame) => {
      const [at, index, hex] = frame.split(" ");
      return `${Number(at) - 3609.375} ${index} ${hex?.slice(-8)}`;
    }),
    [
      ...["0 2 c0000201", "0 3 0a000001", "50 2 c0000202", "50 3 0a000001"],
      ...["100 2 c0000201", "150 2 c0000202"],
    ],
  );
});

Deno.test("an address is not announced after its instance has let it go", () => {
  const garp = { repeat: 5, interval: 50, delay: 0, refresh: 0 };
  const fake = new FakeCore([{ ...ONE, garp }]);
  fake.run(3700);
  strictEqual(fake.machine.frames.length, 2);
  fake.machine.hear(2, forgeAdvert());
  fake.run(5000);
  strictEqual(fake.machine.frames.length, 2);
});

Deno.test("stop resigns, removes and tells, in that order", () => {
  const fake = new FakeCore([ONE], { logLevel: "error" });
  fake.run(4000);
  fake.machine.changes.splice(0);
  fake.machine.sent.splice(0);
  const order: string[] = [];
  fake.machine.refuse = (call) => {
    if (call === "send" || call === "change") order.push(call);
    return null;
  };
  fake.machine.takes = (call) => {
    if (call === "post") order.push("post");
    return 0;
  };
  fake.tell({ type: "stop" });
  strictEqual(fake.ended, true);
  deepStrictEqual(order, ["send", "change", "post"]);
  deepStrictEqual(sent(fake), ["0a00"]);
  deepStrictEqual(fake.machine.changes, ["remove 2 192.0.2.1/24"]);
  strictEqual(fake.transitions.at(-1), "VI_1 MASTER INIT");
});

Deno.test("stop puts back the settings of links that start has changed", () => {
  const machine = twoLinks();
  const path = "net/ipv4/conf/eth0/promote_secondaries";
  machine.sysctls.set(path, "0");
  const fake = new FakeCore([ONE], {}, machine);
  strictEqual(machine.sysctls.get(path), "1");
  fake.tell({ type: "stop" });
  strictEqual(machine.sysctls.get(path), "0");
});

Deno.test("nothing takes part before the startup delay is over", () => {
  const fake = new FakeCore([ONE], { startupDelay: 5000 });
  fake.run(4999);
  strictEqual(fake.state(), "INIT");
  fake.run(5000);
  strictEqual(fake.state(), "BACKUP");
  fake.run(8609);
  strictEqual(fake.state(), "BACKUP");
  fake.run(8610);
  strictEqual(fake.state(), "MASTER");
});

Deno.test("a reload within the startup delay does not end it", () => {
  const fake = new FakeCore([ONE], { startupDelay: 5000 });
  fake.run(1000);
  fake.tell({ ...NOTHING, added: [TWO] });
  strictEqual(fake.state("VI_2"), "INIT");
  fake.run(5000);
  strictEqual(fake.state("VI_1"), "BACKUP");
  strictEqual(fake.state("VI_2"), "BACKUP");
});

Deno.test("a reload that changes nothing does nothing", () => {
  const fake = master();
  fake.tell(NOTHING);
  deepStrictEqual(fake.machine.changes, []);
  deepStrictEqual(fake.machine.sent, []);
  strictEqual(fake.state(), "MASTER");
});

Deno.test("a reload removes, restarts, changes and adds in one", () => {
  const three = { ...TWO, name: "VI_3", virtualRouterId: 12, virtualIps: [] };
  const four = { ...three, name: "VI_4", virtualRouterId: 13 };
  const fake = master([ONE, TWO, three]);
  fake.tell({
    ...NOTHING,
    removed: ["VI_1"],
    restarted: [{ ...TWO, virtualRouterId: 21 }],
    changed: [{ ...three, priority: 90 }],
    added: [four],
  });
  deepStrictEqual(fake.machine.changes, [
    "remove 2 192.0.2.1/24",
    "remove 2 192.0.2.2/24",
  ]);
  // Two resign; the third says its new priority at once.
  deepStrictEqual(sent(fake), ["0a00", "0b00", "0c5a"]);
  strictEqual(fake.state("VI_1"), undefined);
  strictEqual(fake.state("VI_2"), "BACKUP");
  strictEqual(fake.state("VI_3"), "MASTER");
  strictEqual(fake.state("VI_4"), "BACKUP");
});

Deno.test("a reload moves an address from one instance to another without an outage", () => {
  const fake = master([ONE, TWO]);
  fake.tell({
    ...NOTHING,
    changed: [
      { ...ONE, virtualIps: [] },
      { ...TWO, virtualIps: [...ONE.virtualIps, ...TWO.virtualIps] },
    ],
  });
  deepStrictEqual(fake.machine.changes, []);
  fake.tell({ type: "stop" });
  deepStrictEqual(fake.machine.changes, [
    "remove 2 192.0.2.2/24",
    "remove 2 192.0.2.1/24",
  ]);
});

Deno.test("a reload announces what it adds, and nothing else", () => {
  const fake = master();
  const added = vip("192.0.2.7/24");
  fake.tell({
    ...NOTHING,
    changed: [{ ...ONE, virtualIps: [...ONE.virtualIps, added] }],
  });
  deepStrictEqual(fake.machine.changes, ["add 2 192.0.2.7/24"]);
  deepStrictEqual(fake.machine.frames.map((frame) => frame.slice(-8)), [
    "c0000207",
  ]);
});

Deno.test("a reload with another lease gives every address its lifetime in place", () => {
  for (const [before, after] of [[null, 30], [30, 60], [30, null]] as const) {
    const fake = new FakeCore([ONE], { vipLeaseSeconds: before });
    fake.run(4000);
    fake.machine.changes.splice(0);
    fake.tell({ ...NOTHING, settings: { ...WHOLE, vipLeaseSeconds: after } });
    deepStrictEqual([...new Set(fake.machine.changes)], [
      "renew 2 192.0.2.1/24",
    ]);
    deepStrictEqual(
      fake.core.ledger.of("VI_1").map(({ address }) => address.lifetimeSeconds),
      [after],
    );
  }
});

Deno.test("the last gasp resigns and removes, whatever each step throws", () => {
  const fake = master([ONE, TWO]);
  fake.machine.putAddress(2, "192.0.2.99/24");
  let sends = 0;
  fake.machine.refuse = (call) => {
    if (call === "send" && sends++ === 0) throw new TypeError("a bug");
    return null;
  };
  lastGasp(fake.core);
  deepStrictEqual(sent(fake), ["0b00"]);
  deepStrictEqual(fake.machine.changes, [
    "remove 2 192.0.2.1/24",
    "remove 2 192.0.2.2/24",
  ]);
  strictEqual(fake.logged("last_gasp").length, 1);
});

Deno.test("the last gasp leaves alone what somebody else added", () => {
  const fake = new FakeCore([ONE]);
  fake.machine.putAddress(2, "192.0.2.1/24");
  fake.run(4000);
  fake.machine.changes.splice(0);
  lastGasp(fake.core);
  deepStrictEqual(fake.machine.changes, []);
});

Deno.test("a verdict moves the priority of the instances that it counts for", () => {
  const watch = { type: "check", name: "web" } as const;
  const trackers = [{ watch, weight: -10, reverse: false }];
  const fake = master([{ ...ONE, trackers }, TWO]);
  const verdict = { type: "verdict", check: "web", value: null } as const;
  fake.tell({ ...verdict, up: false, detail: "refused" });
  deepStrictEqual(sent(fake), ["0a5a"]);
  fake.tell({ ...verdict, up: true, detail: null });
  deepStrictEqual(sent(fake), ["0a5a", "0a64"]);
});

Deno.test("a rehearsal takes over and yields each time, on a link that is none", () => {
  const machine = twoLinks();
  machine.refuse = (call) =>
    call === "send" || call === "change" || call === "sendFrame"
      ? failing("ENODEV", 19)
      : null;
  const { start } = new FakeCore([ONE]);
  const rehearse = newRehearsal(machine, start);
  const before = machine.addresses;
  for (let times = 0; times < 3; times++) {
    machine.changes.splice(0);
    rehearse();
    deepStrictEqual(machine.changes, [
      "add 2147483647 192.0.2.3/32",
      "add 2147483647 2001:db8::3/128",
      "remove 2147483647 192.0.2.3/32",
      "remove 2147483647 2001:db8::3/128",
    ]);
  }
  deepStrictEqual([machine.sent, machine.frames], [[], []]);
  deepStrictEqual(machine.addresses, before);
});

Deno.test("a core starts though nothing of its machine can be had", () => {
  const machine = twoLinks();
  machine.refuse = (call) => call === "readLinks" ? null : failing("EPERM", 1);
  const fake = new FakeCore([ONE], {}, machine);
  fake.run(1000);
  machine.refuse = () => null;
  fake.run(60_000);
  strictEqual(fake.state(), "MASTER");
});

Deno.test("silence counts from when an instance can hear, however long that took", () => {
  const fast = { ...ONE, advertInterval: 100 };
  const machine = twoLinks();
  machine.takes = (call) => call === "openReceiver" ? 800 : 0;
  const fake = new FakeCore([fast], {}, machine);
  fake.run(800 + 360);
  strictEqual(fake.state(), "BACKUP");
  fake.run(2000);
  strictEqual(fake.state(), "MASTER");
  fake.tell({
    ...NOTHING,
    added: [{ ...TWO, interface: "eth1", advertInterval: 100 }],
  });
  strictEqual(machine.time, 2800);
  fake.run(2800 + 360);
  strictEqual(fake.state("VI_2"), "BACKUP");
  machine.removeLink(3);
  machine.putLink(7, "eth1");
  machine.putAddress(7, "10.0.0.9/24");
  fake.settle();
  const since = machine.time;
  strictEqual(fake.state("VI_2"), "BACKUP");
  fake.run(since + 360);
  strictEqual(fake.state("VI_2"), "BACKUP");
});

Deno.test("left-overs are removed when links can be read, if not at the start", () => {
  for (const keepsProtocol of [true, false]) {
    const machine = twoLinks();
    machine.keepsProtocol = keepsProtocol;
    // One that is configured no more, beside what somebody else has added.
    machine.putAddress(3, "10.0.0.7/24", {
      protocol: keepsProtocol ? 112 : null,
    });
    machine.putAddress(3, "10.0.0.8/24");
    machine.recorded = JSON.stringify({
      version: 1,
      addresses: [{ index: 3, address: "10.0.0.7", prefix: 24 }],
    });
    machine.refuse = (call) => call === "dump" ? failing("EAGAIN", 11) : null;
    const fake = new FakeCore([ONE], {}, machine);
    fake.run(500);
    machine.refuse = () => null;
    fake.run(2000);
    deepStrictEqual(machine.changes, ["remove 3 10.0.0.7/24"]);
    strictEqual(fake.state(), "BACKUP");
    strictEqual(machine.recorded, NOTHING_RECORDED);
  }
});

Deno.test("settings that were left on are put back, and known until then", () => {
  const machine = twoLinks();
  const setting = "net/ipv4/conf/eth1/promote_secondaries";
  machine.sysctls.set(setting, "1");
  machine.recorded = JSON.stringify({
    ...{ version: 2, boot: null, addresses: [], routers: [] },
    sysctls: [
      {
        ...{ index: 3, link: "eth1", setting: "promote_secondaries" },
        before: "0",
      },
    ],
  });
  const recorded = machine.recorded;
  machine.refuse = (call) => call === "dump" ? failing("EAGAIN", 11) : null;
  lastGasp(new FakeCore([ONE], {}, machine).core);
  strictEqual(machine.recorded, recorded);
  const fake = new FakeCore([ONE], {}, machine);
  machine.refuse = () => null;
  fake.run(2000);
  fake.tell({ type: "stop" });
  strictEqual(machine.sysctls.get(setting), "0");
  strictEqual(machine.recorded, NOTHING_RECORDED);
});

Deno.test("a record that could not be written is written with the stop", () => {
  const fake = new FakeCore([ONE]);
  const { machine } = fake;
  fake.run(4000);
  machine.refuse = (call) =>
    call === "writeRecord" ? failing("ENOSPC", 28) : null;
  machine.removeAddress(2, "192.0.2.1/24");
  fake.settle();
  machine.refuse = () => null;
  fake.tell({ type: "stop" });
  strictEqual(machine.recorded, NOTHING_RECORDED);
});

Deno.test("the last word of an instance is not said by another of its name", () => {
  const lastWord = { ...ONE, higherPriorityAdvert: true };
  const fake = master([lastWord]);
  const { machine } = fake;
  machine.hear(2, forgeAdvert());
  machine.inbox.push({
    ...NOTHING,
    restarted: [{ ...lastWord, virtualRouterId: 77 }],
  });
  fake.run(5000);
  deepStrictEqual(sent(fake), []);
});

Deno.test("an owner that does not serve at once keeps nothing of the last daemon", () => {
  for (
    const [isUp, startupDelay] of [[true, 0], [true, 5000], [false, 0]] as const
  ) {
    const machine = twoLinks();
    machine.putAddress(2, "192.0.2.1/24", { protocol: 112 });
    if (!isUp) machine.putLink(2, "eth0", { flags: 0x1 });
    const fake = new FakeCore(
      [{ ...ONE, priority: 255 }],
      { startupDelay },
      machine,
    );
    fake.run(1000);
    const serves = isUp && startupDelay === 0;
    strictEqual(fake.state(), serves ? "MASTER" : isUp ? "INIT" : "FAULT");
    deepStrictEqual(
      machine.changes,
      [`${serves ? "renew" : "remove"} 2 192.0.2.1/24`],
    );
  }
});
