/**
 * Tells the stories of many seeds, some in each of the test files so that they
 * run side by side.
 *
 * @module
 */

import { deepStrictEqual } from "node:assert/strict";
import { runSeed, shortened } from "../../tools/sim/seeds.ts";

/** Seeds in all, `ALIVED_SIM_SEEDS` overrides it. */
const SEEDS = 8_000;

/**
 * Tell every second story.
 *
 * @param first The first seed.
 * @throws {Error} With the first that fails, and the command that tells it.
 */
export function tellEverySecond(first: number): void {
  const last = Number(Deno.env.get("ALIVED_SIM_SEEDS") ?? SEEDS);
  for (let seed = first; seed <= last; seed += 2) {
    const failing = runSeed(seed);
    if (failing === null) continue;
    deepStrictEqual({ ...failing, replay: shortened(failing) }, null);
  }
}
