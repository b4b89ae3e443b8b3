/**
 * Clusters that have elected their masters and live in peace, to see to the
 * moment what one disturbance does.
 *
 * @module
 */

import { ok, strictEqual } from "node:assert/strict";
import type { TrackerSettings } from "../../src/config/settings/tracker.ts";
import { DAEMON } from "../../src/sim/daemon.ts";
import type { Host } from "../../src/sim/host.ts";
import { between, type Prng, streamOf } from "../../src/sim/prng.ts";
import { settle } from "../../src/sim/rules/settled.ts";
import {
  type Cluster,
  longest,
  randomCluster,
} from "../../src/sim/story/cluster.ts";
import { skewTime } from "../../src/vrrp/timing.ts";
import type { StateName } from "../../src/vrrp/state.ts";
import { newWorld, type Trace, type World } from "../../src/sim/world.ts";

/** A settled cluster. */
export interface Scene {
  /** All of it. */
  readonly world: World;
  /** Chance of its own. */
  readonly prng: Prng;
  /** The instance that is looked at, and those of its group. */
  readonly instance: string;
  /** It and all of its group. */
  readonly unit: readonly string[];
  /** Its master. */
  readonly master: Host;
  /** The others. */
  readonly backups: readonly Host[];
  /** When the master last advertised in any instance of the unit. */
  readonly sentAt: number;
  /** The shortest skew time of the others, in milliseconds. */
  readonly skew: number;
  /** Milliseconds between adverts. */
  readonly interval: number;
  /** Milliseconds of silence that make a master dead, without the skew. */
  readonly silence: number;
  /** Longest way of an advert, in milliseconds. */
  readonly way: number;
}

/** Longest way of a message of the side, in milliseconds. */
const MESSAGE = 2;
/** Milliseconds that calls, and being woken, may take beside all that. */
export const WORK = 8;

/**
 * Make the cluster of a seed and let it settle, up to a moment without an
 * advert on its way.
 *
 * @param change What is to be otherwise in the cluster.
 */
export function sceneOf(
  seed: number,
  change: Partial<Cluster> = {},
  trace: Trace | null = null,
): Scene {
  const cluster = { ...peaceful(seed), ...change };
  const world = newWorld(cluster, DAEMON, trace);
  const prng = streamOf(seed, "scene");
  for (const host of world.hosts.values()) host.start();
  settle(world);
  const [plan] = cluster.instances;
  ok(plan !== undefined);
  const instance = plan.name;
  const unit = cluster.groups[0]?.instances ?? [instance];
  const hosts = [...world.hosts.values()];
  const [master] = hosts.filter((host) => isMaster(host, instance));
  ok(master !== undefined);
  const backups = hosts.filter((host) => host !== master);
  const interval = plan.intervals[0] ?? 0;
  const sentAt = waitForSilence(world, prng, master, unit);
  const priorities = backups.map((host) =>
    host.rules?.stateOf(instance)?.priority ?? 0
  );
  return {
    ...{ world, prng, instance, unit, master, backups, sentAt, interval },
    skew: skewTime(plan.version, Math.max(...priorities), interval),
    silence: cluster.downTimerAdverts * interval,
    way: Math.max(...cluster.segments),
  };
}

/** The cluster of a seed, at its simplest where that is not looked at. */
function peaceful(seed: number): Cluster {
  const cluster = randomCluster(seed);
  if (cluster.hosts.length < 2 || cluster.instances.length > 8) {
    return peaceful(seed + 100_000);
  }
  return {
    ...cluster,
    instances: cluster.instances.map((plan) => ({
      ...plan,
      intervals: plan.intervals.map(() => longest(cluster).interval),
      priorities: plan.priorities.map((one) => Math.min(one, 254)),
      trackers: [...plan.trackers, ownTracker(plan.name)],
    })),
    preemptDelay: 0,
    startupDelay: 0,
    linkDelay: { down: 0, up: 0 },
    lateness: 0.1,
    garp: { ...cluster.garp, refresh: 4000 },
  };
}

/** What means FAULT for one instance while down: the check of its name. */
function ownTracker(name: string): TrackerSettings {
  return { watch: { type: "check", name }, weight: 0, reverse: false };
}

/**
 * Let time pass up to a random moment without an advert on its way, and none
 * that goes out before a message of the side arrives.
 */
function waitForSilence(
  { agenda, cluster }: World,
  prng: Prng,
  master: Host,
  unit: readonly string[],
): number {
  const { interval } = longest(cluster);
  for (;;) {
    agenda.runUntil(agenda.now + between(prng, 0, interval));
    const times = unit.map((name) =>
      master.rules?.adverts.sentAt.get(name) ?? 0
    );
    const arrived = Math.max(...times) + Math.max(...cluster.segments);
    const next = Math.min(...times) + interval;
    if (agenda.now > arrived && agenda.now < next - MESSAGE) {
      return Math.max(...times);
    }
  }
}

/** Whether an instance is master on a host. */
export function isMaster(host: Host, instance: string): boolean {
  return stateOf(host, instance) === "MASTER";
}

/** The state of an instance on a host, or undefined where none runs. */
export function stateOf(host: Host, instance: string): StateName | undefined {
  return host.process?.hasEnded === false
    ? host.rules?.stateOf(instance)?.name
    : undefined;
}

/** Let so many milliseconds pass. */
export function pass({ agenda }: World, milliseconds: number): void {
  agenda.runUntil(agenda.now + milliseconds);
}

/**
 * Somebody else has taken over within these many milliseconds from a moment,
 * and nobody else after that.
 */
export function checkTakeover(
  { world, backups, unit, silence, way }: Scene,
  from: number,
  [least, most]: readonly [number, number],
): void {
  pass(world, 3 * silence + 2000);
  for (const name of unit) {
    const times = backups
      .map((host) => host.rules?.adverts.promotedAt.get(name) ?? -Infinity)
      .filter((time) => time >= from);
    const took = Math.min(...times) - from;
    ok(took >= least && took <= most + WORK, `took ${took} ms`);
    const again = Math.max(...times) - Math.min(...times);
    ok(least < way || again <= way + WORK, `again ${again} ms later`);
    strictEqual(backups.filter((host) => isMaster(host, name)).length, 1);
  }
}

/**
 * Tell a story for many seeds, no more than `ALIVED_SIM_SEEDS`.
 *
 * @throws {Error} Names the seed that fails.
 */
export function forSeeds(count: number, story: (seed: number) => void): void {
  const most = Number(Deno.env.get("ALIVED_SIM_SEEDS") ?? count);
  for (let seed = 1; seed <= Math.min(count, most); seed++) {
    try {
      story(seed);
    } catch (cause) {
      throw new Error(`Seed ${seed}: ${cause}`, { cause });
    }
  }
}
