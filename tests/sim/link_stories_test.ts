// What happens to links and addresses, and to those who use them.

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { virtualIp } from "../../src/sim/story/cluster.ts";
import { INSTANCE, Pair, VIP } from "./pair.ts";

/** A VIP on a second link. */
const ELSEWHERE = virtualIp("10.1.0.200", 24, "eth1", {});
const TWO_LINKS = {
  segments: [1, 1],
  instances: [{ ...INSTANCE, virtualIps: [VIP, ELSEWHERE] }],
};

/** Frames that announce an address, as the trace tells of them. */
function counted(trace: readonly string[], address: string): number {
  return trace.filter((line) => line.includes(`announces ${address} `)).length;
}

Deno.test("the link of a VIP without carrier is a fault at once", () => {
  const pair = new Pair(TWO_LINKS).pass(6000);
  deepStrictEqual(pair.states(), ["MASTER", "BACKUP"]);
  pair.link(0, "unplug", 1).pass(1000);
  deepStrictEqual(pair.states(), ["FAULT", "MASTER"]);
  const { reason } = pair.transitions.find(({ to }) => to === "FAULT") ?? {};
  ok(reason?.kind === "interface");
  strictEqual(reason.interface, "eth1");
  pair.link(0, "plug", 1).pass(6000);
  deepStrictEqual(pair.states(), ["MASTER", "BACKUP"]);
});

Deno.test("a host without the link of a VIP never takes it from one that has it", () => {
  const pair = new Pair(TWO_LINKS);
  const { machine } = pair.host(0);
  const link = machine.byName("eth1");
  ok(link !== undefined);
  machine.removeLink(link);
  pair.pass(60_000);
  deepStrictEqual(pair.states(), ["FAULT", "MASTER"]);
  deepStrictEqual(pair.changes(0), ["INIT FAULT"]);
  deepStrictEqual(pair.changes(1), ["INIT BACKUP", "BACKUP MASTER"]);
});

Deno.test("without IPv6 a host takes an excluded IPv6 VIP from another at most once", () => {
  const excluded = [virtualIp("fd00::5", 64, null, {})];
  const pair = new Pair({ instances: [{ ...INSTANCE, excluded }] });
  pair.link(0, "noIpv6", 0, 60_000).pass(59_000);
  deepStrictEqual(pair.states(), ["FAULT", "MASTER"]);
  ok(pair.changes(0).filter((one) => one === "BACKUP MASTER").length <= 1);
});

Deno.test("paced announcements on two links reach every address on both", () => {
  const trace: string[] = [];
  const instances = [{
    ...INSTANCE,
    virtualIps: [
      VIP,
      virtualIp("10.0.5.101", 32, null, {}),
      ELSEWHERE,
    ],
  }];
  const garp = { repeat: 3, delay: 0, refresh: 0, interval: 50 };
  const cluster = { ...TWO_LINKS, instances, garp };
  new Pair(cluster, (line) => trace.push(line)).pass(6000);
  for (const address of ["10.0.5.100", "10.0.5.101", "10.1.0.200"]) {
    strictEqual(counted(trace, address), 3, address);
  }
});

Deno.test("a new MAC address is announced at once", () => {
  const trace: string[] = [];
  const pair = new Pair({}, (line) => trace.push(line)).pass(10_000);
  trace.length = 0;
  pair.link(0, "mac").pass(200);
  strictEqual(counted(trace, VIP.address), 5);
  const [nic] = pair.host(0).machine.nics;
  const mac = nic?.link?.mac;
  deepStrictEqual(nic?.segment.beliefs(0, VIP.address), [mac, mac, mac]);
});

Deno.test("clients are right within five seconds when a partition heals", () => {
  const garp = { repeat: 5, delay: 5000, refresh: 4000, interval: 0 };
  const pair = new Pair({ garp }).pass(6000);
  pair.act({ type: "split", segment: 0, parts: [0, 1] }).pass(8000);
  deepStrictEqual(pair.states(), ["MASTER", "MASTER"]);
  pair.act({ type: "split", segment: 0, parts: [] }).pass(5000);
  deepStrictEqual(pair.states(), ["MASTER", "BACKUP"]);
  const [nic] = pair.host(0).machine.nics;
  const mac = nic?.link?.mac;
  deepStrictEqual(nic?.segment.beliefs(0, VIP.address), [mac, mac, mac]);
});

Deno.test("a VIP that is the only address of its link is a fault that names it", () => {
  const own = virtualIp("10.0.0.1", 24, null, {});
  const instances = [{ ...INSTANCE, virtualIps: [own] }];
  const pair = new Pair({ instances }).pass(10_000);
  deepStrictEqual(pair.states(), ["FAULT", "MASTER"]);
  const { reason } = pair.transitions.find(({ host }) => host === "h0") ?? {};
  deepStrictEqual(reason, {
    ...{ kind: "source", interface: "eth0" },
    ...{ lacks: "own", address: "10.0.0.1" },
  });
});

Deno.test("an owner whose address the other holds meanwhile is heard again", () => {
  // The owner's only address is the VIP of both.
  const own = virtualIp("10.0.0.2", 24, null, {});
  const instances = [{
    ...INSTANCE,
    ...{ version: 3 as const, priorities: [100, 255] },
    virtualIps: [{ ...own, prefix: 32 }],
  }];
  const pair = new Pair({ instances }).pass(6000);
  deepStrictEqual(pair.states(), ["BACKUP", "MASTER"]);
  pair.act({ type: "split", segment: 0, parts: [0, 1] }).pass(6000);
  deepStrictEqual(pair.states(), ["MASTER", "MASTER"]);
  pair.act({ type: "split", segment: 0, parts: [] }).pass(6000);
  deepStrictEqual(pair.states(), ["BACKUP", "MASTER"]);
  deepStrictEqual(pair.held(0), []);
});

Deno.test("forged adverts that win and resign in turn make no storm", () => {
  const trace: string[] = [];
  const instances = [{
    ...INSTANCE,
    ...{ version: 3 as const, intervals: [10, 10] },
  }];
  const pair = new Pair({ instances }, (line) => trace.push(line)).pass(2000);
  trace.length = 0;
  pair.lines.length = 0;
  pair.act({
    ...{ type: "forge", instance: 0, priorities: [255, 0] },
    ...{ every: 0.25, count: 10_000 },
  });
  pair.pass(2500);
  // Three seconds that begin, five frames each, on two hosts.
  ok(counted(trace, VIP.address) <= 30, `${counted(trace, VIP.address)}`);
  ok(pair.lines.length <= 60, `${pair.lines.length} lines`);
});

Deno.test("a link that is made again within its delay gets its addresses again", () => {
  const linkDelay = { down: 2000, up: 0 };
  const pair = new Pair({ linkDelay }).pass(6000);
  pair.link(0, "recreate", 0, 200).pass(4000);
  deepStrictEqual(pair.states(), ["MASTER", "BACKUP"]);
  deepStrictEqual(pair.held(0), ["10.0.5.100/32 eth0"]);
});

Deno.test("a link that goes again before it is believed to be back stays a fault", () => {
  const linkDelay = { down: 0, up: 2000 };
  const pair = new Pair({ linkDelay }).pass(10_000);
  pair.link(0, "down").pass(5000);
  deepStrictEqual(pair.states(), ["FAULT", "MASTER"]);
  pair.link(0, "up").pass(500).link(0, "down").pass(20_000);
  deepStrictEqual(pair.states(), ["FAULT", "MASTER"]);
});

Deno.test("a link that comes and goes within its delays changes nothing", () => {
  const linkDelay = { down: 800, up: 800 };
  const pair = new Pair({ linkDelay }).pass(10_000);
  const before = pair.transitions.length;
  for (let round = 0; round < 5; round++) {
    pair.link(0, "unplug").pass(500).link(0, "plug").pass(1500);
  }
  strictEqual(pair.transitions.length, before);
  deepStrictEqual(pair.states(), ["MASTER", "BACKUP"]);
});

Deno.test("what somebody else put in the place of an address of ours is not removed", () => {
  const pair = new Pair().pass(6000);
  pair.process(0, "pause", 6000).pass(100);
  pair.link(0, "steal").link(0, "foreign", 0, 60_000).pass(20_000);
  pair.host(0).stop();
  pair.pass(1000);
  const link = pair.host(0).machine.byName("eth0");
  strictEqual(link?.addresses.find(VIP.address)?.owner, "foreign");
});
