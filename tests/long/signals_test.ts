/**
 * Daemons that are started, struck by any signal at any moment, and started
 * again. `ALIVED_SEED` repeats what chance chose in a run, `ALIVED_ROUNDS`
 * says how many lives.
 *
 * @module
 */

import { deepStrictEqual, ok } from "node:assert/strict";
import { mulberry32 } from "../../src/sim/prng.ts";
import { masterDownInterval } from "../../src/vrrp/timing.ts";
import { Lab } from "../lab/lab.ts";
import { type Chronicle, Company, Lives } from "../lab/lives.ts";
import { ms, report } from "../lab/pair.ts";
import { VIP } from "../lab/router.ts";
import {
  heldSpans,
  lengthOf,
  outside,
  shared,
  type Span,
  StallClock,
} from "../lab/spans.ts";
import { drawFate } from "../lab/strikes.ts";
import { now } from "../lab/wait.ts";

const SEED = Number(Deno.env.get("ALIVED_SEED") ?? Date.now() % 2 ** 31);
const ROUNDS = Number(Deno.env.get("ALIVED_ROUNDS") ?? 200);
const INTERVAL = 100;
const FAST = { version: 3, interval: INTERVAL / 1_000 } as const;
const PRIORITIES = [150, 100] as const;
/** Of the worse one, whose interval is the longest. */
const MASTER_DOWN = masterDownInterval(3, PRIORITIES[1], INTERVAL, 3);

/** When a host had the address while somebody served there. */
function servedSpans({ monitor, unserved }: Chronicle): Span[] {
  const held = heldSpans(monitor.addresses(VIP), now());
  return shared(held, outside(unserved));
}

function countSignals(chronicles: readonly Chronicle[]): string {
  const sent = chronicles.flatMap(({ sent }) => sent);
  const counts = Object.groupBy(sent, (signal) => signal);
  return Object.entries(counts)
    .map(([signal, { length }]) => `${signal.slice(3)} ${length}`)
    .sort().join(", ");
}

function longest(milliseconds: readonly number[]): string {
  return ms(Math.max(0, ...milliseconds));
}

Deno.test(`in ${ROUNDS} lives that any signal ends no address outlives its daemon and the next start, and no two hosts keep it`, async () => {
  report(`ALIVED_SEED=${SEED} ALIVED_ROUNDS=${ROUNDS}`);
  await using lab = await Lab.open();
  using stalls = new StallClock();
  const hosts = [
    await lab.host("a", "192.0.2.1/24"),
    await lab.host("b", "192.0.2.2/24"),
  ];
  const company = new Company(hosts.length);
  const lives = await Promise.all(
    hosts.map((host, i) =>
      Lives.on(host, { ...FAST, priority: PRIORITIES[i] ?? 100 }, company)
    ),
  );
  const began = now();
  await Promise.all(lives.map(async (one, i) => {
    const prng = mulberry32(SEED + i);
    for (let round = 0; round < ROUNDS / lives.length; round++) {
      await one.live(drawFate(prng));
    }
    await one.finish();
  }));
  const chronicles = lives.map(({ chronicle }) => chronicle);
  const [a = [], b = []] = chronicles.map(servedSpans);
  const overlaps = shared(a, b);
  report(`${ROUNDS} lives in ${((now() - began) / 1_000).toFixed(0)} s`);
  report(`signals: ${countSignals(chronicles)}`);
  const starts = chronicles.flatMap(({ starts }) => starts);
  report(`${starts.length} whole starts, the longest ${longest(starts)}`);
  const leftFor = chronicles.flatMap(({ leftFor }) => leftFor);
  report(
    `${leftFor.length} addresses left by the killed, ` +
      `the longest for ${longest(leftFor)}`,
  );
  report(
    `${a.length + b.length} times the address was held, ` +
      `${overlaps.length} times by two, ` +
      `the longest for ${longest(overlaps.map(lengthOf))} ` +
      `of ${ms(MASTER_DOWN)}`,
  );
  ok(a.length > 0 && b.length > 0 && leftFor.length > 0, "nothing was tried");
  // What the machine stood still for is not theirs.
  const tooLong = overlaps.filter((overlap) =>
    lengthOf(overlap) > MASTER_DOWN + stalls.within({
          from: overlap.from - MASTER_DOWN,
          to: overlap.to,
        })
  );
  deepStrictEqual(tooLong, []);
});
