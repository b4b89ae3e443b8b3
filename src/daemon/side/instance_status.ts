/**
 * One instance as a status shows it, from its settings and what the core said.
 * Pure.
 *
 * @module
 */

import type { InstanceSettings } from "../../config/settings/instance.ts";
import type { DrainStatus, InstanceStatus } from "../../control/snapshot.ts";
import { reasonInWords } from "../../log/reason_words.ts";
import type { Drain } from "../../vrrp/operator.ts";
import { DROP_REASONS } from "../../wire/drop_reason.ts";
import type {
  CounterStatus,
  HeardStatus,
  InstanceFacts,
  TermStatus,
  VipStatus,
} from "../core_status.ts";
import { seconds, secondsOrNull, timeText } from "./units.ts";

/** What of the whole configuration matters for an instance. */
export interface Frame {
  /** Name of its sync group, or null. */
  readonly group: string | null;
  /** Seconds that the kernel keeps an address unrenewed, or null for ever. */
  readonly lease: number | null;
}

/** Show one instance. */
export function instanceStatus(
  settings: InstanceSettings,
  facts: InstanceFacts,
  { group, lease }: Frame,
): InstanceStatus {
  const { unicastPeers: peers, family, version } = settings;
  const { reason, master } = facts;
  return {
    name: settings.name,
    interface: settings.interface,
    vrid: settings.virtualRouterId,
    ...{ family, version, group },
    state: facts.state,
    since: timeText(facts.since),
    reason: reason === null ? null : reasonInWords(reason),
    cause: reason?.kind ?? null,
    previous: facts.previous,
    priority: {
      base: settings.priority,
      effective: facts.priority,
      terms: facts.terms.map(termOf),
    },
    faults: facts.faults.map(({ cause, reason }) => ({
      cause,
      reason: reasonInWords(reason),
    })),
    drained: facts.drain === null ? null : drainOf(facts.drain),
    yielded: facts.yielded,
    source: facts.source,
    transport: peers.length === 0 ? "multicast" : "unicast",
    peers_configured: peers.map(({ address }) => address),
    advert_interval_seconds: seconds(settings.advertInterval),
    garp_delay_seconds: seconds(settings.garp.delay),
    skew_seconds: seconds(facts.skewTime),
    master_down_seconds: seconds(facts.masterDownInterval),
    next_advert_in_seconds: secondsOrNull(facts.nextAdvertIn),
    master_down_in_seconds: secondsOrNull(facts.masterDownIn),
    preempt: settings.preempt,
    preempt_in_seconds: secondsOrNull(facts.preemptIn),
    checksum: version === 3 && family === "ipv4" ? facts.checksumForm : null,
    auth: settings.password === null ? "NONE" : "PASS",
    master: master === null ? null : {
      address: master.address,
      priority: master.priority,
      self: master.isSelf,
    },
    heard: facts.heard.map(heardOf),
    vips: facts.vips.map((vip) => vipOf(vip, lease)),
    counters: countersOf(facts.counters),
  };
}

function termOf(
  { isFault, ...term }: TermStatus,
): InstanceStatus["priority"]["terms"][number] {
  return { ...term, fault: isFault };
}

function drainOf({ since, until, by, reason, lastResort }: Drain): DrainStatus {
  return {
    since: timeText(since),
    until: until === null ? null : timeText(until),
    by,
    reason,
    last_resort: lastResort,
  };
}

function heardOf(
  { address, priority, ago, adverts, mismatch }: HeardStatus,
): InstanceStatus["heard"][number] {
  return {
    ...{ address, priority, last_seconds_ago: seconds(ago), adverts },
    mismatch: [...mismatch],
  };
}

function vipOf(
  { address, prefix, interface: link, isExcluded, owner }: VipStatus,
  lease: number | null,
): InstanceStatus["vips"][number] {
  return {
    address: `${address}/${prefix}`,
    interface: link,
    excluded: isExcluded,
    held: owner !== null,
    owner,
    lease_seconds: owner === "alived" ? lease : null,
  };
}

function countersOf(counters: CounterStatus): InstanceStatus["counters"] {
  const { dropped, transitions } = counters;
  return {
    adverts_sent: counters.sent,
    adverts_received: counters.received,
    send_errors: counters.sendErrors,
    priority_zero_sent: counters.zeroSent,
    priority_zero_received: counters.zeroReceived,
    became_master: transitions.MASTER,
    released_master: counters.releasedMaster,
    transitions: { ...transitions },
    announcements_sent: counters.announcements,
    losing_adverts: counters.losingAdverts,
    addresses_repaired: counters.repairs,
    address_list_mismatch: counters.addressListMismatch,
    stalls: counters.stalls,
    dropped: Object.fromEntries(
      DROP_REASONS.map((reason) => [reason, dropped[reason] ?? 0]),
    ),
  };
}
