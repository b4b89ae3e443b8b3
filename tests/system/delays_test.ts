/**
 * What is put off on purpose: preemption, the start, the belief in a link, and
 * one announcement behind another.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Alived } from "../lab/alived.ts";
import { Capture } from "../lab/capture.ts";
import { configuration, instance, type Keys } from "../lab/configuration.ts";
import { type Host, Lab } from "../lab/lab.ts";
import { ms, openPair, report } from "../lab/pair.ts";
import { VIP } from "../lab/router.ts";
import { now, sleep } from "../lab/wait.ts";

// A delay is never shorter than told; how much longer it is is printed.
const SLACK = 1_500;

function start(host: Host, keys: Keys = {}): Promise<Alived> {
  return Alived.start(host, configuration([instance(keys)]));
}

Deno.test("preempt_delay: a better host lets the worse one be for so long", async () => {
  await using pair = await openPair();
  const { a, b, watch } = pair;
  const worse = await start(b);
  await worse.waitForState("MASTER");
  const better = await start(a, { priority: 150, preempt_delay: "1s" });
  const { time: from } = await better.waitForState("BACKUP");
  const { time: to } = await better.waitForState("MASTER");
  await worse.waitForState("BACKUP");
  const waited = Date.parse(to) - Date.parse(from);
  report(`preempt_delay of 1 s: MASTER ${ms(waited)} after BACKUP`);
  // It counts from the first advert that is tolerated.
  ok(waited >= 1_000 && waited < 1_000 + 500 + SLACK);
  const first = watch.adverts(a.address)[0]?.time ?? 0;
  ok(first >= Date.parse(from) + 1_000);
});

Deno.test("preempt_delay: a dead master is replaced without it", async () => {
  await using pair = await openPair();
  const { a, b } = pair;
  const worse = await start(b);
  await worse.waitForState("MASTER");
  const better = await start(a, { priority: 150, preempt_delay: "1h" });
  await better.waitForState("BACKUP");
  await sleep(1_000);
  deepStrictEqual(better.states(), ["BACKUP"]);
  await worse.crash();
  await better.waitForState("MASTER");
});

Deno.test("startup_delay: no instance takes part before, not even an owner", async () => {
  await using pair = await openPair();
  const { a, watch } = pair;
  const owner = await Alived.start(
    a,
    configuration([instance({ priority: 255 })], {
      global: { startup_delay: "1s" },
    }),
  );
  const started = await owner.waitForEvent(({ event }) => event === "start");
  const { time } = await owner.waitForState("MASTER");
  const waited = Date.parse(time) - Date.parse(started.time);
  report(`startup_delay of 1 s: MASTER ${ms(waited)} after the start`);
  ok(waited >= 1_000 && waited < 1_000 + SLACK);
  const first = watch.adverts(a.address)[0]?.time ?? 0;
  ok(first >= Date.parse(started.time) + 1_000);
  deepStrictEqual(owner.states(), ["MASTER"]);
  strictEqual(await owner.stop(), 0);
});

Deno.test("link_down_delay and link_up_delay: a link is believed when it lasts", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const delays = { link_down_delay: "500ms", link_up_delay: "800ms" };
  const master = await start(a, delays);
  await master.waitForState("MASTER");
  await a.plug(false);
  await sleep(200);
  await a.plug(true);
  await sleep(800);
  deepStrictEqual(master.states(), ["BACKUP", "MASTER"]);
  const pulled = now();
  await a.plug(false);
  const down = Date.parse((await master.waitForState("FAULT")).time) - pulled;
  report(`link_down_delay of 500 ms: FAULT ${ms(down)} after the pull`);
  ok(down >= 490 && down < 500 + SLACK);
  ok(!await a.holds(VIP));
  await a.plug(true);
  await sleep(200);
  await a.plug(false);
  await sleep(200);
  deepStrictEqual(master.states(), ["BACKUP", "MASTER", "FAULT"]);
  const plugged = now();
  await a.plug(true);
  const up = Date.parse((await master.waitForState("BACKUP")).time) - plugged;
  report(`link_up_delay of 800 ms: BACKUP ${ms(up)} after the plug`);
  ok(up >= 790 && up < 800 + SLACK);
  await master.waitForState("MASTER");
});

Deno.test("garp.interval: one announcement behind another", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const capture = await Capture.start(lab, { filter: "arp" });
  const garp = { repeat: 4, interval: "50ms", delay: "0s", refresh: "0s" };
  const vips = [VIP, "192.0.2.101", "192.0.2.102"];
  const master = await start(a, {
    ...{ garp, virtual_ips: vips.map((address) => `${address}/24`) },
  });
  await master.waitForState("MASTER");
  await sleep(1_000);
  strictEqual(await master.stop(), 0);
  const { arps } = await capture.stop();
  const garps = arps.filter(({ gratuitous }) => gratuitous);
  // Each once before any is repeated.
  deepStrictEqual(
    garps.map(({ source }) => source),
    [...vips, ...vips, ...vips, ...vips],
  );
  const from = garps[0]?.time ?? NaN;
  const off = garps.map(({ time }, i) => Math.abs(time - from - i * 50));
  report(
    `12 announcements at 50 ms: each within ${ms(Math.max(...off))} of its ` +
      "time",
  );
  // Not all at once, and the last is not before its turn.
  const span = (garps.at(-1)?.time ?? NaN) - from;
  ok(span > 11 * 50 * 0.9, `all within ${ms(span)}`);
});

Deno.test("garp.interval: nothing is announced that was given up meanwhile", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const capture = await Capture.start(lab, { filter: "arp" });
  const garp = { repeat: 100, interval: "20ms" };
  const master = await start(a, { garp });
  await master.waitForState("MASTER");
  await sleep(300);
  await a.exec("ip", "address", "delete", a.prefixed, "dev", "eth0");
  const { time } = await master.waitForState("FAULT");
  await sleep(300);
  const { arps } = await capture.stop();
  const garps = arps.filter(({ gratuitous }) => gratuitous);
  ok(garps.length > 5);
  const last = garps.at(-1)?.time ?? Infinity;
  ok(last <= Date.parse(time) + 100, `${last - Date.parse(time)} ms later`);
});
