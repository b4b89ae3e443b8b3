/**
 * Metrics of the daemon itself.
 *
 * @module
 */

import { labelText, numberOf } from "../metrics_text.ts";
import type { Status } from "../snapshot.ts";
import {
  byLabels,
  type Metric,
  ofDaemon,
  type Sample,
  secondsOf,
} from "./metric.ts";

/** Whether the core answers; of no status when it does not. */
export const UP_METRIC = {
  name: "alived_up",
  type: "gauge",
  labels: [],
  help: "1 while the core of the daemon answers, 0 while it does not.",
  read: (status: Status | null) => [
    { labels: "", value: Number(status !== null) },
  ],
} as const satisfies Metric<Status | null>;

/** The daemon, its configuration and its log. */
export const DAEMON_METRICS: readonly Metric[] = [
  UP_METRIC,
  byLabels(
    "gauge",
    {
      name: "alived_build_info",
      help: "1; its labels are the version and the runtime of it.",
    },
    ["version", "runtime"],
    ({ version, runtime }) => [[{ version, runtime }, 1]],
  ),
  ofDaemon(
    "gauge",
    {
      name: "alived_start_time_seconds",
      help: "When the daemon was started, in seconds since 1970.",
    },
    ({ started }) => secondsOf(started),
  ),
  ofDaemon(
    "gauge",
    {
      name: "alived_config_last_reload_successful",
      help: "1 when the last reload was applied, 0 when it was refused.",
    },
    ({ config }) => Number(config.last_reload_ok),
  ),
  ofDaemon(
    "gauge",
    {
      name: "alived_config_last_reload_timestamp_seconds",
      help: "When it was reloaded last, in seconds since 1970.",
    },
    ({ config }) => secondsOf(config.last_reload),
  ),
  byLabels(
    "gauge",
    {
      name: "alived_config_changed_on_disk",
      help: "1 while the file is another one than what runs; no series " +
        "while it cannot be read.",
    },
    [],
    ({ config: { changed_on_disk: changed } }) =>
      changed === null ? [] : [[{}, Number(changed)]],
  ),
  ofDaemon(
    "gauge",
    {
      name: "alived_lease_seconds",
      help: "How long the kernel keeps an address that is not renewed; 0 " +
        "for ever.",
    },
    (status) => status.lease_seconds,
  ),
  ofDaemon(
    "counter",
    {
      name: "alived_log_lines_lost_total",
      help: "Lines of the log that nobody took in time.",
    },
    ({ log }) => log.lines_lost,
  ),
  ofDaemon(
    "gauge",
    {
      name: "alived_watchers",
      help: "Clients that are told of events as they happen.",
    },
    ({ watchers }) => watchers.present,
  ),
  ofDaemon(
    "counter",
    {
      name: "alived_watchers_dropped_total",
      help: "Such clients that read too slowly and were closed.",
    },
    ({ watchers }) => watchers.dropped,
  ),
];

/** How punctual the core is, and what it costs. */
export const CORE_METRICS: readonly Metric[] = [
  {
    name: "alived_loop_lateness_seconds",
    type: "histogram",
    labels: [],
    help: "How late the core woke for what was due.",
    read: latenessOf,
  },
  ofDaemon(
    "counter",
    {
      name: "alived_core_stalls_total",
      help: "Times that this host did not run the core when it was due.",
    },
    ({ core }) => core.stalls,
  ),
  ofDaemon(
    "counter",
    {
      name: "alived_netlink_slow_total",
      help: "Changes of addresses that the kernel took more than 100 ms for.",
    },
    ({ core }) => core.netlink_slow,
  ),
  ofDaemon(
    "counter",
    {
      name: "alived_netlink_overruns_total",
      help: "Times that news of links and addresses came too fast; the " +
        "kernel was asked again.",
    },
    ({ core }) => core.netlink_overruns,
  ),
  ofDaemon(
    "gauge",
    {
      name: "process_resident_memory_bytes",
      help: "Memory of the process that is resident.",
    },
    ({ process }) => process.resident_bytes,
  ),
  ofDaemon(
    "counter",
    {
      name: "process_cpu_seconds_total",
      help: "Time of processors that the process used.",
    },
    ({ process }) => process.cpu_seconds,
  ),
  ofDaemon(
    "gauge",
    { name: "process_open_fds", help: "Open file descriptors." },
    ({ process }) => process.open_fds,
  ),
  ofDaemon(
    "gauge",
    { name: "process_max_fds", help: "File descriptors that may be open." },
    ({ process }) => process.max_fds,
  ),
];

function latenessOf({ core: { lateness } }: Status): Sample[] {
  const { buckets, sum_seconds: sum } = lateness;
  const bounded = buckets.filter(({ le }) => le !== null);
  const all = buckets.find(({ le }) => le === null)?.count ??
    bounded.at(-1)?.count ?? 0;
  return [
    ...[...bounded, { le: null, count: all }].map(({ le, count }): Sample => ({
      part: "bucket",
      labels: labelText({ le: numberOf(le ?? Infinity) }),
      value: count,
    })),
    { part: "sum", labels: "", value: sum },
    { part: "count", labels: "", value: all },
  ];
}
