/**
 * 50 restarts of a master in a row, seen by a client and by its backup; beside
 * them keepalived's restarts, which are a stop and a start.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Alived } from "../lab/alived.ts";
import { Capture } from "../lab/capture.ts";
import { configuration, instance } from "../lab/configuration.ts";
import { startKeepalived } from "../lab/keepalived.ts";
import { memoryKib } from "../lab/memory.ts";
import { openPair, type Pair, report } from "../lab/pair.ts";
import { Pinger, type PingReport } from "../lab/pinger.ts";
import { Restartable } from "../lab/restart.ts";
import { VIP } from "../lab/router.ts";
import { sleep } from "../lab/wait.ts";

const RESTARTS = 50;
const KEEPALIVED_RESTARTS = 5;
/** Restarts that a busy machine may be too slow for, so that they are none. */
const MOST_REFUSED = 25;

function lostOf({ outages }: PingReport): number {
  return outages.reduce((sum, { lost }) => sum + lost, 0);
}

/** A client that pings the address every 2 ms. */
async function ping({ lab }: Pair): Promise<Pinger> {
  const client = await lab.host("client", "192.0.2.3/24");
  const pinger = new Pinger(client, VIP);
  await pinger.answered();
  return pinger;
}

Deno.test("restart: 50 in a row lose no ping, and the peer sees none of them", async () => {
  await using pair = await openPair();
  const { lab, a, b } = pair;
  const master = await Restartable.start(
    ...[lab, a] as const,
    configuration([instance({ priority: 150 })]),
  );
  await master.alived.waitForState("MASTER");
  const backup = await Alived.start(b, configuration([instance()]));
  await backup.waitForState("BACKUP");
  const capture = await Capture.start(lab, { filter: "ip proto 112" });
  const pinger = await ping(pair);
  const first = await memoryKib(master.pid);
  const pids = new Set([master.pid]);
  let refused = 0;
  while (pids.size <= RESTARTS) {
    const outcome = await master.restart();
    if (outcome.ok) pids.add(outcome.pid);
    else {
      refused++;
      ok(outcome.why.includes("did not answer within 200 ms"), outcome.why);
      ok(refused <= MOST_REFUSED, "the machine is too slow");
    }
  }
  const pings = await pinger.stop();
  const { adverts } = await capture.stop();
  const last = await memoryKib(master.pid);
  const took = master.alived.events().flatMap(({ event, took }) =>
    event === "took_over" && took !== undefined ? [took] : []
  ).toSorted((x, y) => x - y);
  report(
    `${RESTARTS} restarts (${refused} more found the machine too slow, and ` +
      `changed nothing): ${lostOf(pings)} of ${pings.received} pings of 2 ms ` +
      `lost; taken over within ${took[took.length >> 1]?.toFixed(1)} ms ` +
      `(median), ${took.at(-1)?.toFixed(1)} ms at most; RSS of the first ` +
      `process ${(first / 1024).toFixed(0)} MiB, of the last ` +
      `${(last / 1024).toFixed(0)} MiB`,
  );
  strictEqual(lostOf(pings), 0);
  deepStrictEqual(backup.states(), ["BACKUP"]);
  deepStrictEqual(
    adverts.filter(({ source, priority }) =>
      source !== a.address || priority !== 150
    ),
    [],
  );
  deepStrictEqual(master.alived.states(), ["BACKUP", "MASTER"]);
  await master.stop();
  ok((master.alived.counters().sent ?? 0) >= adverts.length);
});

Deno.test("restart: keepalived's is a stop and a start", async () => {
  await using pair = await openPair();
  const { a, b } = pair;
  const options = { version: 3, interval: 0.1 } as const;
  let master = await startKeepalived(a, { ...options, priority: 150 });
  await master.waitForLog("Entering MASTER STATE");
  const backup = await startKeepalived(b, options);
  await backup.waitForLog("Entering BACKUP STATE");
  const pinger = await ping(pair);
  for (let i = 0; i < KEEPALIVED_RESTARTS; i++) {
    await master.stop();
    master = await startKeepalived(a, { ...options, priority: 150 });
    await master.waitForLog("Entering MASTER STATE");
    await sleep(500);
  }
  const pings = await pinger.stop();
  const takeovers = backup.program.lines
    .filter((line) => line.includes("Entering MASTER STATE")).length;
  report(
    `keepalived, ${KEEPALIVED_RESTARTS} restarts: ${lostOf(pings)} of ` +
      `${pings.received} pings of 2 ms lost, ${takeovers} takeovers of its peer`,
  );
  ok(takeovers >= KEEPALIVED_RESTARTS);
});
