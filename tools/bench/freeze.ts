/**
 * Many fast instances after all of the process stood still for a moment.
 *
 * @module
 */

import { manyAddresses } from "../../tests/lab/addresses.ts";
import { Lab } from "../../tests/lab/lab.ts";
import { now, sleep, until } from "../../tests/lab/wait.ts";
import { type CrowdContender, hostWithLinks } from "./crowd.ts";
import type { Figure } from "./figures.ts";

const COUNT = 250;
const INTERVAL = 10;
/** Milliseconds that the process stands still: more than a backup waits. */
const FROZEN = 100;
/** Milliseconds before they are counted. */
const SETTLING = 4_000;
/** Milliseconds that are counted before and after. */
const COUNTED = 2_000;

/**
 * Adverts a second of 250 masters at 10 ms before the freeze and in the two
 * seconds after it, and how often instances fell back.
 */
export async function afterFreeze(
  contender: CrowdContender,
): Promise<Figure[]> {
  await using lab = await Lab.open();
  const { host, links } = await hostWithLinks(lab, 1);
  const counter = await Counter.start(lab);
  const vips = manyAddresses(COUNT, 1);
  const crowd = { count: COUNT, links, vips, interval: INTERVAL };
  const running = await contender.start(host, crowd);
  // Some may have fallen back by then; the log shows it.
  await until(() => running.entered("MASTER") >= COUNT, {
    ...{ within: 20_000, what: `${COUNT} masters` },
  }).catch(() => {});
  await sleep(SETTLING + COUNTED);
  const promotions = running.entered("MASTER");
  const frozen = now();
  const before = counter.perSecond(frozen - COUNTED, frozen);
  Deno.kill(running.pid, "SIGSTOP");
  await sleep(FROZEN);
  Deno.kill(running.pid, "SIGCONT");
  const thawed = now();
  await sleep(COUNTED + SETTLING);
  const end = now();
  const title = `${COUNT} × ${INTERVAL} ms, frozen for ${FROZEN} ms`;
  const values = {
    [`adverts/s before (${COUNT * 1_000 / INTERVAL} are due)`]: before,
    "adverts/s in the 2 s after": counter.perSecond(thawed, thawed + COUNTED),
    "adverts/s from 4 to 6 s after": counter.perSecond(end - COUNTED, end),
    "promotions before": promotions,
    "promotions after": running.entered("MASTER") - promotions,
  };
  return Object.entries(values).map(([name, value]) => ({
    ...{ name: `${title}: ${name}`, contender: contender.name, value },
  }));
}

/** Adverts on the segment by the time. */
class Counter {
  readonly #lines: readonly string[];

  private constructor(lines: readonly string[]) {
    this.#lines = lines;
  }

  static async start(lab: Lab): Promise<Counter> {
    const script = new URL("count_adverts.ts", import.meta.url).pathname;
    const program = lab.spawn([
      ...[Deno.execPath(), "run", "-A", "--no-prompt", script, "br0"],
    ]);
    await program.waitFor((line) => line === "listening");
    return new Counter(program.lines);
  }

  /** @param from Milliseconds since the epoch, as `to`. */
  perSecond(from: number, to: number): number {
    const steps = this.#lines.slice(1).map((line) =>
      line.split(" ").map(Number)
    )
      .filter(([time = NaN]) => time >= from && time <= to);
    // What the first step counted was before its time.
    const [[first = NaN] = [], ...counted] = steps;
    const [last = NaN] = counted.at(-1) ?? [];
    const sum = counted.reduce((sum, [, count = NaN]) => sum + count, 0);
    return sum * 1_000 / (last - first);
  }
}
