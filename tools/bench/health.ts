/**
 * Whether adverts are late beside many health checks, and what those cost.
 *
 * @module
 */

import { Alived } from "../../tests/lab/alived.ts";
import { cadence } from "../../tests/lab/cadence.ts";
import { configuration, instance } from "../../tests/lab/configuration.ts";
import { Lab } from "../../tests/lab/lab.ts";
import { now, sleep } from "../../tests/lab/wait.ts";
import { Watch } from "../../tests/lab/watch.ts";
import type { Figure } from "./figures.ts";
import { cpuSeconds, memoryMib } from "./idle.ts";

const INTERVAL = 100;
const PORT = 8080;
const SETTLING = 5_000;

const SERVER = `Deno.serve({
  hostname: "127.0.0.1",
  port: ${PORT},
  onListen: () => console.log("listening"),
}, () => new Response("ok"));`;

/**
 * Adverts, CPU and memory of a master beside checks of a server on its host,
 * each every second, half of them by TCP and half by HTTP.
 *
 * @param count How many checks.
 * @param duration Milliseconds to measure.
 */
export async function besideChecks(
  count: number,
  duration: number,
): Promise<Figure[]> {
  await using lab = await Lab.open();
  const host = await lab.host("a", "192.0.2.1/24");
  const watch = await Watch.start(lab);
  const server = host.spawn([Deno.execPath(), "eval", SERVER]);
  await server.waitFor((line) => line === "listening");
  const checkers = Array.from({ length: count }, (_, i) => ({
    name: `check${i}`,
    interval: "1s",
    ...(i % 2 === 0
      ? { type: "tcp", config: { host: "127.0.0.1", port: PORT } }
      : { type: "http", config: { url: `http://127.0.0.1:${PORT}/` } }),
  }));
  const names = checkers.map(({ name }) => name);
  const { program } = await Alived.start(
    host,
    configuration([instance({ priority: 200, track_scripts: names })], {
      // As it runs in earnest: not a line for each result.
      global: { log: { level: "info", format: "json" } },
      health_checkers: checkers,
    }),
  );
  await watch.advertFrom(host.address);
  await sleep(SETTLING);
  const from = now();
  const before = await cpuSeconds([program.pid]);
  await sleep(duration);
  const cpu = await cpuSeconds([program.pid]) - before;
  const { gaps, missed } = cadence(watch, host.address, {
    from,
    interval: INTERVAL,
  });
  const wrong = watch.adverts(host.address).filter(({ time, priority }) =>
    time > from && priority !== 200
  );
  const part = (share: number): number =>
    gaps[Math.ceil(gaps.length * share) - 1] ?? NaN;
  return [
    { name: `gap of ${INTERVAL} ms adverts, p50, ms`, value: part(0.5) },
    { name: `gap of ${INTERVAL} ms adverts, p99, ms`, value: part(0.99) },
    { name: `gap of ${INTERVAL} ms adverts, longest, ms`, value: part(1) },
    { name: "adverts missed", value: missed },
    { name: "adverts that a failed check has lowered", value: wrong.length },
    { name: "CPU, %", value: cpu * 100_000 / duration },
    { name: "RSS, MiB", value: await memoryMib([program.pid], "Rss") },
  ].map(({ name, value }) => ({
    ...{ name: `${count} checks of 1 s: ${name}`, contender: "alived" },
    value,
  }));
}
