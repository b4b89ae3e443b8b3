/**
 * Many instances start, take over and stop: what each program makes of it, and
 * how long that takes.
 *
 * @module
 */

import { countHeld, manyAddresses } from "../../tests/lab/addresses.ts";
import { type Host, Lab } from "../../tests/lab/lab.ts";
import { FakeServiceManager } from "../../tests/lab/service_manager.ts";
import { now, sleep } from "../../tests/lab/wait.ts";
import { ALIVED_CROWD, type CrowdContender, hostWithLinks } from "./crowd.ts";
import type { Figure } from "./figures.ts";

/** Milliseconds between two looks at the addresses. */
const LOOK = 50;
/** Milliseconds after which what is not there is not waited for. */
const PATIENCE = 20_000;
/** Milliseconds that are watched after all addresses are there. */
const AFTERWARDS = 2_000;

/**
 * 200 instances with 20 VIPs each at 100 ms, alone on the segment: everything
 * is to be done at the moment at which all fall due.
 */
export async function largeTakeover(
  contender: CrowdContender,
): Promise<Figure[]> {
  const [count, each] = [200, 20];
  await using lab = await Lab.open();
  const { host, links } = await hostWithLinks(lab, 1);
  const vips = manyAddresses(count * each, 1);
  const started = now();
  const crowd = { count, links, vips, interval: 100 };
  const running = await contender.start(host, crowd);
  const begun = await whenHeld(host, vips, 1);
  const done = await whenHeld(host, vips, vips.length);
  await sleep(AFTERWARDS);
  const promotions = running.entered("MASTER");
  const yields = Math.max(0, running.entered("BACKUP") - count);
  const held = await countHeld(host, vips);
  const stopping = now();
  const code = await running.stop();
  const name = `${count} × ${each} VIPs at 100 ms`;
  return rows(contender, name, {
    [`promotions of ${count}`]: promotions,
    "fell back to BACKUP": yields,
    [`addresses held of ${vips.length}`]: held,
    "start to all addresses, ms": done - started,
    "first to last address, ms": done - begun,
    "SIGTERM to exit, ms": now() - stopping,
    "exit code": code,
    "addresses left": await countHeld(host, vips),
  });
}

/** 500 instances with one VIP each on three links start and stop. */
export async function manyStartAndStop(
  contender: CrowdContender,
): Promise<Figure[]> {
  const count = 500;
  await using lab = await Lab.open();
  const { host, links } = await hostWithLinks(lab, 3);
  const vips = manyAddresses(count, 1);
  const manager = await FakeServiceManager.start(host);
  const started = now();
  const crowd = { count, links, vips, interval: 1_000 };
  const running = await contender.start(host, crowd, manager.env);
  const done = await whenHeld(host, vips, count);
  await sleep(AFTERWARDS);
  const promotions = running.entered("MASTER");
  const ready = manager.notices("READY=1")[0]?.time ?? NaN;
  const stopping = now();
  const code = await running.stop();
  const name = `${count} × 1 VIP at 1 s`;
  return rows(contender, name, {
    // keepalived is not started as a service manager would start it.
    ...contender === ALIVED_CROWD
      ? { "start to READY, ms": ready - started }
      : {},
    "start to all addresses, ms": done - started,
    [`told of MASTER of ${count}`]: promotions,
    "SIGTERM to exit, ms": now() - stopping,
    "exit code": code,
    "addresses left": await countHeld(host, vips),
  });
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

function rows(
  { name: contender }: CrowdContender,
  title: string,
  values: Readonly<Record<string, number>>,
): Figure[] {
  return Object.entries(values).map(([name, value]) => ({
    ...{ name: `${title}: ${name}`, contender, value },
  }));
}
