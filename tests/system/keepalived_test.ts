/**
 * alived beside Debian's keepalived, in both roles.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Alived } from "../lab/alived.ts";
import { startKeepalived } from "../lab/keepalived.ts";
import { ms, openPair, report } from "../lab/pair.ts";
import { type RouterOptions, VIP } from "../lab/router.ts";

import { sleep } from "../lab/wait.ts";

const SLACK = 1_000;

const V2: RouterOptions = { version: 2, interval: 1, password: "secret12" };
const V3: RouterOptions = { version: 3, interval: 0.2 };

async function alivedAsMaster(
  options: RouterOptions,
  theory: number,
): Promise<void> {
  await using pair = await openPair();
  const { a, b, watch } = pair;
  const master = await Alived.start(a, { ...options, priority: 150 });
  await master.waitForState("MASTER");
  ok(await a.holds(VIP));
  const backup = await startKeepalived(b, { ...options, priority: 100 });
  // Longer than a master-down interval: only our adverts keep it back.
  await sleep(theory * 1.5);
  strictEqual(await master.stop(), 0);
  await backup.waitForLog("Entering MASTER STATE");
  ok(!await a.holds(VIP));
  // keepalived never was master beside a live alived.
  const stopped = await watch.resignationOf(a.address);
  ok(watch.adverts(b.address).every(({ time }) => time > stopped.time));
}

async function alivedAsBackup(
  options: RouterOptions,
  theory: number,
): Promise<void> {
  await using pair = await openPair();
  const { a, b, watch } = pair;
  const master = await startKeepalived(a, { ...options, priority: 150 });
  await master.waitForLog("Entering MASTER STATE");
  const backup = await Alived.start(b, { ...options, priority: 100 });
  await backup.waitForState("BACKUP");
  await sleep(theory * 1.5);
  deepStrictEqual(watch.adverts(b.address), []);
  await master.crash();
  await a.plug(false);
  await backup.waitForState("MASTER");
  const last = watch.adverts(a.address).at(-1)?.time ?? 0;
  const first = await watch.advertFrom(b.address);
  const late = first.time - last - theory;
  report(`takeover from keepalived ${ms(late)} after the master-down interval`);
  ok(late > -1 && late < SLACK, `late by ${late} ms`);
  ok(await b.holds(VIP));
  const counters = await backup.stop().then(() => backup.counters());
  ok((counters.received ?? 0) > 0);
  deepStrictEqual(counters.dropped, {});
}

Deno.test("v2 with PASS: alived is master beside keepalived", () =>
  alivedAsMaster(V2, 3_609.375));

Deno.test("v3: alived is master beside keepalived", () =>
  alivedAsMaster(V3, 721.875));

Deno.test("v2 with PASS: alived is backup of keepalived", () =>
  alivedAsBackup(V2, 3_609.375));

Deno.test("v3: alived is backup of keepalived", () =>
  alivedAsBackup(V3, 721.875));

Deno.test("a better keepalived that comes back preempts alived", async () => {
  await using pair = await openPair();
  const { a, b } = pair;
  const worse = await Alived.start(b, { ...V3, priority: 100 });
  await worse.waitForState("MASTER");
  const better = await startKeepalived(a, { ...V3, priority: 150 });
  await worse.waitForState("BACKUP");
  ok(!await b.holds(VIP));
  await better.waitForLog("Entering MASTER STATE");
});
