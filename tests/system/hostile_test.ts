/**
 * Adverts that are wrong, forged or too many: counted, and otherwise without
 * any effect.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Alived } from "../lab/alived.ts";
import { Capture } from "../lab/capture.ts";
import { Flood, FLOODED_PASSWORD } from "../lab/flood.ts";
import { judgeFlooded, lossesAt } from "../lab/flooded.ts";
import { type ForgedAdvert, send } from "../lab/injector.ts";
import { Lab } from "../lab/lab.ts";
import { memoryKib } from "../lab/memory.ts";
import { ms, openPair, report } from "../lab/pair.ts";
import { now, sleep } from "../lab/wait.ts";

const GOOD: ForgedAdvert = {
  source: "192.0.2.2",
  password: "secret12",
  priority: 200,
};

const WRONG: Readonly<Record<string, ForgedAdvert>> = {
  hop_limit: { ...GOOD, ttl: 254 },
  destination: { ...GOOD, destination: "192.0.2.1" },
  version: { ...GOOD, version: 3 },
  type: { ...GOOD, type: 2 },
  length: { ...GOOD, length: 20 - 4 },
  checksum: { ...GOOD, checksumError: 1 },
  auth_type: { source: "192.0.2.2", priority: 200 },
  auth_data: { ...GOOD, password: "secret13" },
  interval: { ...GOOD, interval: 2 },
};

/** Frames of a flood, and how many of them a second. */
const FLOOD = 200_000;
const FLOOD_RATE = 30_000;

/** Milliseconds from each advert to the next. */
function gaps(adverts: readonly { readonly time: number }[]): number[] {
  return adverts.slice(1).map(({ time }, i) => time - (adverts[i]?.time ?? 0));
}

/** The value that a share of all values does not exceed. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((x, y) => x - y);
  return sorted[Math.ceil(sorted.length * share) - 1] ?? NaN;
}

Deno.test("every wrong advert is counted by its reason and changes nothing", async () => {
  await using pair = await openPair();
  const { a, b, watch } = pair;
  const master = await Alived.start(a, { password: "secret12" });
  await master.waitForState("MASTER");
  for (const advert of Object.values(WRONG)) {
    await send(b, [advert], { count: 7 });
  }
  const sizes = [7, 0, 21, 1_400];
  await send(b, sizes.map((length) => ({ ...GOOD, length })));
  await sleep(1_200);
  strictEqual(await master.stop(), 0);
  deepStrictEqual(master.states(), ["BACKUP", "MASTER", "INIT"]);
  const { received, dropped } = master.counters();
  strictEqual(received, 0);
  deepStrictEqual(dropped, {
    ...Object.fromEntries(Object.keys(WRONG).map((reason) => [reason, 7])),
    length: 7 + 2,
  });
  const onLink = master.events().findLast(({ event, interface: link }) =>
    event === "counters" && link === "eth0"
  );
  deepStrictEqual(onLink?.dropped, { truncated: 2 });
  for (const gap of gaps(watch.adverts(a.address)).slice(0, -1)) {
    ok(gap > 900 && gap < 2_000, `${gap} ms between adverts`);
  }
  // Said once for each reason, not 7 times.
  const said = master.events().filter(({ event }) =>
    event === "advert_dropped"
  );
  strictEqual(
    new Set(said.map(({ reason }) => reason)).size,
    said.length,
  );
});

Deno.test("an advert with our own source address is counted as such", async () => {
  await using pair = await openPair();
  const { a, b } = pair;
  // Unless told, the kernel itself drops what claims to be from this host.
  await a.sysctl("net/ipv4/conf/all/accept_local", "1");
  const master = await Alived.start(a, { password: "secret12" });
  await master.waitForState("MASTER");
  await send(b, [{ ...GOOD, source: a.address }], { count: 7 });
  await sleep(200);
  strictEqual(await master.stop(), 0);
  deepStrictEqual(master.states(), ["BACKUP", "MASTER", "INIT"]);
  deepStrictEqual(master.counters().dropped, { own_address: 7 });
});

Deno.test("wrong adverts do not keep a backup from taking over", async () => {
  await using pair = await openPair();
  const { a, b } = pair;
  const options = { version: 3, interval: 0.5 } as const;
  const backup = await Alived.start(a, options);
  await backup.waitForState("BACKUP");
  const wrong: ForgedAdvert = {
    ...{ source: "192.0.2.2", version: 3, interval: 50, priority: 200 },
    checksumError: 1,
  };
  await send(b, [wrong], { count: 300, rate: 100 });
  await backup.waitForState("MASTER", { within: 1_000 });
});

Deno.test("adverts of other virtual routers are none of ours", async () => {
  await using pair = await openPair();
  const { a, b } = pair;
  const master = await Alived.start(a, { version: 3, interval: 0.1 });
  await master.waitForState("MASTER");
  const other = { source: "192.0.2.2", version: 3, interval: 10, vrid: 52 };
  await send(b, [other], { count: 20 });
  await sleep(300);
  strictEqual(await master.stop(), 0);
  deepStrictEqual(master.states(), ["BACKUP", "MASTER", "INIT"]);
  strictEqual(master.counters().received, 0);
  deepStrictEqual(master.counters().dropped, {});
});

Deno.test("a right advert of a better router is believed", async () => {
  await using pair = await openPair();
  const { a, b } = pair;
  const master = await Alived.start(a, { password: "secret12" });
  await master.waitForState("MASTER");
  await send(b, [GOOD]);
  await master.waitForState("BACKUP");
});

Deno.test("a flood of all kinds of frames is counted, and neither delays adverts nor grows memory", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const b = await lab.host("b", "192.0.2.2/24");
  const filter = `ip proto 112 and ether src ${await a.mac()}`;
  const capture = await Capture.start(lab, { filter });
  const options = { interval: 1, password: FLOODED_PASSWORD } as const;
  const master = await Alived.start(a, options);
  await master.waitForState("MASTER");
  const seed = now() | 0;
  report(`seed of the flood: ${seed}`);
  const flood = new Flood(seed, lab.directory);
  const half = { count: FLOOD / 2, rate: FLOOD_RATE };
  await flood.send(b, half);
  const memory = await memoryKib(master.program.pid);
  const second = now();
  await flood.send(b, half);
  const growth = await memoryKib(master.program.pid) - memory;
  const losses = await lossesAt(lab, a, b);
  strictEqual(await master.stop(), 0);
  const states = ["BACKUP", "MASTER", "INIT"];
  const counted = judgeFlooded(master, states, flood.share(FLOOD), losses);
  const { adverts } = await capture.stop();
  const stormy = gaps(adverts.filter(({ time }) => time > second)).slice(0, -1);
  report(
    `${counted} of ${FLOOD} frames of a flood counted for their reason, ` +
      `${losses.socket} lost; gap between adverts: median ` +
      `${ms(quantile(stormy, 0.5))} of 1000 ms; the second half took ` +
      `${(growth / 1_024).toFixed(1)} MiB more`,
  );
  ok(quantile(stormy, 0.5) < 2_000, "adverts stopped during the flood");
  ok(growth < 20 * 1_024, `memory grew by ${growth} KiB`);
});
