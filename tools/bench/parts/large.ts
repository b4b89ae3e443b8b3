/**
 * Many instances start, take over and stop: what each program makes of it, and
 * how long that takes.
 *
 * @module
 */

import { addIdleLinks, countHeld } from "../../../tests/lab/addresses.ts";
import { type Host, Lab } from "../../../tests/lab/lab.ts";
import { now, sleep } from "../../../tests/lab/wait.ts";
import type { Setup } from "../contender.ts";
import type { Measured, Part, Row } from "../part.ts";
import { manyRouters } from "../segment.ts";

/** Milliseconds between two looks at the addresses. */
const LOOK = 50;
/** Milliseconds after which what is not there is not waited for. */
const PATIENCE = 20_000;
/** Milliseconds that are watched after all addresses are there. */
const AFTERWARDS = 2_000;

/** Instances with addresses to start and stop. */
interface Size {
  readonly count: number;
  /** Addresses of each. */
  readonly each: number;
  /** On so many links. */
  readonly links: number;
  /** Milliseconds between adverts. */
  readonly interval: number;
}

/**
 * Many addresses at a fast rhythm, where everything is to be done at the moment
 * at which all fall due; and many instances.
 */
export const LARGE: readonly Part[] = [
  largePart({ count: 200, each: 20, links: 1, interval: 100 }),
  largePart({ count: 500, each: 1, links: 3, interval: 1_000 }),
];

function largePart({ count, each, links, interval }: Size): Part {
  const name = `start and stop of ${count} × ${each} VIPs at ${interval} ms`;
  const row = (what: string, unit: string): Row => ({
    ...{ name: `${name}: ${what}`, unit },
  });
  const rows = {
    promotions: row(`promotions of ${count}`, ""),
    yields: row("fell back to BACKUP", ""),
    held: row(`addresses held of ${count * each}`, ""),
    all: row("start to all addresses", "ms"),
    span: row("first to last address", "ms"),
    stop: row("SIGTERM to exit", "ms"),
    left: row("addresses left", ""),
  };
  return {
    ...{ name, rows: Object.values(rows) },
    measure: async (contender) => {
      await using lab = await Lab.open();
      const { host, names } = await hostWithLinks(lab, links);
      const routers = manyRouters(count, { links: names, each });
      const setup: Setup = { version: 3, interval, priority: 100, routers };
      const vips = routers.flatMap(({ vips }) => vips);
      const started = now();
      const running = await contender.start(host, setup);
      const begun = await whenHeld(host, vips, 1);
      const done = await whenHeld(host, vips, vips.length);
      await sleep(AFTERWARDS);
      const promotions = running.entered("MASTER");
      const yields = Math.max(0, running.entered("BACKUP") - count);
      const held = await countHeld(host, vips);
      const stopping = now();
      await running.stop();
      return [
        [rows.promotions, promotions],
        [rows.yields, yields],
        [rows.held, held],
        [rows.all, done - started],
        [rows.span, done - begun],
        [rows.stop, now() - stopping],
        [rows.left, await countHeld(host, vips)],
      ] satisfies Measured[];
    },
  };
}

/** When that many are held, or NaN when that does not come to be. */
async function whenHeld(
  host: Host,
  vips: readonly string[],
  count: number,
): Promise<number> {
  const end = now() + PATIENCE;
  while (now() < end) {
    if (await countHeld(host, vips) >= count) return now();
    await sleep(LOOK);
  }
  return NaN;
}

/** A host with so many links, `eth0` on the segment, and their names. */
async function hostWithLinks(
  lab: Lab,
  count: number,
): Promise<{ readonly host: Host; readonly names: readonly string[] }> {
  const host = await lab.host("a", "192.0.2.1/24");
  const idle = Array.from({ length: count - 1 }, (_, i) => `eth${i + 1}`);
  await addIdleLinks(
    host,
    Object.fromEntries(idle.map((name, i) => [name, `198.18.${i}.1/24`])),
  );
  return { host, names: ["eth0", ...idle] };
}
