/**
 * Metrics of what an instance is, which addresses it has, and why.
 *
 * @module
 */

import { type InstanceStatus, STATE_NAMES } from "../snapshot.ts";
import {
  byInstance,
  type Metric,
  ofInstance,
  type Reading,
  secondsOf,
} from "./metric.ts";

type Vip = InstanceStatus["vips"][number];

/** What operators see of a state: out of service by order is no fault. */
const SHOWN = [...STATE_NAMES, "DRAINED"];

/** States, and what led to them. */
export const STATE_METRICS: readonly Metric[] = [
  byInstance(
    "gauge",
    {
      name: "alived_state",
      help: "1 for the present state, 0 for the others: INIT, BACKUP, " +
        "MASTER, FAULT, or DRAINED for one out of service by order.",
    },
    ["state"],
    (instance) => {
      const shown = shownState(instance);
      return SHOWN.map((state) => [{ state }, Number(state === shown)]);
    },
  ),
  ofInstance(
    "gauge",
    {
      name: "alived_drained",
      help: "1 while an operator has it out of service, also as a last resort.",
    },
    ({ drained }) => Number(drained !== null),
  ),
  ofInstance(
    "gauge",
    {
      name: "alived_yielded",
      help: "1 while it has handed over by order and does not preempt.",
    },
    ({ yielded }) => Number(yielded),
  ),
  byInstance(
    "counter",
    {
      name: "alived_transitions_total",
      help: "Changes of state, by the new state; a drained one goes to FAULT.",
    },
    ["to"],
    ({ counters: { transitions } }) =>
      STATE_NAMES.map((to) => [{ to }, transitions[to] ?? 0]),
  ),
  ofInstance(
    "gauge",
    {
      name: "alived_last_transition_timestamp_seconds",
      help: "When it came into the present state, in seconds since 1970.",
    },
    ({ since }) => secondsOf(since),
  ),
  ofInstance(
    "gauge",
    {
      name: "alived_advert_interval_seconds",
      help: "Time between two adverts, as configured.",
    },
    (instance) => instance.advert_interval_seconds,
  ),
  ofInstance(
    "gauge",
    {
      name: "alived_master_down_interval_seconds",
      help: "Silence after which a backup takes over.",
    },
    (instance) => instance.master_down_seconds,
  ),
];

/** Virtual addresses; an address on two links of an instance is one. */
export const VIP_METRICS: readonly Metric[] = [
  byInstance(
    "gauge",
    {
      name: "alived_vip_held",
      help: "1 while this host has the address.",
    },
    ["address"],
    ({ vips }) => byAddress(vips, ({ held }) => held),
  ),
  byInstance(
    "gauge",
    {
      name: "alived_vip_eligible",
      help: "1 while this host has the address or could take it over: " +
        "MASTER or BACKUP.",
    },
    ["address"],
    ({ vips, state }) =>
      byAddress(vips, () => state === "MASTER" || state === "BACKUP"),
  ),
  byInstance(
    "gauge",
    {
      name: "alived_vip_foreign",
      help: "1 while this host has the address, and not by alived.",
    },
    ["address"],
    ({ vips }) =>
      byAddress(vips, ({ held, owner }) => held && owner === "other"),
  ),
  ofInstance(
    "counter",
    {
      name: "alived_addresses_repaired_total",
      help: "Addresses put back that somebody else had removed.",
    },
    ({ counters }) => counters.addresses_repaired,
  ),
  ofInstance(
    "counter",
    {
      name: "alived_announcements_total",
      help: "Gratuitous ARP and neighbour advertisements sent.",
    },
    ({ counters }) => counters.announcements_sent,
  ),
];

/** Priorities, and the trackers that move them. */
export const PRIORITY_METRICS: readonly Metric[] = [
  ofInstance(
    "gauge",
    { name: "alived_priority_base", help: "Priority as configured." },
    ({ priority }) => priority.base,
  ),
  ofInstance(
    "gauge",
    {
      name: "alived_priority_effective",
      help: "Priority with what trackers add.",
    },
    ({ priority }) => priority.effective,
  ),
  byInstance(
    "gauge",
    {
      name: "alived_priority_term",
      help: "What a tracker adds to the priority now.",
    },
    ["kind", "tracker"],
    ({ priority: { terms } }) =>
      byTracker(terms, ({ term }) => term, (sum, term) => sum + term),
  ),
  byInstance(
    "gauge",
    {
      name: "alived_tracker_up",
      help: "1 while what is tracked is up, 0 while it is down, " +
        "NaN while nothing is known.",
    },
    ["kind", "tracker"],
    ({ priority: { terms } }) =>
      byTracker(terms, ({ up }) => up === null ? NaN : Number(up), (up) => up),
  ),
];

/**
 * The state as operators see it.
 *
 * @returns A name of a state, or `DRAINED`.
 */
function shownState({ state, drained }: InstanceStatus): string {
  const isOut = drained !== null && !drained.last_resort;
  return state === "FAULT" && isOut ? "DRAINED" : state;
}

function byAddress(
  vips: readonly Vip[],
  holds: (vip: Vip) => boolean,
): Reading[] {
  const found = new Map<string, boolean>();
  for (const vip of vips) {
    // Hosts may differ in the prefix; the address is what they share.
    const [address = ""] = vip.address.split("/");
    found.set(address, found.get(address) === true || holds(vip));
  }
  return [...found].map(([address, is]) => [{ address }, Number(is)]);
}

type Term = InstanceStatus["priority"]["terms"][number];

/** A group's members may track the same thing, each with its weight. */
function byTracker(
  terms: readonly Term[],
  read: (term: Term) => number,
  combine: (a: number, b: number) => number,
): Reading[] {
  const found = new Map<string, Reading>();
  for (const term of terms) {
    const { kind, tracker } = term;
    const key = `${kind} ${tracker}`;
    const value = read(term);
    const before = found.get(key)?.[1];
    found.set(key, [
      { kind, tracker },
      before === undefined ? value : combine(before, value),
    ]);
  }
  return [...found.values()];
}
