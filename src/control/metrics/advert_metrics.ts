/**
 * Metrics of adverts, and of who else sends them.
 *
 * @module
 */

import type { InstanceStatus, Status } from "../snapshot.ts";
import { byInstance, type Metric, ofInstance, secondsOf } from "./metric.ts";

type Heard = InstanceStatus["heard"][number];

/** What is sent, heard and refused. */
export const ADVERT_METRICS: readonly Metric[] = [
  ofInstance(
    "counter",
    { name: "alived_adverts_sent_total", help: "Adverts sent." },
    ({ counters }) => counters.adverts_sent,
  ),
  ofInstance(
    "counter",
    {
      name: "alived_adverts_received_total",
      help: "Adverts of others that were valid.",
    },
    ({ counters }) => counters.adverts_received,
  ),
  ofInstance(
    "counter",
    {
      name: "alived_advert_send_errors_total",
      help: "Adverts that the kernel refused to send.",
    },
    ({ counters }) => counters.send_errors,
  ),
  byInstance(
    "counter",
    {
      name: "alived_adverts_dropped_total",
      help: "Datagrams that were not used, by reason.",
    },
    ["reason"],
    ({ counters }) =>
      Object.entries(counters.dropped)
        .map(([reason, count]) => [{ reason }, count]),
  ),
  ofInstance(
    "counter",
    {
      name: "alived_priority_zero_sent_total",
      help: "Adverts of priority 0 sent: it resigned.",
    },
    ({ counters }) => counters.priority_zero_sent,
  ),
  ofInstance(
    "counter",
    {
      name: "alived_priority_zero_received_total",
      help: "Adverts of priority 0 heard: another master resigned.",
    },
    ({ counters }) => counters.priority_zero_received,
  ),
  ofInstance(
    "counter",
    {
      name: "alived_losing_adverts_total",
      help: "Adverts of another master heard while master.",
    },
    ({ counters }) => counters.losing_adverts,
  ),
  ofInstance(
    "counter",
    {
      name: "alived_address_list_mismatches_total",
      help: "Valid adverts with other addresses than those configured here.",
    },
    ({ counters }) => counters.address_list_mismatch,
  ),
  ofInstance(
    "counter",
    {
      name: "alived_stalls_total",
      help: "Times that it listened again or yielded because this host had " +
        "not run the daemon.",
    },
    ({ counters }) => counters.stalls,
  ),
  ofInstance(
    "gauge",
    {
      name: "alived_master_priority",
      help: "Priority of the other host that is master; no series while " +
        "there is none.",
    },
    ({ master }) => master === null || master.self ? null : master.priority,
  ),
  ofInstance(
    "gauge",
    {
      name: "alived_master_last_advert_timestamp_seconds",
      help: "When the other host that is master was heard last, in seconds " +
        "since 1970; no series while there is none.",
    },
    ({ master, heard }, status) => {
      if (master === null || master.self) return null;
      const last = heard.find(({ address }) => address === master.address);
      return last === undefined ? null : heardAt(last, status);
    },
  ),
  byInstance(
    "gauge",
    {
      name: "alived_peer_last_advert_timestamp_seconds",
      help: "When a unicast peer was heard last, in seconds since 1970; 0 " +
        "while it never was, as a backup that is silent.",
    },
    ["peer"],
    ({ peers_configured: peers, heard }, status) =>
      [...new Set(peers)].map((peer) => {
        const last = heard.find(({ address }) => address === peer);
        return [{ peer }, last === undefined ? 0 : heardAt(last, status)];
      }),
  ),
];

/** Whole milliseconds: the age is of another clock than the time. */
function heardAt(heard: Heard, { time }: Status): number {
  return Math.round(secondsOf(time) * 1_000 - heard.last_seconds_ago * 1_000) /
    1_000;
}
