/**
 * The metrics of keepalived-exporter (github.com/mehdy/keepalived-exporter),
 * with its names, labels and numbers, for the boards and alerts of those who
 * come from keepalived.
 *
 * @module
 */

import { byLabels, type Metric, type Reading } from "./metrics/metric.ts";
import { textOf } from "./metrics_text.ts";
import type { CheckStatus, InstanceStatus, State, Status } from "./snapshot.ts";

const INSTANCE = ["iname", "intf", "vrid"];
const ADDRESS = [...INSTANCE, "ip_address"];
/** keepalived's numbers of the states. */
const NUMBERS: Readonly<Record<State, number>> = {
  INIT: 0,
  BACKUP: 1,
  MASTER: 2,
  FAULT: 3,
};

const UP: Metric<Status | null> = {
  name: "keepalived_up",
  type: "gauge",
  labels: [],
  help: "1 while the daemon answers.",
  read: (status) => [{ labels: "", value: Number(status !== null) }],
};

/** The metrics, by the names of keepalived-exporter. */
export const KEEPALIVED_METRICS: readonly Metric[] = [
  UP,
  byLabels(
    "gauge",
    {
      name: "keepalived_vrrp_state",
      help: "State, one series an address: 0 INIT, 1 BACKUP, 2 MASTER, " +
        "3 FAULT or drained; `intf` is the link of the address.",
    },
    ADDRESS,
    ({ instances }) =>
      instances.flatMap((instance) => {
        const addresses = stateByAddress(instance, false);
        return addresses.length > 0
          ? addresses
          : [stateOf(instance, instance.interface, "")];
      }),
  ),
  byLabels(
    "gauge",
    {
      name: "keepalived_vrrp_excluded_state",
      help: "The same for addresses that are not advertised.",
    },
    ADDRESS,
    ({ instances }) =>
      instances.flatMap((instance) => stateByAddress(instance, true)),
  ),
  ofInstance(
    "keepalived_advertisements_received_total",
    "Adverts received.",
    ({ counters }) => counters.adverts_received,
  ),
  ofInstance(
    "keepalived_advertisements_sent_total",
    "Adverts sent.",
    ({ counters }) => counters.adverts_sent,
  ),
  ofInstance(
    "keepalived_become_master_total",
    "Times that it became master.",
    ({ counters }) => counters.became_master,
  ),
  ofInstance(
    "keepalived_release_master_total",
    "Times that it ceased to be master.",
    ({ counters }) => counters.released_master,
  ),
  ofInstance(
    "keepalived_packet_length_errors_total",
    "Dropped: `length` and `truncated`.",
    dropped("length", "truncated"),
  ),
  ofInstance(
    "keepalived_advertisements_interval_errors_total",
    "Dropped: `interval`.",
    dropped("interval"),
  ),
  ofInstance(
    "keepalived_ip_ttl_errors_total",
    "Dropped: `hop_limit`.",
    dropped("hop_limit"),
  ),
  ofInstance(
    "keepalived_invalid_type_received_total",
    "Dropped: `type`.",
    dropped("type"),
  ),
  ofInstance(
    "keepalived_address_list_errors_total",
    "Adverts with other addresses, and dropped: `destination`.",
    (instance) =>
      instance.counters.address_list_mismatch +
      dropped("destination")(instance),
  ),
  ofInstance(
    "keepalived_authentication_invalid_total",
    "Dropped: `auth_type`.",
    dropped("auth_type"),
  ),
  ofInstance(
    "keepalived_authentication_mismatch_total",
    "Dropped: `auth_type`, the same.",
    dropped("auth_type"),
  ),
  ofInstance(
    "keepalived_authentication_failure_total",
    "Dropped: `auth_data`.",
    dropped("auth_data"),
  ),
  ofInstance(
    "keepalived_priority_zero_received_total",
    "Adverts of priority 0 heard.",
    ({ counters }) => counters.priority_zero_received,
  ),
  ofInstance(
    "keepalived_priority_zero_sent_total",
    "Adverts of priority 0 sent.",
    ({ counters }) => counters.priority_zero_sent,
  ),
  ofInstance(
    "keepalived_gratuitous_arp_delay_total",
    "`garp.delay` as configured, in seconds; it counts nothing.",
    (instance) => instance.garp_delay_seconds,
  ),
  byLabels(
    "gauge",
    {
      name: "keepalived_script_status",
      help:
        "1 GOOD or 0 BAD, of each check; no series until its first verdict.",
    },
    ["name"],
    ({ checks }) =>
      checks.filter(({ state }) => state !== "unknown")
        .map(({ name, state }) => [{ name }, Number(state === "up")]),
  ),
  byLabels(
    "gauge",
    {
      name: "keepalived_script_state",
      help: "1 while a check runs, 0 while it is idle.",
    },
    ["name"],
    ({ checks }) =>
      checks.map(({ name, running }: CheckStatus) => [
        { name },
        Number(running),
      ]),
  ),
];

/**
 * The metrics of a daemon as keepalived-exporter has them.
 *
 * @param status As it is now.
 */
export function keepalivedMetrics(status: Status): string {
  return textOf(KEEPALIVED_METRICS, status);
}

/** Those of a daemon whose core does not answer: `keepalived_up 0`. */
export function keepalivedMetricsOfSilence(): string {
  return textOf([UP], null);
}

function ofInstance(
  name: string,
  help: string,
  read: (instance: InstanceStatus) => number,
): Metric {
  return byLabels(
    "counter",
    { name, help },
    INSTANCE,
    ({ instances }) =>
      instances.map((instance) => [
        labelsOf(instance, instance.interface),
        read(instance),
      ]),
  );
}

function labelsOf(
  { name, vrid }: InstanceStatus,
  link: string,
): Record<string, string> {
  return { iname: name, intf: link, vrid: String(vrid) };
}

function stateByAddress(
  instance: InstanceStatus,
  excluded: boolean,
): Reading[] {
  return instance.vips
    .filter((vip) => vip.excluded === excluded)
    .map((vip) => {
      const [address = ""] = vip.address.split("/");
      return stateOf(instance, vip.interface, address);
    });
}

function stateOf(
  instance: InstanceStatus,
  link: string,
  address: string,
): Reading {
  return [
    { ...labelsOf(instance, link), ip_address: address },
    NUMBERS[instance.state],
  ];
}

function dropped(...reasons: string[]): (instance: InstanceStatus) => number {
  return ({ counters }) =>
    reasons.reduce((sum, reason) => sum + (counters.dropped[reason] ?? 0), 0);
}
