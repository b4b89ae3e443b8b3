/**
 * A cluster that has elected its master and lives in peace.
 *
 * @module
 */

import { ok, strictEqual } from "node:assert/strict";
import { runUntil } from "./agenda.ts";
import { type Cluster, newCluster } from "./cluster.ts";
import { start } from "./host.ts";
import { between } from "./prng.ts";
import { type Host, type Instance, stateOf } from "./world.ts";

/**
 * A settled cluster at a random moment without an advert on its way (which
 * could overtake a resignation), and its master.
 */
export interface Settled {
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

/** Make the cluster of a seed and let it settle. */
export function settled(
  seed: number,
  trace: ((line: string) => void) | null,
): Settled {
  const cluster = newCluster(seed, {
    mixedIntervals: false,
    crossed: false,
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
