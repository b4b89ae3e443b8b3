/**
 * Whether adverts are late beside many health checks, and what those cost.
 *
 * @module
 */

import { Alived } from "../../../tests/lab/alived.ts";
import { cadence } from "../../../tests/lab/cadence.ts";
import {
  configuration,
  instance,
  type Keys,
} from "../../../tests/lab/configuration.ts";
import { Lab } from "../../../tests/lab/lab.ts";
import { now, sleep } from "../../../tests/lab/wait.ts";
import { Watch } from "../../../tests/lab/watch.ts";
import type { Measured, Part, Row } from "../part.ts";
import { cpuTime, memoryMib } from "../process.ts";
import { percentile } from "../statistics.ts";

const INTERVAL = 100;
const PRIORITY = 200;
const PORT = 8080;
const SETTLING = 5_000;

const SERVER = `Deno.serve({
  hostname: "127.0.0.1",
  port: ${PORT},
  onListen: () => console.log("listening"),
}, () => new Response("ok"));`;

/**
 * A master beside checks of a server on its host, each every second, half of
 * them by TCP and half by HTTP.
 */
export function checksPart(count: number): Part {
  const name = `${count} checks of 1 s`;
  const row = (what: string, unit: string): Row => ({
    ...{ name: `${name}: ${what}`, unit },
  });
  const rows = {
    gapP50: row(`gap of ${INTERVAL} ms adverts, p50`, "ms"),
    gapP99: row(`gap of ${INTERVAL} ms adverts, p99`, "ms"),
    longest: row(`gap of ${INTERVAL} ms adverts, longest`, "ms"),
    missed: row("adverts missed", ""),
    lowered: row("adverts that a failed check has lowered", ""),
    cpu: row("CPU", "% of a core"),
    memory: row("RSS", "MiB"),
  };
  return {
    ...{ name, rows: Object.values(rows), alivedAlone: true },
    measure: async (_contender, { counted }) => {
      await using lab = await Lab.open();
      const host = await lab.host("a", "192.0.2.1/24");
      const watch = await Watch.start(lab);
      const server = host.spawn([Deno.execPath(), "eval", SERVER]);
      await server.waitFor((line) => line === "listening");
      const text = beside(checkers(count));
      const { program } = await Alived.start(host, text);
      await watch.advertFrom(host.address);
      await sleep(SETTLING);
      const from = now();
      const before = await cpuTime([program.pid]);
      await sleep(counted);
      const duration = now() - from;
      const cpu = await cpuTime([program.pid]) - before;
      const { gaps, missed } = cadence(watch, host.address, {
        ...{ from, interval: INTERVAL },
      });
      const lowered = watch.adverts(host.address).filter(({ time, priority }) =>
        time > from && priority !== PRIORITY
      );
      return [
        [rows.gapP50, percentile(gaps, 0.5)],
        [rows.gapP99, percentile(gaps, 0.99)],
        [rows.longest, percentile(gaps, 1)],
        [rows.missed, missed],
        [rows.lowered, lowered.length],
        [rows.cpu, cpu * 100 / duration],
        [rows.memory, await memoryMib([program.pid])],
      ] satisfies Measured[];
    },
  };
}

function checkers(count: number): Keys[] {
  return Array.from({ length: count }, (_, i) => ({
    name: `check${i}`,
    interval: "1s",
    ...(i % 2 === 0
      ? { type: "tcp", config: { host: "127.0.0.1", port: PORT } }
      : { type: "http", config: { url: `http://127.0.0.1:${PORT}/` } }),
  }));
}

/** The configuration; it logs as it does in earnest, no line for a result. */
function beside(health_checkers: readonly Keys[]): string {
  const names = health_checkers.map(({ name }) => name);
  const keys = { priority: PRIORITY, track_scripts: names };
  return configuration([instance(keys)], {
    ...{ global: { log: { level: "info", format: "json" } }, health_checkers },
  });
}
