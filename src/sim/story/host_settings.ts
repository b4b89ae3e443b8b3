/**
 * The configuration of one host of a cluster, as the daemon is given it.
 *
 * @module
 */

import type { InstanceSettings } from "../../config/settings/instance.ts";
import type { SyncGroupSettings } from "../../config/settings/sync_group.ts";
import type { Cluster, HostPlan, InstancePlan } from "./cluster.ts";

/** What one host is configured to do. */
export interface HostSettings {
  /** The instances. */
  readonly instances: readonly InstanceSettings[];
  /** Instances that were taken out, and may come back. */
  readonly parked: readonly InstanceSettings[];
  /** The groups. */
  readonly syncGroups: readonly SyncGroupSettings[];
  /** Seconds of a lease, or null. */
  readonly vipLeaseSeconds: number | null;
}

/** What a host of a cluster is configured to do at first. */
export function hostSettings(cluster: Cluster, host: HostPlan): HostSettings {
  return {
    instances: cluster.instances.map((instance) =>
      instanceSettings(cluster, host, instance)
    ),
    parked: [],
    syncGroups: cluster.groups,
    vipLeaseSeconds: cluster.vipLeaseSeconds,
  };
}

/** How much an address grows when DHCP gives another. */
const OTHER = 100;

/**
 * A host's own address on a segment: its first, or the other that DHCP gives.
 */
export function ownAddress(
  { crossed }: Pick<Cluster, "crossed">,
  segment: number,
  { number, suffix }: Pick<HostPlan, "number" | "suffix">,
  isFirst = true,
): string {
  if (crossed && segment % 2 === 1) {
    return `10.${segment}.0.${(isFirst ? 253 : 243) - number}`;
  }
  return `10.${segment}.0.${isFirst ? suffix : suffix + OTHER}`;
}

function instanceSettings(
  cluster: Cluster,
  host: HostPlan,
  instance: InstancePlan,
): InstanceSettings {
  const { preempt, preemptDelay, downTimerAdverts, linkDelay } = cluster;
  const { name, segment, version, vrid, password } = instance;
  const peers = cluster.hosts.filter(({ number }) => number !== host.number);
  return {
    name,
    interface: `eth${segment}`,
    family: "ipv4",
    version,
    virtualRouterId: vrid,
    priority: instance.priorities[host.number] ?? 100,
    advertInterval: instance.intervals[host.number] ?? 1000,
    preempt,
    preemptDelay,
    password,
    checksum: "auto",
    downTimerAdverts,
    linkUpDelay: linkDelay.up,
    linkDownDelay: linkDelay.down,
    unicastPeers: instance.unicast
      ? peers.map((peer) => ({
        address: ownAddress(cluster, segment, peer),
        minTtl: 255,
      }))
      : [],
    sourceAddress: null,
    virtualIps: instance.virtualIps,
    excludedVirtualIps: instance.excluded,
    garp: cluster.garp,
    higherPriorityAdvert: vrid % 3 === 0,
    trackers: instance.trackers,
    notify: { byState: {}, any: null },
  };
}
