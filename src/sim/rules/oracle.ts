/**
 * What a host should make of its configuration, its links and the verdicts
 * that it was told: written a second time, and in the plainest way.
 *
 * @module
 */

import type { InstanceSettings } from "../../config/settings/instance.ts";
import type { TrackerSettings } from "../../config/settings/tracker.ts";
import { RT_SCOPE_HOST } from "../../wire/rtnetlink.ts";
import type { Drain } from "../../vrrp/operator.ts";
import type { CheckVerdict } from "../host.ts";
import type { HostSettings } from "../story/host_settings.ts";
import type { Machine, SimLink } from "../machine/machine.ts";

/** What is known on a host. */
export interface Known {
  /** Its configuration. */
  readonly settings: HostSettings;
  /** Verdicts by check. */
  readonly verdicts: ReadonlyMap<string, CheckVerdict>;
  /** Its kernel. */
  readonly machine: Machine;
  /** Orders to drain, by instance. */
  readonly drains: ReadonlyMap<string, Drain>;
}

const OWNER = 255;

/** The settings of an instance. */
export function settingsOf(
  { settings }: Known,
  name: string,
): InstanceSettings | undefined {
  return settings.instances.find((instance) => instance.name === name);
}

/** Names of those that are master together with an instance, itself too. */
export function unitOf({ settings }: Known, name: string): readonly string[] {
  const group = settings.syncGroups.find(({ instances }) =>
    instances.includes(name)
  );
  if (group === undefined) return [name];
  const there = new Set(settings.instances.map((instance) => instance.name));
  return group.instances.filter((member) => there.has(member));
}

/** The effective priority of an instance. */
export function priorityOf(known: Known, instance: InstanceSettings): number {
  if (instance.priority === OWNER) return OWNER;
  let priority = instance.priority;
  for (const tracker of trackersOf(known, instance)) {
    const { weight, reverse } = tracker;
    const up = isUp(known, tracker);
    if (up === null || weight === 0) continue;
    const good = up !== reverse;
    if (good === (weight > 0)) priority += weight;
  }
  const isLastResort = unitOf(known, instance.name).some((member) =>
    known.drains.get(member)?.lastResort === true
  );
  if (isLastResort) return 1;
  return Math.min(Math.max(priority, 1), OWNER - 1);
}

/** The trackers that count for an instance. */
export function trackersOf(
  known: Known,
  instance: InstanceSettings,
): readonly TrackerSettings[] {
  const group = known.settings.syncGroups.find(({ instances }) =>
    instances.includes(instance.name)
  );
  const others = (group?.instances ?? [])
    .flatMap((name) => settingsOf(known, name)?.trackers ?? [])
    .filter(({ weight }) => weight !== 0);
  const all = [...instance.trackers, ...group?.trackers ?? [], ...others];
  return all.filter(({ watch: { type, name } }, i) =>
    all.findIndex(({ watch }) => watch.type === type && watch.name === name) ===
      i
  );
}

/** Whether a check counts for any instance. */
export function counts(known: Known, check: string): boolean {
  return known.settings.instances.some((instance) =>
    trackersOf(known, instance).some(({ watch }) =>
      watch.type === "check" && watch.name === check
    )
  );
}

function isUp(known: Known, { watch }: TrackerSettings): boolean | null {
  if (watch.type === "check") return known.verdicts.get(watch.name)?.up ?? null;
  return isRunning(known.machine.byName(watch.name));
}

function isRunning(link: SimLink | undefined): link is SimLink {
  return link !== undefined && link.up && link.carrier;
}

/** Why an instance cannot serve by itself, or null when it can. */
export function obstacleOf(
  known: Known,
  instance: InstanceSettings,
): string | null {
  const order = known.drains.get(instance.name);
  if (order?.lastResort === false) return "an order to drain";
  const link = known.machine.byName(instance.interface);
  if (!isRunning(link)) return "its link is down";
  for (const vip of allVips(instance)) {
    if (!vip.track || vip.interface === null) continue;
    if (!isRunning(known.machine.byName(vip.interface))) {
      return `the link of ${vip.address} is down`;
    }
  }
  if (!hasSource(known, instance)) return "no address of its own";
  for (const tracker of trackersOf(known, instance)) {
    if (tracker.weight !== 0) continue;
    const up = isUp(known, tracker);
    if (up !== null && up === tracker.reverse) {
      return `${tracker.watch.type} "${tracker.watch.name}"`;
    }
  }
  return null;
}

/** Why an instance cannot serve, be it because of its group. */
export function unitObstacle(known: Known, name: string): string | null {
  for (const member of unitOf(known, name)) {
    const instance = settingsOf(known, member);
    const obstacle = instance && obstacleOf(known, instance);
    if (obstacle) return `${member}: ${obstacle}`;
  }
  return null;
}

/** Whether the link of an instance has an address to send adverts from. */
export function hasSource(
  { settings, machine }: Known,
  instance: InstanceSettings,
): boolean {
  const link = machine.byName(instance.interface);
  if (link === undefined) return false;
  const virtual = new Set(
    settings.instances.flatMap((one) =>
      one.priority === OWNER ? [] : allVips(one).map(({ address }) => address)
    ),
  );
  const usable = link.addresses.all().filter(({ family, scope }) =>
    family === "ipv4" && scope < RT_SCOPE_HOST
  );
  if (instance.priority === OWNER) return usable.length > 0;
  return usable.some(({ address, owner }) =>
    owner !== "alived" && !virtual.has(address)
  );
}

/** The addresses of all that an instance holds while master. */
export function addressesOf(
  instance: InstanceSettings | undefined,
): readonly string[] {
  return instance ? allVips(instance).map(({ address }) => address) : [];
}

/** All that an instance holds while master. */
export function allVips(
  { virtualIps, excludedVirtualIps }: InstanceSettings,
): InstanceSettings["virtualIps"] {
  return [...virtualIps, ...excludedVirtualIps];
}
