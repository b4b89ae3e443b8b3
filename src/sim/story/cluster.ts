/**
 * A random cluster: hosts, segments, instances, and what they are configured
 * to do. Plain data, drawn from a seed.
 *
 * @module
 */

import type {
  GarpSettings,
  VirtualIp,
} from "../../config/settings/instance.ts";
import type { SyncGroupSettings } from "../../config/settings/sync_group.ts";
import type { TrackerSettings } from "../../config/settings/tracker.ts";
import { happens, pick, type Prng, streamOf, whole } from "../prng.ts";

/** One virtual router, as all hosts have it. */
export interface InstancePlan {
  /** Name. */
  readonly name: string;
  /** VRID. */
  readonly vrid: number;
  /** Number of the segment that its adverts are on. */
  readonly segment: number;
  /** Version 2 or 3. */
  readonly version: 2 | 3;
  /** Milliseconds between adverts, by host. */
  readonly intervals: readonly number[];
  /** Configured priorities, by host. */
  readonly priorities: readonly number[];
  /** Password, or null. */
  readonly password: string | null;
  /** Whether adverts go to peers. */
  readonly unicast: boolean;
  /** Addresses. */
  readonly virtualIps: readonly VirtualIp[];
  /** Addresses that are not advertised. */
  readonly excluded: readonly VirtualIp[];
  /** What moves its priority, or means FAULT. */
  readonly trackers: readonly TrackerSettings[];
}

/** One host. */
export interface HostPlan {
  /** Number; stays the same when others are left out. */
  readonly number: number;
  /** Last byte of its own addresses. */
  readonly suffix: number;
  /** Whether its kernel keeps IFA_PROTO. */
  readonly keepsProtocol: boolean;
  /** promote_secondaries at first. */
  readonly promotes: boolean;
  /** Milliseconds after the beginning when its daemon is started. */
  readonly startsAt: number;
}

/** A cluster. */
export interface Cluster {
  /** Where it comes from. */
  readonly seed: number;
  /** The hosts that take part. */
  readonly hosts: readonly HostPlan[];
  /** Longest delay of each segment, in milliseconds. */
  readonly segments: readonly number[];
  /** The virtual routers. */
  readonly instances: readonly InstancePlan[];
  /** The groups that some of them form. */
  readonly groups: readonly SyncGroupSettings[];
  /**
   * Whether the host of the larger address on one segment has the smaller one
   * on the next, so that ties are broken one way here and the other there.
   */
  readonly crossed: boolean;
  /** Whether a better host takes over from a live master. */
  readonly preempt: boolean;
  /** Milliseconds that a worse master is tolerated. */
  readonly preemptDelay: number;
  /** Missed adverts that make a master dead. */
  readonly downTimerAdverts: number;
  /** Milliseconds that a link must be down, or up, to be believed. */
  readonly linkDelay: { readonly down: number; readonly up: number };
  /** Announcements. */
  readonly garp: GarpSettings;
  /** Seconds of a lease, or null. */
  readonly vipLeaseSeconds: number | null;
  /** Milliseconds that a daemon waits before it takes part. */
  readonly startupDelay: number;
  /** Latest that a wait ends after its time, in milliseconds. */
  readonly lateness: number;
}

/** Host addresses whose order as text is not that of their bytes. */
const SUFFIXES = [9, 10, 100, 20, 45, 46, 47];
const NOTHING = { byState: {}, any: null } as const;

/** Make the cluster of a seed. */
export function randomCluster(seed: number): Cluster {
  const prng = streamOf(seed, "cluster");
  const base = pick(prng, [1000, 1000, 1000, 2000, 100, 100, 200, 30, 10]);
  const size = pick(prng, [1, 2, 2, 2, 3, 3, 4, 5]);
  const count = pick(prng, [1, 1, 2, 2, 3, 4]);
  const crowd = base >= 1000 && happens(prng, 0.01) ? whole(prng, 10, 50) : 0;
  const segments = Array.from(
    { length: whole(prng, 1, Math.min(3, count + 1)) },
    () => Math.min(5, base / 4),
  );
  const grouped = count > 1 && crowd === 0 && happens(prng, 0.5);
  const version = base < 1000 || happens(prng, 0.4) ? 3 : 2;
  const mixed = version === 3 && happens(prng, 0.1);
  const preempt = happens(prng, 0.75);
  const common = { size, base, version, mixed, preempt, segments } as const;
  const shared = grouped
    ? drawByHost(prng, { ...common, preempt: false })
    : null;
  const trackers = grouped ? randomTrackers(prng, segments.length) : null;
  const instances = Array.from(
    { length: crowd || count },
    (_, i) =>
      randomInstance(prng, i, common, {
        ...shared ?? drawByHost(prng, common),
        trackers: trackers ?? randomTrackers(prng, segments.length),
      }),
  );
  const members = grouped ? whole(prng, 2, count) : 0;
  return {
    seed,
    hosts: Array.from({ length: size }, (_, number) => ({
      number,
      suffix: SUFFIXES[number] ?? 50 + number,
      keepsProtocol: happens(prng, 0.8),
      promotes: happens(prng, 0.3),
      startsAt: prng() * (happens(prng, 0.5) ? 5 : 3 * base),
    })),
    segments,
    instances,
    groups: members === 0 ? [] : [{
      name: "G1",
      instances: instances.slice(0, members).map(({ name }) => name),
      trackers: [],
      notify: NOTHING,
    }],
    crossed: happens(prng, 0.1),
    preempt,
    preemptDelay: preempt ? pick(prng, [0, 0, 0, 3 * base]) : 0,
    downTimerAdverts: pick(prng, [3, 3, 3, 2, 5]),
    linkDelay: {
      down: pick(prng, [0, 0, base / 2]),
      up: pick(prng, [0, 0, 2 * base]),
    },
    garp: {
      repeat: pick(prng, [5, 1, 3]),
      delay: pick(prng, [5000, 0, 1000]),
      refresh: pick(prng, [4000, 4000, 0]),
      interval: pick(prng, [0, 0, 20]),
    },
    vipLeaseSeconds: happens(prng, 0.15) ? pick(prng, [3, 10]) : null,
    startupDelay: happens(prng, 0.1) ? 2 * base : 0,
    lateness: pick(prng, [0.1, 1, 1]),
  };
}

interface Common {
  readonly size: number;
  readonly base: number;
  readonly version: 2 | 3;
  readonly mixed: boolean;
  readonly preempt: boolean;
  readonly segments: readonly number[];
}

/** What each host has of its own in an instance, or in a group. */
type ByHost = Pick<InstancePlan, "priorities" | "intervals">;

function drawByHost(prng: Prng, common: Common): ByHost {
  const { size, base, mixed, preempt } = common;
  return {
    priorities: Array.from(
      { length: size },
      () => randomPriority(prng, preempt),
    ),
    intervals: Array.from(
      { length: size },
      () => mixed ? base * pick(prng, [1, 2]) : base,
    ),
  };
}

/**
 * Any priority, often one that another host has too; an owner must preempt,
 * and be in no group.
 */
export function randomPriority(prng: Prng, preempt: boolean): number {
  if (preempt && happens(prng, 0.04)) return 255;
  return happens(prng, 0.4) ? pick(prng, [1, 100, 254]) : whole(prng, 1, 254);
}

function randomInstance(
  prng: Prng,
  i: number,
  { version, segments }: Common,
  own: ByHost & Pick<InstancePlan, "trackers">,
): InstancePlan {
  const segment = whole(prng, 0, segments.length - 1);
  const other = (segment + 1) % segments.length;
  const elsewhere = other !== segment && happens(prng, 0.25) ? other : null;
  const count = happens(prng, 0.02) ? whole(prng, 20, 80) : whole(prng, 1, 3);
  const prefix = pick(prng, [24, 32]);
  return {
    name: `VI_${i + 1}`,
    vrid: i + 1,
    segment,
    version,
    ...own,
    password: version === 2 && happens(prng, 0.3) ? "secret12" : null,
    unicast: happens(prng, 0.08),
    virtualIps: Array.from(
      { length: count },
      (_, n) => randomVip(prng, i, n, segment, prefix, elsewhere, count > 4),
    ),
    excluded: happens(prng, 0.2) ? [virtualIpv6(i, segment)] : [],
  };
}

/**
 * Addresses of one instance share a subnet of their own, or that of the host,
 * so that some are primary and some secondary.
 */
function randomVip(
  prng: Prng,
  instance: number,
  n: number,
  segment: number,
  prefix: number,
  elsewhere: number | null,
  many: boolean,
): VirtualIp {
  const link = n > 0 && elsewhere !== null ? elsewhere : segment;
  const near = prefix === 24 && instance % 2 === 0 && instance < 8 && !many;
  const third = near ? 0 : 100 + instance;
  const label = happens(prng, 0.15) ? `eth${link}:v${instance}` : null;
  return virtualIp(
    `10.${link}.${third}.${120 + (third === 0 ? instance * 4 : 0) + n}`,
    prefix,
    link === segment ? null : `eth${link}`,
    { label, scope: prefix === 32 && happens(prng, 0.1) ? "link" : "global" },
  );
}

function virtualIpv6(instance: number, segment: number): VirtualIp {
  return virtualIp(`fd00:${segment + 1}::${instance + 1}`, 64, null, {
    preferred: instance % 2 === 1,
  });
}

/** An address to hold. */
export function virtualIp(
  address: string,
  prefix: number,
  link: string | null,
  more: Partial<VirtualIp>,
): VirtualIp {
  return {
    address,
    prefix,
    interface: link,
    scope: "global",
    label: null,
    track: true,
    preferred: false,
    ...more,
  };
}

function randomTrackers(
  prng: Prng,
  segments: number,
): readonly TrackerSettings[] {
  const trackers: TrackerSettings[] = [];
  if (happens(prng, 0.5)) {
    const weight = pick(prng, [-1, 1]) * whole(prng, 1, 60);
    trackers.push({
      watch: { type: "check", name: "service" },
      weight,
      reverse: happens(prng, 0.2),
    });
  }
  if (happens(prng, 0.2)) {
    const watch = { type: "check", name: "disk" } as const;
    trackers.push({ watch, weight: 0, reverse: false });
  }
  if (happens(prng, 0.2)) {
    const name = `eth${whole(prng, 0, segments - 1)}`;
    const weight = pick(prng, [-20, 0, 15]);
    trackers.push({
      watch: { type: "interface", name },
      weight,
      reverse: false,
    });
  }
  return trackers;
}

/** The instance of a number, also where others are left out. */
export function instanceOf(
  { instances }: Cluster,
  number: number,
): InstancePlan | undefined {
  return instances.find(({ vrid }) => vrid === number + 1);
}

/** The longest that something takes in a cluster, in milliseconds. */
export function longest(
  { instances, downTimerAdverts }: Cluster,
): { readonly interval: number; readonly down: number } {
  const interval = Math.max(
    ...instances.flatMap(({ intervals }) => intervals),
  );
  return {
    interval,
    down: downTimerAdverts * interval + Math.max(1000, interval),
  };
}
