// What happens when operators drain, resume and hand over.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { settle } from "../../src/sim/rules/settled.ts";
import { virtualIp } from "../../src/sim/story/cluster.ts";
import type { Act, OperatorAct } from "../../src/sim/story/story.ts";
import { INSTANCE, Pair } from "./pair.ts";

const NOTHING = { byState: {}, any: null } as const;
const GROUP = {
  segments: [1, 1],
  instances: [INSTANCE, {
    ...INSTANCE,
    ...{ name: "VI_2", vrid: 2, segment: 1 },
    virtualIps: [virtualIp("10.1.5.100", 32, null, {})],
  }],
  groups: [{
    ...{ name: "G1", instances: ["VI_1", "VI_2"], trackers: [] },
    notify: NOTHING,
  }],
};

/** A pair that has elected its master, h0. */
class Ordered extends Pair {
  /** An operator orders something of the first instance of a host. */
  order(host: number, what: OperatorAct, lasts: number | null = null): this {
    return this.act({ type: "operate", host, instance: 0, what, lasts });
  }

  /** Lines of the log of an event, without who asked. */
  said(event: string): string[] {
    return this.lines.filter((line) => line.event === event)
      .map(({ host, message }) =>
        `${host} ${message.replace(/ by "operator of [\d.]+"/, "")}`
      );
  }
}

function settled(change: ConstructorParameters<typeof Pair>[0] = {}): Ordered {
  const pair = new Ordered(change).pass(6000);
  deepStrictEqual(pair.states(), ["MASTER", "BACKUP"]);
  return pair;
}

Deno.test("a drained master hands over at once, and stays away through crashes and kills", () => {
  const pair = settled().order(0, "drain").pass(700);
  deepStrictEqual(pair.states(), ["FAULT", "MASTER"]);
  deepStrictEqual(pair.held(0), []);
  pair.process(0, "crash", 500).pass(10_000);
  deepStrictEqual(pair.states(), ["FAULT", "MASTER"]);
  pair.process(0, "kill", 500).pass(10_000);
  deepStrictEqual(pair.states(), ["FAULT", "MASTER"]);
  pair.process(1, "stop").pass(10_000);
  deepStrictEqual(pair.states(), ["FAULT", "dead"]);
  deepStrictEqual(pair.changes(0).slice(-2), ["INIT FAULT", "INIT FAULT"]);
  pair.order(0, "resume").pass(3400);
  deepStrictEqual(pair.states(), ["BACKUP", "dead"]);
  pair.pass(100);
  deepStrictEqual(pair.states(), ["MASTER", "dead"]);
});

Deno.test("a drain ends by itself, also while the daemon does not run", () => {
  const pair = settled().order(0, "drain", 20_000).pass(19_900);
  deepStrictEqual(pair.states(), ["FAULT", "MASTER"]);
  pair.pass(6000);
  deepStrictEqual(pair.states(), ["MASTER", "BACKUP"]);
  deepStrictEqual(pair.said("resumed"), [
    "h0 Resumed: the time is over for which it was drained",
  ]);
  pair.order(0, "drain", 5000).pass(1000);
  pair.process(0, "kill", 8000).pass(20_000);
  deepStrictEqual(pair.states(), ["MASTER", "BACKUP"]);
});

Deno.test("the last resort serves when nobody else does, and only then", () => {
  const pair = settled().order(0, "lastResort").pass(6000);
  deepStrictEqual(pair.states(), ["BACKUP", "MASTER"]);
  pair.process(1, "kill", 10_000).pass(6000);
  deepStrictEqual(pair.states(), ["MASTER", "dead"]);
  pair.pass(10_000);
  deepStrictEqual(pair.states(), ["BACKUP", "MASTER"]);
  pair.order(0, "resume").pass(6000);
  deepStrictEqual(pair.states(), ["MASTER", "BACKUP"]);
});

Deno.test("the last resort goes on where nobody preempts, until it hands over", () => {
  const pair = settled({ preempt: false }).order(0, "lastResort").pass(20_000);
  deepStrictEqual(pair.states(), ["MASTER", "BACKUP"]);
  pair.order(0, "failover").pass(20_000);
  deepStrictEqual(pair.states(), ["BACKUP", "MASTER"]);
});

Deno.test("who handed over leaves the address to a worse host until resumed", () => {
  const pair = settled().order(0, "failover").pass(650);
  deepStrictEqual(pair.states(), ["BACKUP", "MASTER"]);
  pair.act({
    ...{ type: "reload", host: 0, instance: 0 },
    ...{ what: "priority", number: 250 },
  });
  pair.pass(60_000);
  deepStrictEqual(pair.states(), ["BACKUP", "MASTER"]);
  pair.order(0, "resume").pass(6000);
  deepStrictEqual(pair.states(), ["MASTER", "BACKUP"]);
  strictEqual(pair.said("taken_over").length, 1);
  deepStrictEqual(pair.said("not_taken_over"), []);
});

Deno.test("who handed over takes over from a successor that fails, and preempts again", () => {
  const pair = settled().order(0, "failover").pass(10_000);
  deepStrictEqual(pair.states(), ["BACKUP", "MASTER"]);
  pair.process(1, "kill", 10_000).pass(6000);
  deepStrictEqual(pair.states(), ["MASTER", "dead"]);
  pair.pass(20_000);
  deepStrictEqual(pair.states(), ["MASTER", "BACKUP"]);
  pair.link(0, "down").pass(5000).link(0, "up").pass(10_000);
  deepStrictEqual(pair.states(), ["MASTER", "BACKUP"]);
});

Deno.test("who hands over to nobody serves again after a master-down interval", () => {
  const pair = settled().process(1, "stop").pass(1000);
  pair.order(0, "failover").pass(3400);
  deepStrictEqual(pair.states(), ["BACKUP", "dead"]);
  deepStrictEqual(pair.held(0), []);
  pair.pass(50);
  deepStrictEqual(pair.states(), ["MASTER", "dead"]);
  deepStrictEqual(pair.said("not_taken_over"), [
    "h0 Nobody took over within 3.414 s: serves again",
  ]);
});

Deno.test("a restart forgets that it handed over", () => {
  const pair = settled().order(0, "failover").pass(10_000);
  deepStrictEqual(pair.states(), ["BACKUP", "MASTER"]);
  pair.process(0, "kill", 100).pass(10_000);
  deepStrictEqual(pair.states(), ["MASTER", "BACKUP"]);
});

Deno.test("a group is drained, resumed and handed over as a whole", () => {
  const pair = settled(GROUP);
  const all = (): unknown[] => [pair.states("VI_1"), pair.states("VI_2")];
  const here = ["MASTER", "BACKUP"];
  const there = ["BACKUP", "MASTER"];
  pair.order(0, "failover").pass(20_000);
  deepStrictEqual(all(), [there, there]);
  pair.order(0, "resume").pass(10_000);
  deepStrictEqual(all(), [here, here]);
  pair.order(0, "drain").pass(700);
  deepStrictEqual(all(), [["FAULT", "MASTER"], ["FAULT", "MASTER"]]);
  pair.process(0, "crash", 500).pass(10_000);
  deepStrictEqual(all(), [["FAULT", "MASTER"], ["FAULT", "MASTER"]]);
  pair.order(0, "resume").pass(10_000);
  deepStrictEqual(all(), [here, here]);
});

Deno.test("a group leaves the addresses as long as one member does, though another is restarted", () => {
  const pair = settled(GROUP);
  const all = (): unknown[] => [pair.states("VI_1"), pair.states("VI_2")];
  const there = ["BACKUP", "MASTER"];
  pair.order(0, "failover").pass(6000);
  const restart = { type: "reload", host: 0, what: "restart", number: 0 };
  pair.act({ ...restart, instance: 0 } as Act);
  settle(pair.world);
  deepStrictEqual(all(), [there, there]);
  deepStrictEqual([...pair.host(0).rules?.yielded ?? []], ["VI_2"]);
  pair.act({ ...restart, instance: 1 } as Act);
  settle(pair.world);
  deepStrictEqual(all(), [there.toReversed(), there.toReversed()]);
});
