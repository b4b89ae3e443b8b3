/**
 * From what the core said and what the side knows to the status that is shown.
 * Pure.
 *
 * @module
 */

import type { Settings } from "../../config/settings.ts";
import type { CheckSettings } from "../../config/settings/check.ts";
import type { TrackerSettings } from "../../config/settings/tracker.ts";
import {
  type PeerStatus,
  SCHEMA,
  type State,
  type Status,
} from "../../control/snapshot.ts";
import type { CheckStatus } from "../../health/check.ts";
import type { LogLevel } from "../../log/level.ts";
import { RECEIVER_KINDS } from "../../notify/notification.ts";
import type { NotifierStatus } from "../../notify/notifier.ts";
import { type Lateness, LATENESS_BOUNDS } from "../core_status.ts";
import type { ConfigStatus } from "./config_facts.ts";
import { instanceStatus } from "./instance_status.ts";
import type { ProcessFacts } from "./process_facts.ts";
import type { ServicesStatus } from "./services.ts";
import type { CoreAnswer } from "./status_question.ts";
import { seconds, timeText } from "./units.ts";

/** All that a status is made of; times in milliseconds since 1970 UTC. */
export interface SnapshotFacts {
  readonly time: number;
  /** Name of the host. */
  readonly host: string;
  readonly version: string;
  /** The runtime, for example `deno 2.9.6`. */
  readonly runtime: string;
  readonly pid: number;
  /** When the daemon was started. */
  readonly started: number;
  /** Configuration in force. */
  readonly settings: Settings;
  readonly config: ConfigStatus;
  readonly core: CoreAnswer;
  readonly process: ProcessFacts;
  readonly log: { readonly level: LogLevel; readonly lost: number };
  readonly services: ServicesStatus;
  /** Who watches now, and how many were dropped for being slow. */
  readonly watchers: { readonly present: number; readonly dropped: number };
  /** The other hosts, by what they said of themselves. */
  readonly cluster: readonly PeerStatus[];
}

/** Make the status. */
export function snapshotOf(facts: SnapshotFacts): Status {
  const { settings, core, config, process, log, services } = facts;
  const { global, syncGroups } = settings;
  const { whole, took } = core;
  const instances = instancesOf(settings, core);
  const states = new Map(instances.map(({ name, state }) => [name, state]));
  return {
    schema: SCHEMA,
    time: timeText(facts.time),
    host: facts.host,
    router_id: global.routerId ?? facts.host,
    version: facts.version,
    runtime: facts.runtime,
    pid: facts.pid,
    started: timeText(facts.started),
    config: {
      path: config.path,
      loaded: timeText(config.loaded),
      sha256: config.sha256,
      changed_on_disk: config.isChanged,
      last_reload_ok: config.isApplied,
      last_reload: timeText(config.reloadedAt),
    },
    core: {
      answered_in_seconds: seconds(took),
      turns: whole.turns,
      lateness: lateness(whole.lateness),
      stalls: whole.stalls,
      netlink_slow: whole.netlinkSlow,
      netlink_overruns: whole.netlinkOverruns,
    },
    process: {
      resident_bytes: process.resident,
      cpu_seconds: process.cpuSeconds,
      open_fds: process.openFds,
      max_fds: process.maxFds,
    },
    log: { level: log.level, lines_lost: log.lost },
    lease_seconds: global.vipLeaseSeconds ?? 0,
    instances,
    groups: syncGroups.map(({ name, instances: members }) => ({
      name,
      state: groupState(members.flatMap((member) => states.get(member) ?? [])),
      members: [...members],
    })),
    checks: checksOf(settings, services.checks),
    notifications: notifications(services.notifications),
    watchers: { ...facts.watchers },
    cluster: [...facts.cluster],
  };
}

/** In the order of the configuration; the core's is that of their starts. */
function instancesOf(
  settings: Settings,
  { instances }: CoreAnswer,
): Status["instances"] {
  const known = new Map(instances.map((facts) => [facts.name, facts]));
  const groups = new Map(
    settings.syncGroups.flatMap(({ name, instances }) =>
      instances.map((member) => [member, name])
    ),
  );
  const lease = settings.global.vipLeaseSeconds;
  return settings.instances.flatMap((instance) => {
    const facts = known.get(instance.name);
    const group = groups.get(instance.name) ?? null;
    return facts === undefined
      ? []
      : instanceStatus(instance, facts, { group, lease });
  });
}

/** A group is what its members are; while they change together, the least. */
function groupState(members: readonly State[]): State {
  const found = LEAST_FIRST.find((state) => members.includes(state));
  return found ?? "INIT";
}

const LEAST_FIRST: readonly State[] = ["FAULT", "INIT", "BACKUP", "MASTER"];

function lateness(
  { counts, sum, max }: Lateness,
): Status["core"]["lateness"] {
  return {
    buckets: counts.map((count, i) => {
      const bound = LATENESS_BOUNDS[i];
      return { le: bound === undefined ? null : seconds(bound), count };
    }),
    sum_seconds: seconds(sum),
    max_seconds: seconds(max),
  };
}

function checksOf(
  settings: Settings,
  known: readonly CheckStatus[],
): Status["checks"] {
  const users = usersOf(settings);
  const statuses = new Map(known.map((status) => [status.check, status]));
  return settings.checks.flatMap((check) => {
    const status = statuses.get(check.name);
    return status === undefined
      ? []
      : checkOf(check, status, users.get(check.name) ?? []);
  });
}

function checkOf(
  { name, probe, rise, fall, interval }: CheckSettings,
  { up, isRunning, since, streak, last, runs }: CheckStatus,
  usedBy: readonly string[],
): Status["checks"][number] {
  return {
    name,
    type: probe.type,
    state: up === null ? "unknown" : up ? "up" : "down",
    running: isRunning,
    since: timeText(since),
    ...{ streak, rise, fall },
    interval_seconds: seconds(interval),
    history: last.map(({ time, ok, duration, detail }) => ({
      time: timeText(time),
      ok: ok === true,
      seconds: seconds(duration),
      message: detail === "" ? null : detail,
    })),
    runs: { ...runs },
    used_by: [...usedBy],
  };
}

/** The instances that track each check, themselves or through their group. */
function usersOf(
  { instances, syncGroups }: Settings,
): ReadonlyMap<string, readonly string[]> {
  const users = new Map<string, string[]>();
  for (const { name, trackers } of instances) {
    const group = syncGroups.find(({ instances }) => instances.includes(name));
    for (const check of checksAmong([...trackers, ...group?.trackers ?? []])) {
      users.set(check, [...users.get(check) ?? [], name]);
    }
  }
  return users;
}

function checksAmong(
  trackers: readonly TrackerSettings[],
): ReadonlySet<string> {
  return new Set(
    trackers.filter(({ watch }) => watch.type === "check")
      .map(({ watch }) => watch.name),
  );
}

function notifications(
  status: NotifierStatus | null,
): Status["notifications"] {
  const { lastFailure: failure = null } = status ?? {};
  return {
    kinds: RECEIVER_KINDS.map((kind) => ({
      kind,
      queued: status?.queued[kind] ?? 0,
      delivered: status?.delivered[kind] ?? 0,
      failed: status?.failed[kind] ?? 0,
    })),
    last_failure: failure === null ? null : {
      time: timeText(failure.time),
      message: `Cannot tell ${failure.receiver} that "${failure.name}" is ` +
        `${failure.state}: ${failure.detail}`,
    },
  };
}
