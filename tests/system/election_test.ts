/**
 * alived beside alived: who holds the address, and how it moves.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Alived } from "../lab/alived.ts";
import { ms, openPair, report } from "../lab/pair.ts";
import { Pinger } from "../lab/pinger.ts";
import { VIP } from "../lab/router.ts";
import { now, sleep, until } from "../lab/wait.ts";

// Timings are printed, not asserted, but for bounds that only a broken
// machine exceeds on a busy computer.
const SLACK = 1_000;

Deno.test("the better priority is elected and alone holds the address", async () => {
  await using pair = await openPair();
  const { a, b, watch } = pair;
  const backup = await Alived.start(b, { priority: 100 });
  const master = await Alived.start(a, { priority: 150 });
  await master.waitForState("MASTER");
  await backup.waitForState("BACKUP");
  ok(await a.holds(VIP));
  await until(async () => !await b.holds(VIP));
  const elected = now();
  await sleep(1_500);
  deepStrictEqual(master.states(), ["BACKUP", "MASTER"]);
  strictEqual(backup.states().at(-1), "BACKUP");
  const heard = watch.adverts().filter(({ time }) => time > elected);
  deepStrictEqual(
    new Set(heard.map(({ address }) => address)),
    new Set([a.address]),
  );
  strictEqual(await master.stop(), 0);
  strictEqual(await backup.stop(), 0);
});

Deno.test("of two masters with equal priority the larger address stays", async () => {
  await using pair = await openPair();
  const { a, b } = pair;
  await a.isolate(true);
  await b.isolate(true);
  const options = { priority: 100, version: 3, interval: 0.1 } as const;
  const first = await Alived.start(a, options);
  const second = await Alived.start(b, options);
  await first.waitForState("MASTER");
  await second.waitForState("MASTER");
  await a.isolate(false);
  await first.waitForState("BACKUP");
  await sleep(500);
  deepStrictEqual(second.states(), ["BACKUP", "MASTER"]);
  ok(await b.holds(VIP));
  ok(!await a.holds(VIP));
});

Deno.test("the backup takes over after the master-down interval when the master dies", async () => {
  await using pair = await openPair();
  const { a, b, watch } = pair;
  const master = await Alived.start(a, { priority: 150 });
  await master.waitForState("MASTER");
  const backup = await Alived.start(b, { priority: 100 });
  await backup.waitForState("BACKUP");
  // The backup has to hear one, or it counts from its start.
  await watch.advertFrom(a.address, { after: now() });
  await master.crash();
  await a.plug(false);
  const first = await watch.advertFrom(b.address);
  await backup.waitForState("MASTER");
  const last = watch.adverts(a.address).at(-1)?.time ?? 0;
  const late = first.time - last - 3_609.375;
  report(`takeover after SIGKILL ${ms(late)} after the master-down interval`);
  ok(late > -1 && late < SLACK, `late by ${late} ms`);
  const garp = await watch.garpFrom(first.mac, { after: first.time - 1 });
  report(`first gratuitous ARP ${ms(garp.time - first.time)} after the advert`);
  ok(await b.holds(VIP));
});

Deno.test("SIGTERM resigns, removes the address and lets the backup in after the skew time", async () => {
  await using pair = await openPair();
  const { a, b, watch } = pair;
  const master = await Alived.start(a, { priority: 150 });
  await master.waitForState("MASTER");
  const backup = await Alived.start(b, { priority: 100 });
  await backup.waitForState("BACKUP");
  await watch.advertFrom(a.address, { after: now() });
  const asked = now();
  const stopped = master.stop();
  await until(async () => !await a.holds(VIP), { what: "the address to go" });
  report(`address gone ${ms(now() - asked)} after SIGTERM`);
  strictEqual(await stopped, 0);
  report(`exit ${ms(now() - asked)} after SIGTERM`);
  const last = await watch.resignationOf(a.address);
  report(`priority 0 sent ${ms(last.time - asked)} after SIGTERM`);
  ok(last.time - asked < SLACK);
  const first = await watch.advertFrom(b.address);
  const late = first.time - last.time - 609.375;
  report(`takeover ${ms(late)} after the skew time`);
  ok(late > -1 && late < SLACK, `late by ${late} ms`);
  await backup.waitForState("MASTER");
});

Deno.test("a better host that comes back preempts without an outage", async () => {
  await using pair = await openPair();
  const { lab, a, b, watch } = pair;
  const client = await lab.host("client", "192.0.2.3/24");
  const options = { version: 3, interval: 0.2 } as const;
  const worse = await Alived.start(b, { ...options, priority: 100 });
  await worse.waitForState("MASTER");
  const pinger = new Pinger(client, VIP);
  await pinger.answered();
  const better = await Alived.start(a, { ...options, priority: 150 });
  await better.waitForState("MASTER");
  await worse.waitForState("BACKUP");
  await sleep(200);
  const { outages } = await pinger.stop();
  const lost = outages.reduce((sum, outage) => sum + outage.lost, 0);
  report(`${lost} pings of 2 ms lost on preemption`);
  // By silence it would have been 721 ms, and so many pings.
  ok(lost < 721 / 2, `lost ${lost} pings`);
  ok(await a.holds(VIP));
  ok(!await b.holds(VIP));
  // It gave way without resigning: it heard the better one.
  ok(watch.adverts(b.address).every(({ priority }) => priority === 100));
});

Deno.test("preempt: false leaves a worse live master alone", async () => {
  await using pair = await openPair();
  const { a, b, watch } = pair;
  const options = { version: 3, interval: 0.1 } as const;
  const worse = await Alived.start(b, { ...options, priority: 100 });
  await worse.waitForState("MASTER");
  const better = await Alived.start(a, {
    ...options,
    priority: 150,
    preempt: false,
  });
  await better.waitForState("BACKUP");
  await sleep(1_500);
  deepStrictEqual(better.states(), ["BACKUP"]);
  deepStrictEqual(watch.adverts(a.address), []);
  await worse.crash();
  await b.plug(false);
  await better.waitForState("MASTER");
});

Deno.test("an owner is master at once", async () => {
  await using pair = await openPair();
  const { a, watch } = pair;
  const asked = now();
  const owner = await Alived.start(a, { priority: 255 });
  const first = await watch.advertFrom(a.address);
  report(`first advert of an owner ${ms(first.time - asked)} after its start`);
  strictEqual(first.priority, 255);
  await owner.waitForState("MASTER");
  ok(await a.holds(VIP));
});
