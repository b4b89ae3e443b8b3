/**
 * What it costs to run with one instance and nothing to do.
 *
 * @module
 */

import { Lab } from "../../tests/lab/lab.ts";
import { sleep } from "../../tests/lab/wait.ts";
import { Watch } from "../../tests/lab/watch.ts";
import type { Contender } from "./contender.ts";
import type { Figure } from "./figures.ts";

// sysconf(_SC_CLK_TCK), 100 wherever Linux runs Deno.
const TICKS_PER_SECOND = 100;

/**
 * CPU and memory of a master.
 *
 * @param duration Milliseconds to measure.
 */
export async function idle(
  contender: Contender,
  duration: number,
): Promise<Figure[]> {
  await using lab = await Lab.open();
  const host = await lab.host("a", "192.0.2.1/24");
  const watch = await Watch.start(lab);
  const running = await contender.start(host, { priority: 255 });
  await watch.advertFrom(host.address);
  await sleep(3_000);
  const before = await cpuSeconds(running.pids);
  await sleep(duration);
  const cpu = await cpuSeconds(running.pids) - before;
  return [
    { name: "idle: CPU, %", value: cpu * 100_000 / duration },
    { name: "idle: RSS, MiB", value: await memoryMib(running.pids, "Rss") },
    { name: "idle: PSS, MiB", value: await memoryMib(running.pids, "Pss") },
  ].map((figure) => ({ ...figure, contender: contender.name }));
}

/** Seconds of CPU that processes have used since they began. */
export async function cpuSeconds(pids: readonly number[]): Promise<number> {
  let ticks = 0;
  for (const pid of pids) {
    const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
    // After the name in parentheses; user and system time are 14 and 15.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks / TICKS_PER_SECOND;
}

/** Sum over processes of one line of smaps_rollup. */
export async function memoryMib(
  pids: readonly number[],
  kind: "Rss" | "Pss",
): Promise<number> {
  let kib = 0;
  for (const pid of pids) {
    const rollup = await Deno.readTextFile(`/proc/${pid}/smaps_rollup`);
    kib += Number(new RegExp(`^${kind}:\\s+(\\d+) kB`, "m").exec(rollup)?.[1]);
  }
  return kib / 1_024;
}
