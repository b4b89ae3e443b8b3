// Clusters under every disturbance at once; when it ends, one host serves.

import { ok, strictEqual } from "node:assert/strict";
import { runUntil } from "./agenda.ts";
import { type Cluster, newCluster } from "./cluster.ts";
import { calm, disturb } from "./disturb.ts";
import { start } from "./host.ts";
import { between, pick, whole } from "./prng.ts";
import { forEachSeed, type Simulation } from "./seeds.ts";
import { type Host, stateOf } from "./world.ts";

const simulate: Simulation = (seed, trace) => {
  const cluster = newCluster(seed, {
    mixedIntervals: true,
    crossed: false,
    lateness: 1,
    trace,
  });
  disturbAndCalm(cluster);
  runUntil(cluster.world.agenda, quietAt(cluster));
  checkMasters(cluster);
  checkSilence(cluster);
};

/** Intervals within which a group settles whose ties cross. */
const TIES = 200;

const simulateTies: Simulation = (seed, trace) => {
  const cluster = newCluster(seed, {
    mixedIntervals: false,
    crossed: true,
    lateness: 1,
    trace,
  });
  const { agenda } = cluster.world;
  disturbAndCalm(cluster);
  runUntil(agenda, quietAt(cluster) + TIES * cluster.longestInterval);
  checkMasters(cluster);
  checkSilence(cluster);
};

function disturbAndCalm(cluster: Cluster): void {
  const { world, hosts, longestInterval } = cluster;
  for (const host of hosts) start(world, host);
  for (let n = whole(world.prng, 10, 60); n > 0; n--) {
    const wait = between(world.prng, 0, pick(world.prng, [0.2, 2, 6])) *
      longestInterval;
    runUntil(world.agenda, world.agenda.now + wait);
    disturb(cluster);
  }
  calm(cluster);
}

/** When nothing can be left of the disturbances. */
function quietAt(
  { world, hosts, longestInterval, longestDown, longestDelay }: Cluster,
): number {
  let lastRetry = world.agenda.now;
  for (const host of hosts) {
    for (const name of host.instances.keys()) {
      const state = stateOf(host, name);
      if (state?.name !== "FAULT") continue;
      lastRetry = Math.max(lastRetry, state.retryAt ?? 0);
    }
  }
  return lastRetry + longestDelay + longestDown + 2 * longestInterval;
}

/** One MASTER in each part where one can be, and the best if it may preempt. */
function checkMasters({ hosts, segments, routers, preempt }: Cluster): void {
  for (const [i, segment] of segments.entries()) {
    const router = routers[i] ?? "";
    const parts = new Set(segment.ports.map(({ part }) => part));
    for (const part of parts) {
      const able = hosts.filter((host) => {
        const port = host.instances.get(router)?.port;
        const state = stateOf(host, router)?.name;
        return port?.part === part && port.up &&
          (state === "BACKUP" || state === "MASTER");
      });
      const masters = able.filter((host) => isMaster(host, router));
      strictEqual(
        masters.length,
        Math.min(1, able.length),
        `${masters.length} masters of ${able.length} hosts in part ${part}`,
      );
      const [master] = masters;
      if (!preempt || master === undefined) continue;
      const best = Math.max(...able.map((host) => priorityOf(host, router)));
      strictEqual(priorityOf(master, router), best, "not the best is master");
    }
  }
}

/** From then on each master advertises in its interval, and nobody else. */
function checkSilence(
  { world, hosts, routers, longestInterval }: Cluster,
): void {
  const since = world.agenda.now;
  const masters = new Set(
    hosts.flatMap((host) =>
      routers.filter((router) => isMaster(host, router))
        .map((router) => `${host.name} ${router}`)
    ),
  );
  runUntil(world.agenda, since + 3 * longestInterval);
  for (const host of hosts) {
    for (const { name, sentAt, config } of host.instances.values()) {
      const master = masters.has(`${host.name} ${name}`);
      strictEqual(isMaster(host, name), master, `${host.name} changed`);
      if (!master) ok(sentAt <= since, `${host.name} advertises as backup`);
      else ok(sentAt >= world.agenda.now - config.advertInterval - 1);
    }
  }
}

function isMaster(host: Host, router: string): boolean {
  return stateOf(host, router)?.name === "MASTER";
}

function priorityOf(host: Host, router: string): number {
  return stateOf(host, router)?.priority ?? 0;
}

Deno.test("whatever happens to 10,000 clusters, one host of each part is master when it is over", () => {
  forEachSeed(simulate, 10_000);
});

Deno.test("a group whose ties cross settles all the same: 300 clusters", () => {
  forEachSeed(simulateTies, 300);
});
