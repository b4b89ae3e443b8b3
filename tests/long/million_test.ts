/**
 * A million hostile packets of all kinds reach a master and a backup.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Alived } from "../lab/alived.ts";
import { Capture } from "../lab/capture.ts";
import { Flood, FLOODED_PASSWORD } from "../lab/flood.ts";
import { judgeFlooded, type Losses, lossesAt } from "../lab/flooded.ts";
import { Lab } from "../lab/lab.ts";
import { memoryKib } from "../lab/memory.ts";
import { report } from "../lab/pair.ts";
import { VIP } from "../lab/router.ts";
import { now } from "../lab/wait.ts";

const COUNT = 1_000_000;
/** Frames a second; the daemons share two processors with their sender. */
const RATE = 20_000;
/** Of the adverts that were due, how many at least were sent. */
const LEAST_SHARE = 0.9;
/** Milliseconds between adverts, and those after which a backup takes over. */
const INTERVAL = 1_000;
const MASTER_DOWN = 3_000;
/** KiB by which the second half of the flood may raise what the first left. */
const MOST_MORE = 16 * 1_024;

Deno.test("1,000,000 hostile packets change nothing and are accounted for", async () => {
  await using lab = await Lab.open();
  const a = await lab.host("a", "192.0.2.1/24");
  const b = await lab.host("b", "192.0.2.2/24");
  const c = await lab.host("c", "192.0.2.3/24");
  const password = FLOODED_PASSWORD;
  const master = await Alived.start(a, { password, priority: 150 });
  await master.waitForState("MASTER");
  const backup = await Alived.start(b, { password, priority: 100 });
  await backup.waitForState("BACKUP");
  const filter = `ip proto 112 and ether src ${await a.mac()}`;
  const capture = await Capture.start(lab, { filter });
  const seed = now() | 0;
  report(`seed of the flood: ${seed}`);
  const flood = new Flood(seed, lab.directory);
  const from = now();
  await flood.send(c, { count: COUNT / 2, rate: RATE });
  const half = await memories(master, backup);
  await flood.send(c, { count: COUNT / 2, rate: RATE });
  const took = (now() - from) / 1_000;
  const growth = (await memories(master, backup))
    .map((kib, i) => kib - (half[i] ?? 0));
  const { adverts } = await capture.stop();
  const gaps = adverts.slice(1)
    .map(({ time }, i) => time - (adverts[i]?.time ?? 0));
  const losses = [await lossesAt(lab, a, c), await lossesAt(lab, b, c)];
  strictEqual(await b.holds(VIP), false);
  strictEqual(await backup.stop(), 0);
  strictEqual(await master.stop(), 0);
  const sent = flood.share(COUNT);
  const counted = [
    judgeFlooded(master, ["BACKUP", "MASTER", "INIT"], sent, lossOf(losses, 0)),
    judgeFlooded(backup, ["BACKUP", "INIT"], sent, lossOf(losses, 1)),
  ];
  report(
    `${COUNT} packets in ${took.toFixed(0)} s; ` +
      `counted ${counted.join(", ")}; ` +
      `lost ${JSON.stringify(losses)}; memory ${growth.join(", ")} KiB more; ` +
      `${adverts.length} adverts, at most ` +
      `${Math.max(...gaps).toFixed(0)} ms from one to the next`,
  );
  deepStrictEqual(growth.filter((kib) => kib > MOST_MORE), []);
  ok(Math.max(...gaps) < MASTER_DOWN, "A gap of a master-down interval");
  ok(adverts.length > LEAST_SHARE * took * 1_000 / INTERVAL);
});

async function memories(...daemons: readonly Alived[]): Promise<number[]> {
  return await Promise.all(
    daemons.map(({ program }) => memoryKib(program.pid)),
  );
}

function lossOf(losses: readonly Losses[], i: number): Losses {
  return losses[i] ?? { socket: 0, way: 0 };
}
