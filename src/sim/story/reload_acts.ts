/**
 * What operators change in the configuration while daemons run.
 *
 * @module
 */

import type { InstanceSettings } from "../../config/settings/instance.ts";
import { instanceOf, virtualIp } from "./cluster.ts";
import type { Host } from "../host.ts";
import type { HostSettings } from "./host_settings.ts";
import type { Act, ReloadAct } from "./story.ts";
import type { World } from "../world.ts";

/** Between the two VRIDs of an instance that is restarted. */
const OTHER_VRID = 100;

/** What only makes sense on all hosts at once. */
const EVERYWHERE: ReadonlySet<ReloadAct> = new Set([
  ...["vip", "prefix", "restart", "groups", "label"] as const,
]);

/** Change the configuration of a host, or of all. */
export function reloadHosts(
  world: World,
  host: Host,
  act: Extract<Act, { type: "reload" }>,
): void {
  const hosts = EVERYWHERE.has(act.what) ? [...world.hosts.values()] : [host];
  for (const one of hosts) {
    const next = changed(world, one, act);
    if (next !== null) one.reload(next);
  }
}

function changed(
  { cluster }: World,
  { settings }: Host,
  { instance: i, what, number }: Extract<Act, { type: "reload" }>,
): HostSettings | null {
  const name = instanceOf(cluster, i)?.name ?? "";
  const group = cluster.groups.find(({ instances }) =>
    instances.includes(name)
  );
  const change = (
    names: readonly string[],
    by: (instance: InstanceSettings) => InstanceSettings,
  ): HostSettings => {
    const one = (instance: InstanceSettings): InstanceSettings =>
      names.includes(instance.name) ? by(instance) : instance;
    return {
      ...settings,
      instances: settings.instances.map(one),
      parked: settings.parked.map(one),
    };
  };
  switch (what) {
    case "priority":
      // The members of a group have one priority, as they should; owners are
      // in no group.
      return change(group?.instances ?? [name], (instance) => ({
        ...instance,
        priority: group === undefined ? number : Math.min(number, 254),
      }));
    case "vip":
      return change([name], (instance) => withOtherVips(instance, number));
    case "prefix":
      return change([name], (instance) => ({
        ...instance,
        virtualIps: instance.virtualIps.map((vip) => ({
          ...vip,
          prefix: vip.prefix === 32 ? 24 : 32,
          scope: "global",
        })),
      }));
    case "label":
      return change([name], (instance) => ({
        ...instance,
        virtualIps: instance.virtualIps.map((vip) => ({
          ...vip,
          scope: vip.prefix === 32 && number % 2 === 0 ? "link" : "global",
          label: vip.label === null
            ? `${vip.interface ?? instance.interface}:l`
            : null,
        })),
      }));
    case "remove": {
      if (group !== undefined) return null;
      const isOther = (one: InstanceSettings): boolean => one.name !== name;
      const isIt = (one: InstanceSettings): boolean => one.name === name;
      const { instances, parked } = settings;
      return {
        ...settings,
        instances: [...instances.filter(isOther), ...parked.filter(isIt)],
        parked: [...parked.filter(isOther), ...instances.filter(isIt)],
      };
    }
    case "restart":
      return change([name], (instance) => ({
        ...instance,
        virtualRouterId: instance.virtualRouterId +
          (instance.virtualRouterId > OTHER_VRID ? -OTHER_VRID : OTHER_VRID),
      }));
    case "lease":
      return {
        ...settings,
        vipLeaseSeconds: settings.vipLeaseSeconds === null ? 3 : null,
      };
    case "groups":
      return {
        ...settings,
        syncGroups: settings.syncGroups.length > 0 ? [] : cluster.groups,
      };
    default:
      return what satisfies never;
  }
}

/** One address more, or one less. */
function withOtherVips(
  instance: InstanceSettings,
  number: number,
): InstanceSettings {
  const { virtualIps } = instance;
  const [first] = virtualIps;
  if (first === undefined) return instance;
  if (virtualIps.length > 1 && number % 2 === 0) {
    return { ...instance, virtualIps: virtualIps.slice(1) };
  }
  const bytes = first.address.split(".");
  const address = [...bytes.slice(0, 2), 200 + instance.virtualRouterId % 50, 1]
    .join(".");
  if (virtualIps.some((vip) => vip.address === address)) return instance;
  const added = virtualIp(address, 32, first.interface, {});
  return { ...instance, virtualIps: [...virtualIps, added] };
}
