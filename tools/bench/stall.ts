/**
 * Whether adverts are late while the rest of alived stands still.
 *
 * @module
 */

import { Alived } from "../../tests/lab/alived.ts";
import { type Host, Lab } from "../../tests/lab/lab.ts";
import { freezeSide, openFullLog } from "../../tests/lab/stall.ts";
import { now, sleep } from "../../tests/lab/wait.ts";
import { Watch } from "../../tests/lab/watch.ts";
import type { Figure } from "./figures.ts";

const INTERVAL = 100;
const OWNER = {
  version: 3,
  interval: INTERVAL / 1_000,
  priority: 255,
} as const;

/**
 * How late adverts are when nothing is wrong, when the side isolate is stopped
 * dead, and when nobody reads the log.
 *
 * @param duration Milliseconds for each.
 */
export async function stalls(duration: number): Promise<Figure[]> {
  const undisturbed = await lateness("undisturbed", duration, async (host) => {
    await Alived.start(host, OWNER);
  });
  const frozen = await lateness("side stopped dead", duration, async (host) => {
    const { program } = await Alived.start(host, OWNER);
    await sleep(1_000);
    await freezeSide(host, program, duration + 5_000);
  });
  using open = new DisposableStack();
  const full = await lateness("log pipe full", duration, async (host) => {
    const log = open.use(await openFullLog(host));
    await Alived.start(host, OWNER, { through: log.through });
    await sleep(1_000);
  });
  return [undisturbed, frozen, full];
}

async function lateness(
  what: string,
  duration: number,
  start: (host: Host) => Promise<void>,
): Promise<Figure> {
  await using lab = await Lab.open();
  const host = await lab.host("a", "192.0.2.1/24");
  const watch = await Watch.start(lab);
  await start(host);
  await watch.advertFrom(host.address);
  const from = now();
  await sleep(duration);
  const times = watch.adverts(host.address).map(({ time }) => time)
    .filter((time) => time > from);
  const gaps = times.slice(1).map((time, i) => time - (times[i] ?? 0));
  return {
    name: `adverts of ${INTERVAL} ms, ${what}: latest, ms`,
    contender: "alived",
    // Adverts that stop coming are late too.
    value: Math.max(...gaps, now() - (times.at(-1) ?? from)) - INTERVAL,
  };
}
