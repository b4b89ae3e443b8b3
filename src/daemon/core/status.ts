/**
 * What the core says of itself to the side when it is asked: made then, of what
 * is so, a part in each turn.
 *
 * @module
 */

import { addressKey } from "../../kernel/held_record.ts";
import { ALIVED_PROTOCOL } from "../../kernel/link_condition.ts";
import type { VirtualIp } from "../../config/settings/instance.ts";
import { advertDueAt, masterInterval } from "../../vrrp/deadline.ts";
import { takeOverAt } from "../../vrrp/engine.ts";
import { initialState, type RouterState } from "../../vrrp/state.ts";
import { masterDownInterval, skewTime } from "../../vrrp/timing.ts";
import {
  type CoreStatus,
  type HeardStatus,
  type InstanceFacts,
  MOST_INSTANCES,
  type VipStatus,
} from "../core_status.ts";
import type { ToCore } from "../messages.ts";
import { type Core, stateOf } from "./core.ts";
import { counted } from "./counters.ts";
import type { HeardHost } from "./heard_hosts.ts";
import { carrierOf, type Instance } from "./instance.ts";
import { checksumFormOf } from "./send.ts";
import { termsOf } from "./track.ts";

/** Addresses with which a part has enough instances. */
const ADDRESSES = 512;

/** Answer the side. */
export function tellStatus(
  core: Core,
  { id, from }: Extract<ToCore, { type: "status" }>,
): void {
  const status = coreStatus(core, from, core.kernel.now());
  core.outbox.notice({ type: "status", id, status });
}

/**
 * What is so now. Changes nothing, and asks the machine for nothing.
 *
 * @param from Number of the first instance, from 0.
 */
export function coreStatus(
  core: Core,
  from: number,
  now: number,
): CoreStatus {
  const instances: InstanceFacts[] = [];
  let addresses = 0;
  for (const instance of core.instances.values().drop(from)) {
    const facts = factsOf(core, instance, now);
    instances.push(facts);
    addresses += facts.vips.length;
    if (instances.length >= MOST_INSTANCES || addresses >= ADDRESSES) break;
  }
  const to = from + instances.length;
  const next = to < core.instances.size ? to : null;
  return { ...core.tally.status(), instances, next };
}

function factsOf(
  core: Core,
  instance: Instance,
  now: number,
): InstanceFacts {
  const { settings, entrance, counters, hosts } = instance;
  const { name } = settings;
  const state = stateOf(core, name) ?? initialState(settings);
  const vipOf = (vip: VirtualIp, isExcluded: boolean): VipStatus => ({
    ...{ address: vip.address, prefix: vip.prefix, isExcluded },
    interface: carrierOf(settings, vip),
    owner: ownerOf(core, vip, carrierOf(settings, vip)),
  });
  return {
    name,
    state: state.name,
    since: entrance.time,
    reason: entrance.reason,
    previous: entrance.from,
    priority: state.priority,
    terms: termsOf(core, instance),
    faults: Object.entries(state.faults)
      .map(([cause, reason]) => ({ cause, reason })),
    drain: core.drains.get(name) ?? null,
    yielded: state.yielded,
    source: state.source,
    ...timesOf(core, instance, state, now),
    checksumForm: checksumFormOf(instance),
    master: masterOf(instance, state, now),
    heard: hosts.newest().map((host) => heardStatus(instance, host, now)),
    vips: [
      ...settings.virtualIps.map((vip) => vipOf(vip, false)),
      ...settings.excludedVirtualIps.map((vip) => vipOf(vip, true)),
    ],
    counters: counted(counters),
  };
}

type Times = Pick<
  InstanceFacts,
  | "skewTime"
  | "masterDownInterval"
  | "nextAdvertIn"
  | "masterDownIn"
  | "preemptIn"
>;

function timesOf(
  { engine }: Core,
  { settings }: Instance,
  state: RouterState,
  now: number,
): Times {
  const { name, version, advertInterval, downTimerAdverts } = settings;
  const { priority } = state;
  const interval = state.name === "BACKUP"
    ? masterInterval(settings, state)
    : advertInterval;
  const tolerated = state.name === "BACKUP" ? state.toleratedSince : null;
  return {
    skewTime: skewTime(version, priority, interval),
    masterDownInterval: masterDownInterval(
      version,
      priority,
      interval,
      downTimerAdverts,
    ),
    nextAdvertIn: left(advertDueAt(settings, state), now),
    masterDownIn: state.name === "BACKUP"
      ? left(takeOverAt(engine, name), now)
      : null,
    preemptIn: tolerated === null
      ? null
      : left(tolerated + settings.preemptDelay, now),
  };
}

/** Milliseconds until a time, 0 when it is over; null for never. */
function left(until: number, now: number): number | null {
  return Number.isFinite(until) ? Math.max(0, until - now) : null;
}

function masterOf(
  instance: Instance,
  state: RouterState,
  now: number,
): InstanceFacts["master"] {
  switch (state.name) {
    case "MASTER": {
      const { source: address, priority } = state;
      return { address, priority, isSelf: true };
    }
    case "BACKUP": {
      const { master, lowerHeard, resigner } = state;
      const heard = lowerHeard ?? master;
      return heard === null || heard.address === resigner
        ? null
        : other(heard.address, heard.priority);
    }
    default: {
      // Who takes no part hears adverts all the same.
      const [newest] = instance.hosts.newest();
      if (newest === undefined) return null;
      const { heard: { source, advert: { priority, interval } }, at } = newest;
      const patience = (instance.settings.downTimerAdverts + 1) * interval;
      return priority === 0 || now - at > patience
        ? null
        : other(source, priority);
    }
  }
}

function other(
  address: string,
  priority: number,
): NonNullable<InstanceFacts["master"]> {
  return { address, priority, isSelf: false };
}

function heardStatus(
  { settings: { advertInterval } }: Instance,
  { heard: { source, advert, isAlike }, at, adverts }: HeardHost,
  now: number,
): HeardStatus {
  return {
    address: source,
    priority: advert.priority,
    ago: Math.max(0, now - at),
    adverts,
    mismatch: [
      ...isAlike ? [] : ["address_list"],
      ...advert.interval === advertInterval ? [] : ["interval"],
    ],
  };
}

/** Who added an address to this host, as far as that is known. */
function ownerOf(
  { links, ledger }: Core,
  vip: VirtualIp,
  link: string,
): VipStatus["owner"] {
  const index = links.byName(link)?.index;
  if (index === undefined) return null;
  const { address, prefix } = vip;
  const entry = ledger.get(addressKey({ index, address, prefix }));
  if (entry !== undefined) return entry.ours ? "alived" : "other";
  const found = links.address(index, address, prefix);
  if (found === undefined) return null;
  return found.protocol === ALIVED_PROTOCOL ? "alived" : "other";
}
