/**
 * A random cluster: 2 to 5 hosts that share 1 or 2 virtual routers, each of
 * them on a segment of its own; two may form a sync group.
 *
 * @module
 */

import type { Version } from "../../src/vrrp/timing.ts";
import { newAgenda } from "./agenda.ts";
import { receive } from "./daemon.ts";
import type { Port, Segment } from "./lan.ts";
import { mulberry32, pick, type Prng, whole } from "./prng.ts";
import { ownTracker, sharedTrackers } from "./trackers.ts";
import type { Host, Instance, World } from "./world.ts";

/** Host addresses whose order as text is not that of their bytes. */
const ADDRESSES = ["192.0.2.9", "192.0.2.10", "192.0.2.100", "192.0.2.20"];

/** Hosts and what connects them. */
export interface Cluster {
  /** Time and chance. */
  readonly world: World;
  /** The hosts, none of them started. */
  readonly hosts: readonly Host[];
  /** One for each virtual router. */
  readonly segments: readonly Segment[];
  /** Names of the virtual routers. */
  readonly routers: readonly string[];
  /** Whether the best host takes over from a live master. */
  readonly preempt: boolean;
  /** The longest interval between adverts, in milliseconds. */
  readonly longestInterval: number;
  /** Longer than the longest master-down interval, in milliseconds. */
  readonly longestDown: number;
  /** The longest that anything else is put off, in milliseconds. */
  readonly longestDelay: number;
}

/** What to vary. */
export interface Variation {
  /** Whether hosts may have other intervals than each other in version 3. */
  readonly mixedIntervals: boolean;
  /**
   * Whether the host of the larger address on one segment has the smaller one
   * on the other, so that ties are broken one way here and the other there.
   */
  readonly crossed: boolean;
  /** Latest that a timer fires after its time, in milliseconds. */
  readonly lateness: number;
  /** Takes a line for each thing that happens, or null. */
  readonly trace: ((line: string) => void) | null;
}

/** Make the cluster of a seed. */
export function newCluster(
  seed: number,
  { mixedIntervals, crossed, lateness, trace }: Variation,
): Cluster {
  const prng = mulberry32(seed);
  const agenda = newAgenda();
  const world: World = {
    agenda,
    prng,
    lateness,
    trace: trace && ((line) => trace(`${agenda.now.toFixed(3)} ${line}`)),
  };
  const version = pick<Version>(prng, [2, 3]);
  const base = version === 2
    ? pick(prng, [1000, 2000])
    : pick(prng, [10, 100, 1000]);
  const mixed = version === 3 && mixedIntervals && prng() < 0.3;
  const shared = {
    version,
    preempt: prng() < 0.7,
    preemptDelay: pick(prng, [0, 0, 3 * base]),
    downTimerAdverts: pick(prng, [3, 3, 2, 5]),
    garp: {
      delay: pick(prng, [0, 500, 5000]),
      refresh: pick(prng, [0, 0, 60_000]),
    },
    higherPriorityAdvert: false,
  } as const;
  const password = version === 2 && prng() < 0.5 ? "secret12" : null;
  const routers = prng() < 0.5 ? ["VI_1"] : ["VI_1", "VI_2"];
  const group = routers.length > 1 && prng() < 0.7 ? routers : [];
  const linkDelay = {
    down: pick(prng, [0, base / 2]),
    up: pick(prng, [0, 2 * base]),
  };
  const segments = routers.map((): Segment => ({
    ports: [],
    loss: 0,
    duplication: 0,
    maxDelay: Math.min(5, base / 4),
  }));
  const hosts: Host[] = [];
  const size = whole(prng, 2, 5);
  for (let n = size; n > 0; n--) {
    const advertInterval = mixed ? base * pick(prng, [1, 2, 4]) : base;
    const config = { ...shared, advertInterval };
    const host: Host = {
      name: `h${n}`,
      instances: new Map(),
      group,
      verdicts: new Map(),
      engine: null,
      paused: null,
      inbox: [],
      news: [],
      wakeAt: Infinity,
      restedAt: -Infinity,
    };
    hosts.push(host);
    const trackers = sharedTrackers(prng);
    let priority = randomPriority(prng, shared.preempt);
    for (const [i, segment] of segments.entries()) {
      // The members of a group have one priority, as they should.
      if (group.length === 0) priority = randomPriority(prng, shared.preempt);
      const name = routers[i] ?? "";
      const address = addressOf(crossed && i === 1 ? size + 1 - n : n);
      addInstance(host, {
        ...{ name, vrid: i + 1, password, address, linkDelay, segment },
        config: { ...config, priority },
        port: plugIn(world, host, segment),
        trackers: [...trackers, ownTracker(name)],
        checksumForm: pick(prng, ["message", "pseudo_header"]),
      });
    }
  }
  const longestInterval = Math.max(
    ...hosts.flatMap(({ instances }) =>
      Array.from(instances.values(), ({ config }) => config.advertInterval)
    ),
  );
  const longestDown = shared.downTimerAdverts * longestInterval +
    Math.max(1000, longestInterval);
  const { preempt, preemptDelay } = shared;
  // A worse host may be first, and is tolerated then.
  const toleration = preemptDelay > 0 ? preemptDelay + longestDown : 0;
  return {
    world,
    hosts,
    segments,
    routers,
    preempt,
    longestInterval,
    longestDown,
    longestDelay: toleration + 2 * (linkDelay.down + linkDelay.up),
  };
}

function addressOf(n: number): string {
  return ADDRESSES[n - 1] ?? `192.0.2.${40 + n}`;
}

/** Any priority, often one that another host has too; an owner must preempt. */
export function randomPriority(prng: Prng, preempt: boolean): number {
  if (preempt && prng() < 0.05) return 255;
  return prng() < 0.5 ? pick(prng, [1, 100, 254]) : whole(prng, 1, 254);
}

function plugIn(world: World, host: Host, segment: Segment): Port {
  const port: Port = {
    part: 0,
    up: true,
    deaf: false,
    receive: (datagram) => receive(world, host, datagram),
  };
  segment.ports.push(port);
  return port;
}

/** What differs from instance to instance. */
type Plan = Pick<
  Instance,
  | "name"
  | "vrid"
  | "password"
  | "address"
  | "config"
  | "segment"
  | "port"
  | "linkDelay"
  | "trackers"
  | "checksumForm"
>;

function addInstance(host: Host, plan: Plan): void {
  const { name, vrid } = plan;
  host.instances.set(name, {
    ...plan,
    virtualIps: [`198.51.100.${vrid}`, `203.0.113.${vrid}`],
    linkSince: -Infinity,
    refuses: false,
    held: false,
    lostAt: null,
    sent: [],
    sentAt: -Infinity,
    promotedAt: -Infinity,
  });
}
