/**
 * Whether adverts are late while the rest of alived stands still.
 *
 * @module
 */

import { Alived } from "../../../tests/lab/alived.ts";
import { type Host, Lab } from "../../../tests/lab/lab.ts";
import { freezeSide, openFullLog } from "../../../tests/lab/stall.ts";
import { now, sleep } from "../../../tests/lab/wait.ts";
import { Watch } from "../../../tests/lab/watch.ts";
import type { Part, Row } from "../part.ts";

const INTERVAL = 100;
const OWNER = {
  version: 3,
  interval: INTERVAL / 1_000,
  priority: 255,
} as const;

const row = (what: string): Row => ({
  name: `adverts of ${INTERVAL} ms, ${what}: how late the latest`,
  unit: "ms",
});

const UNDISTURBED = row("undisturbed");
const FROZEN = row("side stopped dead");
const FULL = row("log pipe full");

/**
 * How late adverts are when nothing is wrong, when the side isolate is stopped
 * dead, and when nobody reads the log.
 */
export const STALLS: Part = {
  name: "stalls",
  rows: [UNDISTURBED, FROZEN, FULL],
  alivedAlone: true,
  measure: async (_contender, { counted }) => {
    using open = new DisposableStack();
    const undisturbed = await lateness(counted, async (host) => {
      await Alived.start(host, OWNER);
    });
    const frozen = await lateness(counted, async (host) => {
      const { program } = await Alived.start(host, OWNER);
      await sleep(1_000);
      await freezeSide(host, program, counted + 5_000);
    });
    const full = await lateness(counted, async (host) => {
      const log = open.use(await openFullLog(host));
      await Alived.start(host, OWNER, { through: log.through });
      await sleep(1_000);
    });
    return [[UNDISTURBED, undisturbed], [FROZEN, frozen], [FULL, full]];
  },
};

/** @returns Milliseconds. */
async function lateness(
  duration: number,
  start: (host: Host) => Promise<void>,
): Promise<number> {
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
  // Adverts that stop coming are late too.
  return Math.max(...gaps, now() - (times.at(-1) ?? from)) - INTERVAL;
}
