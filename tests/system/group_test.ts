/**
 * Sync groups: two hosts on two segments, and the addresses of both segments
 * always on the same host.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { Alived } from "../lab/alived.ts";
import { configuration, instance, type Keys } from "../lab/configuration.ts";
import { type Host, Lab } from "../lab/lab.ts";
import { ms, report } from "../lab/pair.ts";
import { VIP } from "../lab/router.ts";
import { openSecond, plugSecond, wireSecond } from "../lab/segments.ts";
import { sleep, until } from "../lab/wait.ts";

const INSIDE = "198.51.100.100";
const NAMES = ["VI_1", "VI_2"] as const;

interface Segments {
  readonly lab: Lab;
  readonly a: Host;
  readonly b: Host;
}

async function wire(lab: Lab): Promise<Segments> {
  await openSecond(lab);
  const a = await lab.host("a", "192.0.2.1/24");
  const b = await lab.host("b", "192.0.2.2/24");
  await wireSecond(lab, a, "198.51.100.1/24");
  await wireSecond(lab, b, "198.51.100.2/24");
  return { lab, a, b };
}

/** An instance on each segment, both in one group. */
function group(priority: number, keys: Keys = {}): string {
  return configuration([
    instance({ priority }),
    instance({
      ...{ name: "VI_2", interface: "eth1", priority, virtual_router_id: 52 },
      virtual_ips: [`${INSIDE}/24`],
    }),
  ], { sync_groups: [{ name: "G1", instances: NAMES, ...keys }] });
}

/** Wait until both instances are in a state. */
async function bothAre(
  alived: Alived,
  state: "BACKUP" | "MASTER" | "FAULT",
): Promise<void> {
  for (const instance of NAMES) {
    await alived.waitForState(state, { instance });
  }
}

/** Which of the two addresses a host holds. */
async function held(host: Host): Promise<string[]> {
  const text = await host.exec("ip", "-oneline", "-4", "address", "show");
  return [VIP, INSIDE].filter((address) => text.includes(` ${address}/`));
}

/**
 * Milliseconds for which one instance was master and the other was not, the
 * longest such time.
 */
function longestSplit(alived: Alived): number {
  const masters = new Set<string>();
  let splitSince: number | null = null;
  let longest = 0;
  for (const { event, instance = "", to, time } of alived.events()) {
    if (event !== "transition") continue;
    if (to === "MASTER") masters.add(instance);
    else masters.delete(instance);
    const at = Date.parse(time);
    if (masters.size === 1) splitSince ??= at;
    else if (splitSince !== null) {
      longest = Math.max(longest, at - splitSince);
      splitSince = null;
    }
  }
  return splitSince === null ? longest : Infinity;
}

Deno.test("group: a fault on one segment moves the addresses of both, and back", async () => {
  await using lab = await Lab.open();
  const { a, b } = await wire(lab);
  const better = await Alived.start(a, group(150));
  await bothAre(better, "MASTER");
  const worse = await Alived.start(b, group(100));
  await bothAre(worse, "BACKUP");
  for (let round = 0; round < 3; round++) {
    await plugSecond(lab, a, false);
    await bothAre(better, "FAULT");
    const { reason } = await better.waitForState("FAULT");
    match(reason ?? "", /VI_2.*carrier/);
    await bothAre(worse, "MASTER");
    deepStrictEqual(await held(a), []);
    deepStrictEqual(await held(b), [VIP, INSIDE]);
    await plugSecond(lab, a, true);
    await bothAre(better, "MASTER");
    await bothAre(worse, "BACKUP");
    deepStrictEqual(await held(a), [VIP, INSIDE]);
    deepStrictEqual(await held(b), []);
  }
  for (const alived of [better, worse]) {
    const longest = longestSplit(alived);
    report(`one of a group master without the other for ${ms(longest)}`);
    ok(longest < 500);
  }
  strictEqual(await better.stop(), 0);
  await bothAre(worse, "MASTER");
});

Deno.test("group: silence on one segment alone moves nothing", async () => {
  await using lab = await Lab.open();
  const { a, b } = await wire(lab);
  const better = await Alived.start(a, group(150));
  await bothAre(better, "MASTER");
  const worse = await Alived.start(b, group(100));
  await bothAre(worse, "BACKUP");
  await b.exec("nft", "add table ip lab");
  await b.exec(
    ...["nft", "add chain ip lab input"],
    "{ type filter hook input priority 0; }",
  );
  await b.exec(
    "nft",
    "add rule ip lab input iifname eth1 ip protocol 112 drop",
  );
  await sleep(1_500);
  for (const instance of NAMES) {
    deepStrictEqual(better.states(instance), ["BACKUP", "MASTER"]);
    deepStrictEqual(worse.states(instance), ["BACKUP"]);
  }
  // On both segments it is the end of the master.
  await better.crash();
  await bothAre(worse, "MASTER");
  deepStrictEqual(await held(b), [VIP, INSIDE]);
});

Deno.test("group: a master that is preempted on one segment yields on both", async () => {
  await using lab = await Lab.open();
  const { a, b } = await wire(lab);
  const worse = await Alived.start(b, group(100));
  await bothAre(worse, "MASTER");
  const better = await Alived.start(a, group(150));
  await bothAre(better, "MASTER");
  await bothAre(worse, "BACKUP");
  await sleep(500);
  for (const instance of NAMES) {
    deepStrictEqual(better.states(instance), ["BACKUP", "MASTER"]);
    deepStrictEqual(worse.states(instance), ["BACKUP", "MASTER", "BACKUP"]);
  }
  const longest = longestSplit(worse);
  report(`one of a group yielded ${ms(longest)} before the other`);
  ok(longest < 500);
});

Deno.test("group: its notify script is told once of each state of the group", async () => {
  await using lab = await Lab.open();
  const { a } = await wire(lab);
  const told = `${a.directory}/told`;
  const script = `echo "$@" >> ${told}`;
  const notify = ["/bin/sh", "-c", script, "notify"];
  const alived = await Alived.start(a, group(150, { notify }));
  await bothAre(alived, "MASTER");
  await plugSecond(lab, a, false);
  await bothAre(alived, "FAULT");
  await plugSecond(lab, a, true);
  await bothAre(alived, "MASTER");
  strictEqual(await alived.stop(), 0);
  const lines = await until(async () => {
    const text = await Deno.readTextFile(told).catch(() => "");
    return text.includes("STOP") ? text.trim().split("\n") : null;
  });
  deepStrictEqual(
    lines.map((line) => line.split(" ").slice(0, 3).join(" ")),
    ["BACKUP", "MASTER", "FAULT", "BACKUP", "MASTER", "STOP"]
      .map((state) => `GROUP G1 ${state}`),
  );
});
