/**
 * Those who connect and do nothing, and those who watch and do not read, cost
 * the election nothing: 2,000 and 32 of them for a minute.
 *
 * @module
 */

import { ok, strictEqual } from "node:assert/strict";
import { Alived, runDirectoryOf } from "../lab/alived.ts";
import { type Cadence, cadence } from "../lab/cadence.ts";
import { configuration, instance } from "../lab/configuration.ts";
import { askSocket, order } from "../lab/control.ts";
import { memoryKib } from "../lab/memory.ts";
import { ms, openPair, report } from "../lab/pair.ts";
import { now, sleep, until } from "../lab/wait.ts";

const IDLE = 2_000;
/** Of these, so many have sent half a request. */
const HALF = 100;
const STUCK = 32;
const MINUTE = 60_000;
/** KiB that the daemon may grow by. */
const MOST_GROWTH = 30 * 1024;
const INTERVAL = 100;

/** Connect, and say this much and no more. */
async function connect(path: string, words: string): Promise<Deno.UnixConn> {
  const connection = await until(() =>
    Deno.connect({ transport: "unix", path }).catch((error) => {
      // So many wait to be accepted already.
      if (error instanceof Deno.errors.WouldBlock) return null;
      throw error;
    })
  );
  if (words !== "") await connection.write(new TextEncoder().encode(words));
  return connection;
}

Deno.test("2,000 idle connections and 32 stuck watchers for a minute delay no advert", async () => {
  await using pair = await openPair();
  const { a, watch } = pair;
  const alived = await Alived.start(
    a,
    configuration([instance({ priority: 150 })], {
      global: { log: { level: "info", format: "json" } },
    }),
  );
  await alived.waitForState("MASTER");
  const path = `${runDirectoryOf(a)}/control.sock`;
  // What the first answers load is no growth.
  for (let i = 0; i < 100; i++) {
    await askSocket(path, "/v1/status");
    await order(path, "/v1/log-level", { level: "info" });
  }
  const quiet = now();
  await sleep(MINUTE / 2);
  const without = cadence(watch, a.address, {
    ...{ from: quiet, interval: INTERVAL },
  });
  const before = await memoryKib(alived.program.pid);
  const connections: Deno.UnixConn[] = [];
  for (let i = 0; i < IDLE; i++) {
    connections.push(
      await connect(path, i < HALF ? "POST /v1/drain HTTP/1.1\r\n" : ""),
    );
  }
  for (let i = 0; i < STUCK; i++) {
    connections.push(
      await connect(path, "GET /v1/watch HTTP/1.1\r\nHost: a\r\n\r\n"),
    );
  }
  await until(async () => {
    const { body } = await askSocket(path, "/v1/status");
    return (body.watchers as { present: number }).present === STUCK;
  });
  const busy = now();
  let growth = 0;
  while (now() - busy < MINUTE) {
    // Each is an event that every watcher is told of.
    for (let i = 0; i < 10; i++) {
      await order(path, "/v1/log-level", { level: "info" });
    }
    growth = Math.max(growth, await memoryKib(alived.program.pid) - before);
    await sleep(100);
  }
  const beside = cadence(watch, a.address, {
    ...{ from: busy, interval: INTERVAL },
  });
  report(
    `adverts at most ${ms(without.latest)} late without, ` +
      `${ms(beside.latest)} beside them; ${
        (growth / 1024).toFixed(1)
      } MiB more`,
  );
  // A machine that others use too misses some by itself.
  const share = ({ missed, gaps }: Cadence): number => missed / gaps.length;
  ok(
    share(beside) <= 2 * share(without) + 0.01,
    `${beside.missed} missed, ${without.missed} without them`,
  );
  ok(growth < MOST_GROWTH, `${growth} KiB more`);
  // The core still gets the descriptors that it needs.
  await a.unwire();
  await alived.waitForState("FAULT");
  await a.wire();
  await alived.waitForState("MASTER");
  strictEqual((await askSocket(path, "/healthz")).code, 200);
  for (const connection of connections) connection.close();
  strictEqual(await alived.stop(), 0);
});
