/**
 * SIGHUP with another configuration moves nothing that it need not.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { Alived } from "../lab/alived.ts";
import { Capture } from "../lab/capture.ts";
import { configuration, instance, reload } from "../lab/configuration.ts";
import { memoryKib } from "../lab/memory.ts";
import { Monitor } from "../lab/monitor.ts";
import { openPair, type Pair, report } from "../lab/pair.ts";
import { Pinger, type PingReport } from "../lab/pinger.ts";
import { VIP } from "../lab/router.ts";
import { now, sleep, until } from "../lab/wait.ts";

/** What announces by itself would be taken for what a reload announces. */
const ONCE = { delay: "0s", refresh: "0s" };
const MASTER = { priority: 150, garp: { ...ONCE, repeat: 3 } };
const SECOND = instance({
  name: "VI_2",
  virtual_router_id: 52,
  virtual_ips: ["192.0.2.101/24"],
});

interface Started {
  readonly master: Alived;
  readonly backup: Alived;
  readonly pinger: Pinger;
}

/** A master that is pinged every 2 ms, and its backup. */
async function start({ lab, a, b }: Pair): Promise<Started> {
  const client = await lab.host("client", "192.0.2.3/24");
  const master = await Alived.start(a, configuration([instance(MASTER)]));
  await master.waitForState("MASTER");
  const backup = await Alived.start(b, configuration([instance()]));
  await backup.waitForState("BACKUP");
  const pinger = new Pinger(client, VIP);
  await pinger.answered();
  return { master, backup, pinger };
}

/** Nothing was lost, nobody resigned, nobody else became master. */
function assertUndisturbed(
  { a, b, watch }: Pair,
  { master, backup }: Started,
  { outages, received }: PingReport,
): void {
  deepStrictEqual(outages, []);
  ok(received > 100);
  deepStrictEqual(master.states(), ["BACKUP", "MASTER"]);
  deepStrictEqual(backup.states(), ["BACKUP"]);
  deepStrictEqual(watch.adverts(b.address), []);
  // The second instance comes and goes, and may have been master.
  const ended = watch.adverts(a.address)
    .filter(({ vrid, priority }) => vrid === 51 && priority === 0);
  deepStrictEqual(ended, []);
}

function lostOf({ outages }: PingReport): number {
  return outages.reduce((sum, { lost }) => sum + lost, 0);
}

Deno.test("reload: the same file and one more instance cost no ping", async () => {
  await using pair = await openPair();
  const started = await start(pair);
  const { master, pinger } = started;
  const same = await reload(master, configuration([instance(MASTER)]));
  strictEqual(same.message, "Reloaded: nothing changed");
  const more = await reload(
    master,
    configuration([instance(MASTER), SECOND]),
  );
  match(more.message, /1 added/);
  await master.waitForState("MASTER", { instance: "VI_2" });
  await sleep(500);
  const pings = await pinger.stop();
  report(
    `${lostOf(pings)} of ${pings.received} pings of 2 ms lost over a reload ` +
      "of the same file and one with one more instance",
  );
  assertUndisturbed(pair, started, pings);
  ok(await pair.a.holds("192.0.2.101"));
  strictEqual(await master.stop(), 0);
});

Deno.test("reload: hundreds in a row cost no ping and no memory", async () => {
  await using pair = await openPair();
  const started = await start(pair);
  const { master, pinger } = started;
  const files = [
    configuration([instance(MASTER)]),
    configuration([instance(MASTER), SECOND]),
  ];
  const memory = new Map<number, number>();
  for (let i = 1; i <= 1_200; i++) {
    await reload(master, files[Math.floor(i / 2) % 2] ?? "");
    // In a burst first, then with time for a ping or more between two.
    if (i > 100) await sleep(5);
    if ([20, 600, 1_200].includes(i)) {
      memory.set(i, await memoryKib(master.program.pid) / 1_024);
    }
  }
  const pings = await pinger.stop();
  report(
    `${lostOf(pings)} of ${pings.received} pings of 2 ms lost over 1,200 ` +
      "reloads; RSS " +
      [...memory].map(([i, mib]) => `${mib.toFixed(1)} MiB after ${i}`)
        .join(", "),
  );
  assertUndisturbed(pair, started, pings);
  // The heap grows in the first hundreds, and then no more.
  const growth = (memory.get(1_200) ?? NaN) - (memory.get(600) ?? NaN);
  ok(growth < 20, `RSS grew by ${growth} MiB`);
  strictEqual(await master.stop(), 0);
});

Deno.test("reload: priority, interval, addresses and garp change in place", async () => {
  await using pair = await openPair();
  const { a, watch } = pair;
  const started = await start(pair);
  const { master, pinger } = started;
  const monitor = await Monitor.start(a);
  const other = "192.0.2.101";
  const change = async (keys: Record<string, unknown>): Promise<number> => {
    const told = now();
    const file = configuration([instance({ ...MASTER, ...keys })]);
    match((await reload(master, file)).message, /1 changed/);
    // Longer than the backup waits, also for the longest of the intervals.
    await sleep(1_200);
    return told;
  };
  let told = await change({ priority: 160 });
  let adverts = watch.adverts(a.address).filter(({ time }) => time > told);
  strictEqual(adverts.at(-1)?.priority, 160);
  told = await change({ advert_interval: "300ms" });
  adverts = watch.adverts(a.address).filter(({ time }) => time > told);
  ok(adverts.length >= 3 && adverts.length <= 6, `${adverts.length} adverts`);
  await change({ virtual_ips: [`${VIP}/24`, `${other}/24`] });
  ok(await a.holds(other));
  await change({ virtual_ips: [`${VIP}/24`, "192.0.2.102/24"] });
  ok(!await a.holds(other) && await a.holds("192.0.2.102"));
  // What was announced before is known to the neighbours.
  const garp = { ...ONCE, repeat: 2 };
  told = await change({ garp, virtual_ips: [`${VIP}/24`, `${other}/24`] });
  const garps = watch.sightings()
    .filter(({ kind, time }) => kind === "garp" && time > told);
  deepStrictEqual(garps.map(({ address }) => address), [other, other]);
  await change({ garp });
  const pings = await pinger.stop();
  report(`${lostOf(pings)} of ${pings.received} pings of 2 ms lost in changes`);
  assertUndisturbed(pair, started, pings);
  deepStrictEqual(monitor.addresses(VIP), []);
  deepStrictEqual(await a.addresses(), ["192.0.2.1/24", `${VIP}/24`]);
});

Deno.test("reload: another VRID is another router, which resigns as the old one", async () => {
  await using pair = await openPair();
  const { lab, a } = pair;
  const capture = await Capture.start(lab, { filter: "ip proto 112" });
  const master = await Alived.start(a, configuration([instance()]));
  await master.waitForState("MASTER");
  const file = configuration([instance({ virtual_router_id: 53 })]);
  match((await reload(master, file)).message, /1 restarted/);
  await until(() => master.states().length === 5);
  deepStrictEqual(
    master.states(),
    ["BACKUP", "MASTER", "INIT", "BACKUP", "MASTER"],
  );
  ok(await a.holds(VIP));
  await sleep(200);
  const { adverts } = await capture.stop();
  const old = adverts.filter(({ vrid }) => vrid === 51);
  strictEqual(old.at(-1)?.priority, 0);
  const first = adverts.find(({ vrid }) => vrid === 53);
  ok(first !== undefined && first.time > (old.at(-1)?.time ?? Infinity));
  strictEqual(await master.stop(), 0);
});

Deno.test("reload: an instance that is gone resigns, the other does not notice", async () => {
  await using pair = await openPair();
  const { lab, a } = pair;
  const capture = await Capture.start(lab, { filter: "ip proto 112" });
  const both = configuration([instance(), SECOND]);
  const master = await Alived.start(a, both);
  await master.waitForState("MASTER");
  await master.waitForState("MASTER", { instance: "VI_2" });
  const one = configuration([instance()]);
  match((await reload(master, one)).message, /1 removed/);
  await master.waitForState("INIT", { instance: "VI_2" });
  deepStrictEqual(await a.addresses(), ["192.0.2.1/24", `${VIP}/24`]);
  await sleep(500);
  const { adverts } = await capture.stop();
  const ended = adverts.filter(({ vrid }) => vrid === 52);
  strictEqual(ended.at(-1)?.priority, 0);
  ok(adverts.every(({ vrid, priority }) => vrid === 52 || priority > 0));
  deepStrictEqual(master.states(), ["BACKUP", "MASTER"]);
  // It may come back.
  await reload(master, both);
  await master.waitForState("MASTER", { instance: "VI_2" });
  strictEqual(await master.stop(), 0);
});

Deno.test("reload: a file with a mistake is refused with its place", async () => {
  await using pair = await openPair();
  const { a, watch } = pair;
  const keys = { priority: 255 };
  const master = await Alived.start(a, configuration([instance(keys)]));
  await master.waitForState("MASTER");
  const mistakes = {
    "virtual_ipz": [instance({ virtual_ipz: [] })],
    "virtual_router_id": [instance(keys), { ...SECOND, virtual_router_id: 51 }],
    "advert_interval": [instance({ advert_interval: "1ms" })],
  };
  for (const [key, instances] of Object.entries(mistakes)) {
    const from = master.events().length;
    const { level } = await reload(master, configuration(instances));
    strictEqual(level, "error");
    const said = master.events().slice(from).map(({ message }) => message);
    match(said.join("\n"), new RegExp(`:\\d+:\\d+ .*${key}`));
  }
  const told = now();
  await Deno.remove(master.file);
  const from = master.program.lines.length;
  master.program.kill("SIGHUP");
  await master.waitForEvent(({ event }) => event === "reload", { from });
  await sleep(500);
  const later = watch.adverts(a.address).filter(({ time }) => time > told);
  ok(later.length >= 2 && later.every(({ priority }) => priority === 255));
  deepStrictEqual(master.states(), ["MASTER"]);
  strictEqual(await master.stop(), 0);
});
