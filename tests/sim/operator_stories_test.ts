// What happens when operators change, start and stop daemons.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { virtualIp } from "../../src/sim/story/cluster.ts";
import { INSTANCE, Pair, VIP } from "./pair.ts";

Deno.test("a reload changes prefix, scope, label and link of an address", () => {
  const pair = new Pair({ segments: [1, 1] }).pass(6000);
  deepStrictEqual(pair.held(0), ["10.0.5.100/32 eth0"]);
  const changes = [
    [{ ...VIP, prefix: 24 }, "10.0.5.100/24 eth0"],
    [{ ...VIP, prefix: 24, scope: "link" }, "10.0.5.100/24 eth0"],
    [{ ...VIP, prefix: 24, label: "eth0:v" }, "10.0.5.100/24 eth0"],
    [{ ...VIP, interface: "eth1" }, "10.0.5.100/32 eth1"],
  ] as const;
  for (const [vip, held] of changes) {
    pair.reload([vip]).pass(500);
    deepStrictEqual(pair.held(0), [held]);
    const link = pair.host(0).machine.byName(vip.interface ?? "eth0");
    const found = link?.addresses.find(vip.address);
    strictEqual(found?.label, vip.label);
    strictEqual(found?.scope, vip.scope === "link" ? 253 : 0);
  }
  deepStrictEqual(pair.changes(0), ["INIT BACKUP", "BACKUP MASTER"]);
});

Deno.test("a reload that adds an address announces that one alone", () => {
  const trace: string[] = [];
  const pair = new Pair({}, (line) => trace.push(line)).pass(20_000);
  trace.length = 0;
  pair.reload([VIP, virtualIp("10.0.5.101", 32, null, {})]).pass(3000);
  const announced = trace.filter((line) => line.includes("announces"));
  strictEqual(announced.length, 5);
  strictEqual(announced.every((line) => line.includes("10.0.5.101")), true);
});

Deno.test("a verdict is forgotten with the last that it counted for", () => {
  const trackers = [{
    watch: { type: "check" as const, name: "web" },
    weight: 0,
    reverse: false,
  }];
  const pair = new Pair({ instances: [{ ...INSTANCE, trackers }] }).pass(6000);
  const host = pair.host(0);
  const { settings } = host;
  host.tell("web", { up: false, value: null });
  pair.pass(100);
  deepStrictEqual(pair.states(), ["FAULT", "BACKUP"]);
  host.reload({
    ...settings,
    instances: settings.instances.map((one) => ({ ...one, trackers: [] })),
  });
  host.verdicts.clear();
  pair.pass(6000);
  deepStrictEqual(pair.states(), ["MASTER", "BACKUP"]);
  host.reload(settings);
  pair.pass(6000);
  deepStrictEqual(pair.states(), ["MASTER", "BACKUP"]);
});

Deno.test("a reload is one change: no state between its halves is seen", () => {
  const two = [
    INSTANCE,
    { ...INSTANCE, name: "VI_2", vrid: 2, virtualIps: [] },
  ];
  const pair = new Pair({ instances: two }).pass(6000);
  for (const host of pair.world.hosts.values()) {
    // The address goes from one instance to the other.
    host.reload({
      ...host.settings,
      instances: host.settings.instances.map((one) => ({
        ...one,
        virtualIps: one.name === "VI_2" ? [VIP] : [],
      })),
    });
  }
  const { machine } = pair.host(0);
  const link = machine.byName("eth0");
  machine.listeners.add(() => {
    strictEqual(link?.addresses.find(VIP.address) === undefined, false);
  });
  pair.pass(500);
  deepStrictEqual(pair.held(0), ["10.0.5.100/32 eth0"]);
});

Deno.test("a daemon that is killed and started again removes what it left", () => {
  for (const keepsProtocol of [true, false]) {
    const hosts = [0, 1].map((number) => ({
      ...{ number, suffix: number + 1, promotes: false, startsAt: 0 },
      keepsProtocol,
    }));
    const pair = new Pair({ hosts }).pass(6000);
    pair.process(0, "kill", 2000).pass(1000);
    deepStrictEqual(pair.held(0), ["10.0.5.100/32 eth0"]);
    pair.pass(1100);
    deepStrictEqual(pair.held(0), []);
    pair.pass(6000);
    deepStrictEqual(pair.states(), ["MASTER", "BACKUP"]);
  }
});

Deno.test("the host's own address survives a VIP that is primary in its subnet", () => {
  // The VIP is there first: the host's own address is secondary to it.
  const near = virtualIp("10.0.0.200", 24, null, {});
  const pair = new Pair({ instances: [{ ...INSTANCE, virtualIps: [near] }] });
  pair.pass(6000);
  const { machine } = pair.host(0);
  const link = machine.byName("eth0");
  link?.addresses.remove("10.0.0.1", 24, true);
  machine.meddledAt = pair.world.agenda.now;
  if (link !== undefined) pair.host(0).addOwnAddress(link, 0);
  pair.pass(8000);
  pair.host(0).stop();
  pair.pass(1000);
  strictEqual(link?.addresses.find("10.0.0.1")?.owner, "host");
  strictEqual(link?.addresses.find(near.address), undefined);
});

Deno.test("a lease is renewed while the master runs, and ends with it", () => {
  const pair = new Pair({ vipLeaseSeconds: 3 }).pass(20_000);
  deepStrictEqual(pair.held(0), ["10.0.5.100/32 eth0"]);
  pair.host(0).kill();
  pair.pass(3100);
  deepStrictEqual(pair.held(0), []);
});

Deno.test("a side that stands still stops nothing, and hears all when it goes on", () => {
  const pair = new Pair().pass(6000);
  pair.process(0, "stallSide", 60_000);
  for (let round = 0; round < 20; round++) {
    pair.link(0, "down").pass(1500).link(0, "up").pass(1500);
  }
  deepStrictEqual(pair.states(), ["BACKUP", "MASTER"]);
  pair.pass(6000);
  deepStrictEqual(pair.states(), ["MASTER", "BACKUP"]);
  strictEqual(pair.host(0).process?.side.stateOf("VI_1"), "MASTER");
});
