// How long a takeover takes, to the moment, on a LAN that only delays.

import { ok, strictEqual } from "node:assert/strict";
import { runUntil } from "./agenda.ts";

import { act, tell } from "./daemon.ts";
import { crash, stop } from "./host.ts";
import { pick } from "./prng.ts";
import { forEachSeed, type Simulation } from "./seeds.ts";
import { type Settled, settled } from "./settled.ts";
import { stateOf } from "./world.ts";

/** Rounding of times that are sums. */
const ROUNDING = 1e-6;

/**
 * Whether a survivor took over within these many milliseconds from a moment,
 * and nobody else once the others could have heard of it.
 */
function checkTakeover(
  { cluster, survivors, router, instance }: Settled,
  from: number,
  took: readonly [least: number, most: number],
): void {
  const { world, longestDown } = cluster;
  runUntil(world.agenda, world.agenda.now + 2 * longestDown);
  const times = survivors
    .map((host) => host.instances.get(router)?.promotedAt ?? -Infinity)
    .filter((time) => time >= from);
  const first = Math.min(...times);
  const least = from + took[0] - ROUNDING;
  const most = from + took[1] + ROUNDING;
  ok(first >= least && first <= most, `took ${first - from} ms`);
  const last = Math.max(...times);
  const { maxDelay } = instance.segment;
  // A resignation that comes behind the successor's advert misleads for once.
  const overtaken = took[0] < maxDelay;
  // A worse one may be the first, and then be tolerated.
  const tolerated = instance.config.preemptDelay > 0;
  ok(
    overtaken || tolerated || last <= first + maxDelay,
    `again ${last - first} ms later`,
  );
}

const stopMaster: Simulation = (seed, trace) => {
  const scene = settled(seed, trace);
  const { cluster: { world }, master, instance, skew } = scene;
  const stoppedAt = world.agenda.now;
  stop(world, master);
  const { maxDelay } = instance.segment;
  checkTakeover(scene, stoppedAt, [skew, skew + maxDelay]);
};

const killMaster: Simulation = (seed, trace) => {
  const scene = settled(seed, trace);
  const { master, instance, sentAt, skew } = scene;
  crash(master);
  const { downTimerAdverts, advertInterval } = instance.config;
  const down = downTimerAdverts * advertInterval + skew;
  const { maxDelay } = instance.segment;
  checkTakeover(scene, sentAt, [down, down + maxDelay]);
};

const failMember: Simulation = (seed, trace) => {
  const scene = settled(seed, trace);
  const { cluster: { world }, router, master, instance, skew } = scene;
  const failedAt = world.agenda.now;
  const name = pick(world.prng, [router, ...master.group]);
  const fault = { type: "fault", cause: "disk", reason: "no disk" } as const;
  tell(world, master, () => act(world, master, name, fault));
  const { maxDelay } = instance.segment;
  checkTakeover(scene, failedAt, [skew, skew + maxDelay]);
  for (const name of [router, ...master.group]) {
    strictEqual(stateOf(master, name)?.name, "FAULT");
    const masters = scene.survivors.filter((host) =>
      stateOf(host, name)?.name === "MASTER"
    );
    strictEqual(masters.length, 1);
  }
};

Deno.test("a master with a fault is replaced within the skew time, in all its group", () => {
  forEachSeed(failMember, 1000);
});

Deno.test("a stopped master is replaced within the skew time", () => {
  forEachSeed(stopMaster, 1000);
});

Deno.test("a killed master is replaced within the master-down interval of its last advert", () => {
  forEachSeed(killMaster, 1000);
});
