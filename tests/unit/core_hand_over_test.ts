/**
 * One core hands over to another on the same machine: nothing is seen of it
 * but a number of adverts that goes on.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import type { InstanceSettings } from "../../src/config/settings/instance.ts";
import { readHandedOver } from "../../src/daemon/core/handed_over.ts";
import type { CoreStart, FromCore } from "../../src/daemon/messages.ts";
import { forgeAdvert } from "../lab/forge_advert.ts";
import { FakeCore, INSTANCE, twoLinks, vip } from "../lab/fake_core.ts";
import { failing, type FakeMachine } from "../lab/fake_machine.ts";

type Said<Type extends FromCore["type"]> = Extract<
  FromCore,
  { readonly type: Type }
>;

function said<Type extends FromCore["type"]>(
  core: FakeCore,
  type: Type,
): Said<Type> | undefined {
  return core.posted.find((message): message is Said<Type> =>
    message.type === type
  );
}

const SECOND: InstanceSettings = {
  ...INSTANCE,
  ...{ name: "VI_2", virtualRouterId: 11, priority: 90 },
  virtualIps: [vip("192.0.2.3/24")],
};

/** Hand over from a core to a new one, which is not settled yet. */
function handOver(
  old: FakeCore,
  instances: readonly InstanceSettings[] = [INSTANCE],
  settings: Partial<CoreStart> = {},
): FakeCore {
  const next = standBy(old.machine, instances, settings);
  next.tell({ type: "arm" });
  ok(said(next, "armed"));
  old.tell({ type: "handOver" });
  old.run(old.machine.time + 5);
  const state = said(old, "handedOver")?.state;
  ok(state !== undefined, "nothing was handed over");
  next.tell({ type: "takeOver", state });
  return next;
}

function standBy(
  machine: FakeMachine,
  instances: readonly InstanceSettings[] = [INSTANCE],
  settings: Partial<CoreStart> = {},
): FakeCore {
  const all = { takesOver: true, ...settings };
  const next = new FakeCore(instances, all, machine);
  next.settle();
  ok(said(next, "prepared"));
  return next;
}

/** A core that is master since 3.6 s. */
function master(): FakeCore {
  const core = new FakeCore();
  core.run(10_000);
  strictEqual(core.state(), "MASTER");
  return core;
}

/** Priorities of the adverts that went out. */
function priorities({ sent }: FakeMachine): number[] {
  return sent.map(({ hex }) => parseInt(hex.slice(4, 6), 16));
}

Deno.test("a core that stands by says and holds nothing", () => {
  const machine = twoLinks();
  const next = standBy(machine);
  next.tell({ type: "arm" });
  next.run(60_000);
  deepStrictEqual(machine.sent, []);
  deepStrictEqual(machine.changes, []);
  deepStrictEqual(next.transitions, []);
  strictEqual(machine.recorded, null);
  strictEqual(machine.feeds, 0);
});

Deno.test("a master that is handed over sends its adverts in their rhythm", () => {
  const old = master();
  const { machine } = old;
  const { addresses } = machine;
  const changes = machine.changes.length;
  const frames = machine.frames.length;
  const sent = machine.sent.length;
  const next = handOver(old);
  next.run(20_000);
  strictEqual(next.state(), "MASTER");
  deepStrictEqual(next.transitions, []);
  deepStrictEqual(machine.addresses, addresses);
  deepStrictEqual(machine.changes.slice(changes), []);
  deepStrictEqual(machine.frames.slice(frames), []);
  const times = machine.sent.slice(sent).map(({ at }) => at);
  // One at once, and then as if nothing had been.
  ok((times[0] ?? Infinity) < 10_010, `${times[0]}`);
  const beats = times.slice(1).map((at) => at % 1000);
  deepStrictEqual(beats, beats.map(() => beats[0]));
  strictEqual(beats[0], (machine.sent[sent - 1]?.at ?? NaN) % 1000);
  ok(!priorities(machine).includes(0));
});

Deno.test("reloads are counted anew: the next side compares them with its own", () => {
  const old = master();
  old.tell({
    ...{ type: "reload", removed: [], restarted: [], changed: [], added: [] },
    ...{ tales: [] },
    settings: { syncGroups: [], vipLeaseSeconds: null, logLevel: "debug" },
  });
  old.settle();
  const next = handOver(old);
  next.settle();
  const reloads = (core: FakeCore): number | undefined => {
    core.tell({ type: "status", id: 1, from: 0 });
    core.settle();
    return said(core, "status")?.status.reloads;
  };
  strictEqual(reloads(next), 0);
});

Deno.test("who has handed over does nothing until it is told what came of it", () => {
  const old = master();
  const { machine } = old;
  old.tell({ type: "handOver" });
  old.run(machine.time + 5);
  const [sent, turns] = [machine.sent.length, old.turns];
  machine.hear(2, null);
  old.tell({ type: "wake" });
  old.run(machine.time + 60_000);
  strictEqual(machine.sent.length, sent);
  ok(old.turns > turns);
  machine.signalled.push("SIGTERM");
  old.tell({ type: "leave" });
  strictEqual(old.ended, true);
  strictEqual(machine.sent.length, sent);
  strictEqual(machine.addresses.length, 4);
});

Deno.test("it goes on when nobody took over, with what was said meanwhile", () => {
  const old = master();
  const { machine } = old;
  old.tell({ type: "handOver" });
  old.run(machine.time + 5);
  const sent = machine.sent.length;
  machine.time += 900;
  old.tell({ type: "goOn" });
  strictEqual(machine.sent.length, sent + 1);
  strictEqual(old.state(), "MASTER");
  deepStrictEqual(priorities(machine).slice(sent), [100]);
  old.tell({ type: "stop" });
  strictEqual(old.ended, true);
  strictEqual(machine.addresses.length, 2);
});

Deno.test("it goes on as after a stall when that took too long", () => {
  const old = master();
  const { machine } = old;
  old.tell({ type: "handOver" });
  old.run(machine.time + 5);
  machine.time += 10_000;
  const sent = machine.sent.length;
  old.tell({ type: "goOn" });
  strictEqual(old.state(), "BACKUP");
  strictEqual(machine.sent.length, sent);
});

Deno.test("a new core that got the state too late yields before it sends", () => {
  const old = master();
  const { machine } = old;
  const next = standBy(machine);
  next.tell({ type: "arm" });
  old.tell({ type: "handOver" });
  old.run(machine.time + 5);
  const state = said(old, "handedOver")?.state ?? "";
  machine.time += 10_000;
  const sent = machine.sent.length;
  next.tell({ type: "takeOver", state });
  strictEqual(next.state(), "BACKUP");
  strictEqual(machine.sent.length, sent);
  strictEqual(machine.addresses.length, 2);
});

Deno.test("a stop that comes while nobody serves is done", () => {
  const old = master();
  const { machine } = old;
  old.tell({ type: "handOver" });
  old.run(machine.time + 5);
  old.tell({ type: "stop" });
  strictEqual(old.ended, true);
  strictEqual(priorities(machine).at(-1), 0);
  strictEqual(machine.addresses.length, 2);
});

Deno.test("counters, the lease and what the links were go over", () => {
  const machine = twoLinks();
  const path = "net/ipv4/conf/eth0/promote_secondaries";
  machine.sysctls.set(path, "0");
  const old = new FakeCore([INSTANCE], { vipLeaseSeconds: 30 }, machine);
  old.run(10_000);
  const { sent } = old.core.instances.get("VI_1")?.counters ?? { sent: 0 };
  ok(sent > 5);
  const next = handOver(old, [INSTANCE], { vipLeaseSeconds: 30 });
  next.run(11_500);
  const now = next.core.instances.get("VI_1")?.counters.sent ?? 0;
  ok(now > sent && now <= sent + 3, `${sent} and then ${now}`);
  next.tell({ type: "stop" });
  strictEqual(machine.sysctls.get(path), "0");
  strictEqual(machine.addresses.length, 2);
});

Deno.test("a backup keeps its deadline, and what it heard", () => {
  const machine = twoLinks();
  const old = new FakeCore([{ ...INSTANCE, priority: 1 }], {}, machine);
  old.run(1_000);
  strictEqual(old.state(), "BACKUP");
  const due = old.wakeAt;
  const next = handOver(old, [{ ...INSTANCE, priority: 1 }]);
  strictEqual(next.wakeAt, due);
  next.run(due - 1);
  strictEqual(next.state(), "BACKUP");
  next.run(due + 1);
  strictEqual(next.state(), "MASTER");
});

Deno.test("since when and why, and whom it heard, go over", () => {
  const old = new FakeCore();
  const { machine } = old;
  for (const source of ["192.0.2.10", "192.0.2.11", "192.0.2.11"]) {
    old.run(machine.time + 500);
    machine.hear(2, forgeAdvert({ source, priority: 200 }));
    old.settle();
  }
  const before = old.core.instances.get("VI_1");
  const next = handOver(old);
  const after = next.core.instances.get("VI_1");
  deepStrictEqual(after?.entrance, {
    ...{ time: 0, from: "INIT", reason: { kind: "started" } },
  });
  const facts = after?.hosts.newest()
    .map(({ heard: { source }, at, adverts }) => [source, at, adverts]);
  deepStrictEqual(facts, [["192.0.2.11", 1500, 2], ["192.0.2.10", 500, 1]]);
  deepStrictEqual(after?.heard, before?.heard);
  strictEqual(after?.counters.transitions.BACKUP, 1);
});

Deno.test("a fault and a verdict go over", () => {
  const trackers = [
    { watch: { type: "check", name: "web" }, weight: 0, reverse: false },
  ] as const;
  const settings = { ...INSTANCE, trackers };
  const old = new FakeCore([settings]);
  old.run(10_000);
  const [up, value, detail] = [false, null, "connection refused"];
  old.tell({ type: "verdict", check: "web", up, value, detail });
  strictEqual(old.state(), "FAULT");
  const next = handOver(old, [settings]);
  next.run(60_000);
  strictEqual(next.state(), "FAULT");
  const well = { up: true, value: null, detail: null };
  next.tell({ type: "verdict", check: "web", ...well });
  deepStrictEqual(next.transitions, ["VI_1 FAULT BACKUP"]);
});

Deno.test("announcements that were owed are sent, and none twice", () => {
  const garp = { repeat: 5, delay: 0, refresh: 0, interval: 100 };
  const settings = { ...INSTANCE, garp };
  const old = new FakeCore([settings]);
  old.run(old.wakeAt + 250);
  const { machine } = old;
  strictEqual(old.state(), "MASTER");
  const before = machine.frames.length;
  ok(before > 0 && before < 10, `${before}`);
  const next = handOver(old, [settings]);
  next.run(machine.time + 5_000);
  strictEqual(machine.frames.length, 10);
});

Deno.test("a startup delay goes on where it was", () => {
  const machine = twoLinks();
  const old = new FakeCore([INSTANCE], { startupDelay: 5000 }, machine);
  old.run(2_000);
  const next = handOver(old, [INSTANCE], { startupDelay: 5000 });
  next.run(4_990);
  strictEqual(next.state(), "INIT");
  next.run(5_010);
  strictEqual(next.state(), "BACKUP");
});

Deno.test("a group goes over as a whole, and other settings come into force", () => {
  const group = {
    name: "G",
    instances: ["VI_1", "VI_2"],
    trackers: [],
    notify: { byState: {}, any: null },
  };
  const old = new FakeCore([INSTANCE, SECOND], { syncGroups: [group] });
  old.run(10_000);
  deepStrictEqual([old.state(), old.state("VI_2")], ["MASTER", "MASTER"]);
  const changed = {
    ...{ ...SECOND, priority: 120 },
    virtualIps: [vip("192.0.2.3/24"), vip("192.0.2.4/24")],
  };
  const next = handOver(old, [INSTANCE, changed], { syncGroups: [group] });
  const { machine } = old;
  ok(machine.addresses.includes("2 192.0.2.4/24"));
  deepStrictEqual(next.transitions, []);
  strictEqual(priorities(machine).at(-1), 120);
});

Deno.test("an address that a lost answer left in doubt is seen to", () => {
  const old = master();
  const { machine } = old;
  old.tell({ type: "handOver" });
  old.run(machine.time + 5);
  // Somebody takes one while nobody looks.
  machine.removeAddress(2, "192.0.2.1/24");
  const next = standBy(machine);
  next.tell({ type: "arm" });
  const state = said(old, "handedOver")?.state ?? "";
  next.tell({ type: "takeOver", state });
  ok(machine.addresses.includes("2 192.0.2.1/24"));
  deepStrictEqual(next.transitions, []);
});

Deno.test("an address that could not be removed is the new core's to remove", () => {
  const trackers = [
    { watch: { type: "check", name: "web" }, weight: 0, reverse: false },
  ] as const;
  const settings = { ...INSTANCE, trackers };
  const old = new FakeCore([settings]);
  old.run(10_000);
  const { machine } = old;
  machine.refuse = (call, detail) =>
    call === "change" && detail.startsWith("remove")
      ? failing("EBUSY", 16)
      : null;
  const why = { up: false, value: null, detail: null };
  old.tell({ type: "verdict", check: "web", ...why });
  strictEqual(old.state(), "FAULT");
  strictEqual(machine.addresses.length, 4);
  machine.refuse = () => null;
  const next = handOver(old, [settings]);
  strictEqual(next.state(), "FAULT");
  strictEqual(machine.addresses.length, 2);
});

Deno.test("a core hands over nothing before it knows what was left behind", () => {
  const machine = twoLinks();
  machine.refuse = (call) => call === "dump" ? failing("EIO", 5) : null;
  const old = new FakeCore([INSTANCE], {}, machine);
  old.tell({ type: "handOver" });
  old.run(6_000);
  strictEqual(said(old, "handedOver"), undefined);
  match(said(old, "keeps")?.why ?? "", /left behind/);
});

Deno.test("a core with an advert due every few milliseconds hands over all the same", () => {
  const old = new FakeCore([{ ...INSTANCE, advertInterval: 10 }]);
  old.run(1_000);
  strictEqual(old.state(), "MASTER");
  old.tell({ type: "handOver" });
  old.run(2_100);
  ok(said(old, "handedOver"));
});

Deno.test("half of it, and what is of another shape, is refused", () => {
  const old = master();
  old.tell({ type: "handOver" });
  old.run(old.machine.time + 5);
  const state = said(old, "handedOver")?.state ?? "";
  strictEqual(typeof readHandedOver(state), "object");
  for (let length = 0; length < state.length; length++) {
    strictEqual(
      readHandedOver(state.slice(0, length)),
      "what was handed over is not whole",
    );
  }
  const value = JSON.parse(state);
  for (
    const [other, why] of [
      [{ ...value, version: 2 }, "version is not one of 1"],
      [{ ...value, instances: null }, "instances is not a list"],
      [
        { ...value, instances: [{ ...value.instances[0], state: {} }] },
        "instances.0.state.name is not one of INIT, BACKUP, MASTER, FAULT",
      ],
      [{ ...value, held: [{}] }, "held.0.address is not an object"],
      [[], "It is not an object"],
    ] as const
  ) {
    const found = readHandedOver(JSON.stringify(other));
    ok(typeof found === "string" && found.endsWith(why), `${found}`);
  }
});

Deno.test("a new core refuses other instances and what it cannot read, and touches nothing", () => {
  const old = master();
  const { machine } = old;
  old.tell({ type: "handOver" });
  old.run(machine.time + 5);
  const state = said(old, "handedOver")?.state ?? "";
  const [sent, changes] = [machine.sent.length, machine.changes.length];
  for (
    const [instances, given, why] of [
      [[INSTANCE, SECOND], state, /other instances/],
      [[INSTANCE], state.slice(0, 200), /not whole/],
    ] as const
  ) {
    const next = standBy(machine, instances);
    next.tell({ type: "arm" });
    next.tell({ type: "takeOver", state: given });
    strictEqual(next.ended, true);
    match(said(next, "refuses")?.why ?? "", why);
  }
  strictEqual(machine.sent.length, sent);
  strictEqual(machine.changes.length, changes);
});

Deno.test("a new core whose sockets are refused does not take over", () => {
  const machine = twoLinks();
  const next = standBy(machine);
  machine.refuse = (call) =>
    call === "openReceiver" ? failing("EMFILE", 24) : null;
  next.tell({ type: "arm" });
  strictEqual(said(next, "armed"), undefined);
  match(said(next, "refuses")?.why ?? "", /EMFILE/);
  strictEqual(next.ended, true);
});
