// What happens when the kernel loses, refuses or does not answer.

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { virtualIp } from "../../src/sim/story/cluster.ts";
import { INSTANCE, Pair } from "./pair.ts";

/** VIPs in a subnet of their own. */
function vips(count: number): ReturnType<typeof virtualIp>[] {
  return Array.from(
    { length: count },
    (_, i) =>
      virtualIp(`10.0.${100 + (i >> 7)}.${1 + (i & 127)}`, 32, null, {}),
  );
}

Deno.test("an overrun of events leaves nothing of what was before", () => {
  const pair = new Pair().pass(6000);
  pair.process(0, "pause", 400).pass(10);
  pair.link(0, "down").act({
    type: "flood",
    host: 0,
    count: 400,
    blinks: null,
  });
  pair.link(0, "up").pass(5000);
  deepStrictEqual(pair.states(), ["MASTER", "BACKUP"]);
  deepStrictEqual(pair.changes(0), ["INIT BACKUP", "BACKUP MASTER"]);
});

Deno.test("an overrun while a link goes is a link that has gone", () => {
  const pair = new Pair().pass(6000);
  pair.process(0, "pause", 400).pass(10);
  pair.act({ type: "flood", host: 0, count: 400, blinks: null });
  pair.link(0, "down").pass(5000);
  deepStrictEqual(pair.states(), ["FAULT", "MASTER"]);
});

Deno.test("250 addresses that somebody removes in batches are put back, all of them", () => {
  const instances = [{ ...INSTANCE, virtualIps: vips(250) }];
  const pair = new Pair({ instances }).pass(6000);
  for (let round = 0; round < 9; round++) {
    const { machine } = pair.host(0);
    const link = machine.byName("eth0");
    ok(link !== undefined);
    for (const { address, prefix } of vips(250)) {
      machine.removeAddress(link, address, prefix);
    }
    machine.meddledAt = pair.world.agenda.now;
    pair.pass(700);
  }
  strictEqual(pair.held(0).length, 250);
});

Deno.test("a host whose kernel refuses addresses takes them from another at most once", () => {
  const pair = new Pair();
  pair.act({
    ...{ type: "refuse", host: 0, call: "add", code: "ENOMEM", chance: 1 },
    ...{ unanswered: false, lasts: 120_000 },
  });
  pair.pass(120_000);
  deepStrictEqual(pair.states(), ["FAULT", "MASTER"]);
  ok(pair.changes(0).filter((one) => one === "BACKUP MASTER").length <= 1);
  // When it can serve, it does.
  pair.pass(70_000);
  deepStrictEqual(pair.states(), ["MASTER", "BACKUP"]);
  deepStrictEqual(pair.held(0), ["10.0.5.100/32 eth0"]);
});

Deno.test("a record that cannot be written keeps no address from being held", () => {
  const hosts = hostsOf(2).map((host) => ({ ...host, keepsProtocol: false }));
  const pair = new Pair({ hosts });
  pair.act({
    ...{ type: "refuse", host: 0, call: "record", code: "ENOSPC", chance: 1 },
    ...{ unanswered: false, lasts: 30_000 },
  });
  pair.pass(29_000);
  deepStrictEqual(pair.states(), ["MASTER", "BACKUP"]);
  strictEqual(pair.host(0).machine.record, null);
  const said = pair.lines.filter(({ event, level, host, message }) =>
    event === "record" && level === "warning" && host === "h0" &&
    message.includes("write")
  );
  strictEqual(said.length, 1);
  pair.pass(70_000);
  ok(pair.host(0).machine.record?.includes('"10.0.5.100"'));
});

Deno.test("200 additions whose answers are lost belong to somebody all the same", () => {
  for (const keepsProtocol of [true, false]) {
    const instances = [{ ...INSTANCE, virtualIps: vips(200) }];
    const hosts = hostsOf(2).map((host) => ({ ...host, keepsProtocol }));
    const pair = new Pair({ instances, hosts });
    pair.act({
      ...{ type: "refuse", host: 0, call: "add", code: "ENOBUFS" },
      ...{ chance: 0.02, unanswered: true, lasts: 20_000 },
    });
    pair.pass(90_000);
    deepStrictEqual(pair.states(), ["MASTER", "BACKUP"]);
    strictEqual(pair.held(0).length, 200);
    pair.host(0).stop();
    pair.pass(1000);
    deepStrictEqual(pair.held(0), []);
  }
});

for (const call of ["add", "remove"] as const) {
  for (const keepsProtocol of [true, false]) {
    Deno.test(`addresses are replaced, though answers are lost: ${call}, ${keepsProtocol}`, () => {
      for (let seed = 1; seed <= 20; seed++) {
        const instances = [{ ...INSTANCE, virtualIps: vips(5) }];
        const hosts = hostsOf(2).map((host) => ({ ...host, keepsProtocol }));
        const pair = new Pair({ seed, instances, hosts }).pass(6000);
        pair.act({
          ...{ type: "refuse", host: 0, call, code: "ENOBUFS" },
          ...{ chance: call === "add" ? 0.2 : 1, unanswered: true, lasts: 500 },
        });
        const label = "eth0:l";
        pair.reload(vips(5).map((vip) => ({ ...vip, label }))).pass(20_000);
        // The kernel refused nothing.
        const once = ["INIT BACKUP", "BACKUP MASTER"];
        if (call === "remove") deepStrictEqual(pair.changes(0), once);
        const labels = Array.from(pair.host(0).machine.addresses())
          .filter(([, { owner }]) => owner === "alived")
          .map(([, held]) => held.label);
        deepStrictEqual(labels, Array(5).fill(label));
        pair.host(0).stop();
        pair.pass(1000);
        deepStrictEqual(pair.held(0), []);
      }
    });
  }
}

Deno.test("the last gasp removes what the call in flight has added", () => {
  const instances = [{ ...INSTANCE, virtualIps: vips(50) }];
  const pair = new Pair({ instances }).pass(3400);
  // In the midst of the addresses.
  pair.process(0, "bug", 20).pass(500);
  strictEqual(pair.states()[0], "dead");
  deepStrictEqual(pair.held(0), []);
});

Deno.test("sockets that could not be opened are tried again without any event", () => {
  const pair = new Pair().pass(6000);
  pair.act({
    ...{ type: "refuse", host: 0, call: "open", code: "EMFILE", chance: 1 },
    ...{ unanswered: false, lasts: 10_000 },
  });
  pair.link(0, "recreate", 0, 100).pass(9000);
  deepStrictEqual(pair.states(), ["FAULT", "MASTER"]);
  ok(pair.lines.some(({ message }) => message.includes("EMFILE")));
  pair.pass(20_000);
  deepStrictEqual(pair.states(), ["MASTER", "BACKUP"]);
});

Deno.test("links that cannot be read are read when that is possible", () => {
  const pair = new Pair().pass(6000);
  pair.act({
    ...{ type: "refuse", host: 0, call: "events", code: "EMFILE", chance: 1 },
    ...{ unanswered: false, lasts: 5000 },
  });
  pair.link(0, "steal").pass(15_000);
  deepStrictEqual(pair.states(), ["MASTER", "BACKUP"]);
  deepStrictEqual(pair.held(0), ["10.0.5.100/32 eth0"]);
});

Deno.test("1,000 addresses of 50 instances are one takeover, however long it takes", () => {
  const instances = Array.from({ length: 50 }, (_, i) => ({
    ...INSTANCE,
    name: `VI_${i + 1}`,
    vrid: i + 1,
    version: 3 as const,
    intervals: [100, 100],
    virtualIps: Array.from(
      { length: 20 },
      (_, n) => virtualIp(`10.0.${100 + i}.${n + 1}`, 32, null, {}),
    ),
  }));
  const pair = new Pair({ instances, hosts: hostsOf(1) });
  const lasts = 20_000;
  pair.act({ type: "slow", host: 0, call: "add", chance: 1, most: 2, lasts });
  pair.pass(8000);
  strictEqual(pair.held(0).length, 1000);
  strictEqual(pair.transitions.length, 100);
  for (const { name } of instances) {
    deepStrictEqual(pair.changes(0, name), ["INIT BACKUP", "BACKUP MASTER"]);
  }
});

function hostsOf(count: number): {
  number: number;
  suffix: number;
  keepsProtocol: boolean;
  promotes: boolean;
  startsAt: number;
}[] {
  return Array.from({ length: count }, (_, number) => ({
    ...{ number, suffix: number + 1, keepsProtocol: true },
    ...{ promotes: false, startsAt: 0 },
  }));
}

Deno.test("a call that takes longer than the others wait is no stall", () => {
  const instances = [{ ...INSTANCE, version: 3 as const, intervals: [100] }];
  const pair = new Pair({ instances, hosts: hostsOf(1) }).pass(2000);
  for (let round = 0; round < 5; round++) {
    pair.act({ type: "lock", host: 0, lasts: 800 }).link(0, "steal").pass(3000);
  }
  deepStrictEqual(pair.states(), ["MASTER"]);
  deepStrictEqual(pair.changes(0), ["INIT BACKUP", "BACKUP MASTER"]);
  deepStrictEqual(pair.held(0), ["10.0.5.100/32 eth0"]);
});

Deno.test("505 instances are ready, tell all their states, and stop", () => {
  const instances = Array.from({ length: 505 }, (_, i) => ({
    ...INSTANCE,
    name: `VI_${i + 1}`,
    vrid: i % 250 + 1,
    segment: Math.floor(i / 250),
    virtualIps: [
      virtualIp(`10.${i >> 7}.200.${1 + (i & 127)}`, 32, null, {}),
    ],
  }));
  const cluster = { instances, hosts: hostsOf(1), segments: [1, 1, 1] };
  const pair = new Pair(cluster);
  // The side stands still while they start.
  pair.process(0, "stallSide", 20_000).pass(30_000);
  ok(pair.ready.has("h0"));
  strictEqual(pair.held(0).length, 505);
  const { side } = pair.host(0).process ?? {};
  for (const { name } of instances) strictEqual(side?.stateOf(name), "MASTER");
  pair.host(0).stop();
  pair.pass(2000);
  strictEqual(pair.states()[0], "dead");
  deepStrictEqual(pair.held(0), []);
});
