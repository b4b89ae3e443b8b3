// What happens when a daemon hands over to another one and that takes long.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { INSTANCE, Pair } from "./pair.ts";

/** Serves at intervals of 50 ms: is missed after 150 ms and some. */
const FAST = { ...INSTANCE, version: 3, intervals: [50, 50] } as const;

Deno.test("who hands over at once is not missed", () => {
  const pair = new Pair({ instances: [FAST] }).pass(3000);
  pair.process(0, "handOver", 50).pass(3000);
  deepStrictEqual(pair.states(), ["MASTER", "BACKUP"]);
  deepStrictEqual(pair.changes(0), ["INIT BACKUP", "BACKUP MASTER"]);
  deepStrictEqual(pair.changes(1), ["INIT BACKUP"]);
});

Deno.test("a kernel that holds the new daemon up in a hand-over makes it yield, as nobody served", () => {
  const pair = new Pair({ instances: [FAST] }).pass(3000);
  pair.process(0, "handOver", 100).pass(80);
  pair.act({ type: "lock", host: 0, lasts: 300 }).pass(3000);
  const yields = pair.transitions.filter(({ from }) => from === "MASTER");
  deepStrictEqual(
    yields.map(({ host, reason: { kind } }) => `${host} ${kind}`),
    ["h0 stall", "h1 better"],
  );
  deepStrictEqual(pair.states(), ["MASTER", "BACKUP"]);
});

Deno.test("a reload that comes in a hand-over is taken in behind the takeover that was due, when the old daemon goes on", () => {
  const pair = new Pair();
  pair.process(1, "kill", 60_000).pass(2600);
  pair.process(0, "handOver", 1000).pass(500);
  const host = pair.host(0);
  host.reload({ ...host.settings, instances: [] });
  pair.pass(2000);
  const expected = ["INIT BACKUP", "BACKUP MASTER", "MASTER INIT"];
  deepStrictEqual(pair.changes(0), expected);
  deepStrictEqual(pair.held(0), []);
  strictEqual(host.process?.hasEnded, false);
});

Deno.test("an order that comes in a hand-over is obeyed when the old daemon goes on", () => {
  const pair = new Pair().pass(6000);
  pair.process(0, "handOver", 1000).pass(800);
  pair.act({
    ...{ type: "operate", host: 0, instance: 0 },
    ...{ what: "failover", lasts: null },
  });
  pair.pass(2000);
  deepStrictEqual(pair.states(), ["BACKUP", "MASTER"]);
});

Deno.test("a link that is unplugged in a hand-over is down for the old daemon, which goes on", () => {
  const pair = new Pair().pass(6000);
  pair.act({
    ...{ type: "refuse", host: 0, call: "open", code: "EMFILE", chance: 1 },
    ...{ unanswered: false, lasts: 500 },
  });
  pair.process(0, "handOver", 200).pass(100);
  pair.link(0, "unplug").pass(5000);
  deepStrictEqual(pair.states(), ["FAULT", "MASTER"]);
});
