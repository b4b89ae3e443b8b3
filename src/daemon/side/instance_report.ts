/**
 * What the log is told of instances that start: what an operator would look up
 * in the file.
 *
 * @module
 */

import type { InstanceSettings } from "../../config/settings/instance.ts";
import type { EventOf, LogEvent } from "../../log/catalogue.ts";
import { masterDownInterval } from "../../vrrp/timing.ts";

/** Addresses that one line has. */
const MOST_ADDRESSES = 8;

/**
 * Tell of instances that start.
 *
 * @param most Instances that have a line of their own; of the others there is
 *   one that says how many they are.
 */
export function instancesStarted(
  instances: readonly InstanceSettings[],
  most: number,
): readonly LogEvent[] {
  const events = instances.slice(0, most).map(started);
  const count = instances.length - most;
  return count <= 0 ? events : [...events, { event: "start_more", count }];
}

function started(settings: InstanceSettings): EventOf<"instance_start"> {
  const { name, version, priority, advertInterval } = settings;
  const { virtualIps, unicastPeers } = settings;
  return {
    ...{ event: "instance_start", instance: name, version, priority },
    interface: settings.interface,
    virtualRouterId: settings.virtualRouterId,
    addresses: virtualIps.slice(0, MOST_ADDRESSES)
      .map(({ address, prefix }) => `${address}/${prefix}`),
    count: virtualIps.length,
    peers: unicastPeers.length,
    preempt: settings.preempt,
    advertInterval,
    masterDownInterval: masterDownInterval(
      version,
      priority,
      advertInterval,
      settings.downTimerAdverts,
    ),
  };
}
