// How long a takeover takes, to the moment, on a LAN that only delays.

import { ok, strictEqual } from "node:assert/strict";
import { runUntil } from "./agenda.ts";
import { type Cluster, newCluster } from "./cluster.ts";
import { crash, start, stop } from "./host.ts";
import { between } from "./prng.ts";
import { forEachSeed, type Simulation } from "./seeds.ts";
import { type Host, type Instance, stateOf } from "./world.ts";

/** Rounding of times that are sums. */
const ROUNDING = 1e-6;

/**
 * A settled cluster at a random moment without an advert on its way (which
 * could overtake a resignation), and its master.
 */
interface Settled {
  cluster: Cluster;
  router: string;
  master: Host;
  instance: Instance;
  /** When it last advertised in any instance of its group. */
  sentAt: number;
  survivors: readonly Host[];
  /** The shortest skew time of the survivors. */
  skew: number;
}

function settled(
  seed: number,
  trace: ((line: string) => void) | null,
): Settled {
  const cluster = newCluster(seed, {
    mixedIntervals: false,
    lateness: 0,
    trace,
  });
  const { world, hosts, routers, longestDown, longestDelay } = cluster;
  for (const host of hosts) start(world, host);
  runUntil(world.agenda, 2 * longestDown + longestDelay);
  const router = routers[0] ?? "";
  const masters = hosts.filter((host) =>
    stateOf(host, router)?.name === "MASTER"
  );
  strictEqual(masters.length, 1);
  const [master] = masters;
  const instance = master?.instances.get(router);
  ok(master !== undefined && instance !== undefined);
  const members = [...master.instances.values()]
    .filter(({ name }) => name === router || master.group.includes(name));
  const sentAt = waitForSilence(cluster, members);
  const survivors = hosts.filter((host) => host !== master);
  const best = Math.max(
    ...survivors.map((host) => stateOf(host, router)?.priority ?? 0),
  );
  const { version, advertInterval } = instance.config;
  const scale = version === 2 ? 1000 : advertInterval;
  const skew = scale * (256 - best) / 256;
  return { cluster, router, master, instance, sentAt, survivors, skew };
}

/** @returns When the last of these instances advertised. */
function waitForSilence(
  { world, longestInterval }: Cluster,
  instances: readonly Instance[],
): number {
  for (;;) {
    const wait = between(world.prng, 0, longestInterval);
    runUntil(world.agenda, world.agenda.now + wait);
    const times = instances.map(({ sentAt }) => sentAt);
    const arrived = instances.every(({ sentAt, segment }) =>
      world.agenda.now > sentAt + segment.maxDelay
    );
    if (arrived) return Math.max(...times);
  }
}

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
  ok(overtaken || last <= first + maxDelay, `again ${last - first} ms later`);
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

Deno.test("a stopped master is replaced within the skew time", () => {
  forEachSeed(stopMaster, 1000);
});

Deno.test("a killed master is replaced within the master-down interval of its last advert", () => {
  forEachSeed(killMaster, 1000);
});
