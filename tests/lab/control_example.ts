/**
 * A status as a daemon would give it, in parts that tests change.
 *
 * @module
 */

import type {
  CheckStatus,
  InstanceStatus,
  PeerStatus,
  Status,
} from "../../src/control/snapshot.ts";

/** When it all is so. */
export const TIME = "2026-11-25T21:00:00.123Z";

/** A term of a priority: check web, −10 while down, and it is up. */
export function term(
  changes: Partial<InstanceStatus["priority"]["terms"][number]> = {},
): InstanceStatus["priority"]["terms"][number] {
  return {
    kind: "check",
    tracker: "web",
    weight: -10,
    reverse: false,
    up: true,
    value: null,
    term: 0,
    fault: false,
    detail: null,
    ...changes,
  };
}

/** The term of check web when it is down. */
export const WEB_DOWN = term({
  ...{ up: false, term: -10, detail: "connection refused" },
});

/** An instance: a master with priority 150, for 2 h 14 min. */
export function instance(
  changes: Partial<InstanceStatus> = {},
): InstanceStatus {
  return {
    name: "VI_1",
    interface: "eth0",
    vrid: 51,
    family: "ipv4",
    version: 2,
    group: null,
    state: "MASTER",
    since: "2026-11-25T18:46:00.000Z",
    reason: "heard nothing from 192.0.2.2 for 3.609 s",
    cause: "silence",
    previous: "BACKUP",
    priority: { base: 150, effective: 150, terms: [] },
    faults: [],
    drained: null,
    yielded: false,
    source: "192.0.2.1",
    transport: "multicast",
    peers_configured: [],
    advert_interval_seconds: 1,
    garp_delay_seconds: 5,
    skew_seconds: 0.4140625,
    master_down_seconds: 3.4140625,
    next_advert_in_seconds: 0.61,
    master_down_in_seconds: null,
    preempt: true,
    preempt_in_seconds: null,
    checksum: null,
    auth: "PASS",
    master: { address: "192.0.2.1", priority: 150, self: true },
    heard: [],
    vips: [{
      address: "192.0.2.100/24",
      interface: "eth0",
      excluded: false,
      held: true,
      owner: "alived",
      lease_seconds: null,
    }],
    counters: {
      adverts_sent: 9000,
      adverts_received: 17,
      send_errors: 0,
      priority_zero_sent: 1,
      priority_zero_received: 2,
      became_master: 2,
      released_master: 1,
      transitions: { INIT: 0, BACKUP: 2, MASTER: 2, FAULT: 0 },
      announcements_sent: 40,
      losing_adverts: 0,
      addresses_repaired: 0,
      address_list_mismatch: 0,
      stalls: 0,
      dropped: { checksum: 3, hop_limit: 0 },
    },
    ...changes,
  };
}

/** An instance that listens to a master of priority 200, with 100. */
export function backup(changes: Partial<InstanceStatus> = {}): InstanceStatus {
  return instance({
    name: "VI_2",
    state: "BACKUP",
    reason: "192.0.2.2 has priority 200, more than our 100",
    cause: "better",
    previous: "MASTER",
    priority: { base: 100, effective: 100, terms: [] },
    skew_seconds: 0.609375,
    master_down_seconds: 3.609375,
    next_advert_in_seconds: null,
    master_down_in_seconds: 2.9,
    master: { address: "192.0.2.2", priority: 200, self: false },
    heard: [heard({ priority: 200, last_seconds_ago: 0.7, adverts: 8061 })],
    vips: [vip({ address: "192.0.2.101/24" })],
    ...changes,
  });
}

/** Another host by its adverts. */
export function heard(
  changes: Partial<InstanceStatus["heard"][number]> = {},
): InstanceStatus["heard"][number] {
  return {
    address: "192.0.2.2",
    priority: 100,
    last_seconds_ago: 421.2,
    adverts: 17,
    mismatch: [],
    ...changes,
  };
}

/** An address that is not held. */
export function vip(
  changes: Partial<InstanceStatus["vips"][number]> = {},
): InstanceStatus["vips"][number] {
  return {
    address: "192.0.2.100/24",
    interface: "eth0",
    excluded: false,
    held: false,
    owner: null,
    lease_seconds: null,
    ...changes,
  };
}

/** A check that is up, and answered in 4 ms. */
export function check(changes: Partial<CheckStatus> = {}): CheckStatus {
  return {
    name: "db",
    type: "tcp",
    state: "up",
    since: "2026-11-25T20:00:00.000Z",
    running: false,
    streak: 0,
    rise: 3,
    fall: 2,
    interval_seconds: 2,
    history: [{
      time: "2026-11-25T20:59:59.000Z",
      ok: true,
      seconds: 0.004,
      message: null,
    }],
    runs: { ok: 1800, fail: 0, timeout: 0 },
    used_by: ["VI_1"],
    ...changes,
  };
}

/** A check that has been down for 12 s. */
export const NGINX_DOWN = check({
  name: "nginx",
  type: "http",
  state: "down",
  since: "2026-11-25T20:59:48.000Z",
  streak: 1,
  history: [
    {
      time: "2026-11-25T20:59:57.000Z",
      ok: false,
      seconds: 0.001,
      message: "connection refused",
    },
    {
      time: "2026-11-25T20:59:59.000Z",
      ok: true,
      seconds: 0.25,
      message: null,
    },
  ],
  runs: { ok: 1793, fail: 6, timeout: 1 },
});

/** Another host that stands by for VRID 51 with priority 100. */
export function peer(changes: Partial<PeerStatus> = {}): PeerStatus {
  return {
    url: "http://192.0.2.2:9650",
    host: "node2",
    fetched_seconds_ago: 1.2,
    error: null,
    instances: [{
      name: "VI_1",
      vrid: 51,
      family: "ipv4",
      state: "BACKUP",
      effective: 100,
      drained: false,
    }],
    ...changes,
  };
}

/** A whole status: of one master, unless told otherwise. */
export function status(changes: Partial<Status> = {}): Status {
  return {
    schema: 1,
    time: TIME,
    host: "node1",
    router_id: "node1",
    version: "0.2.0",
    runtime: "deno 2.9.6",
    pid: 4711,
    started: "2026-11-20T08:00:00.000Z",
    config: {
      path: "/etc/alived/config.yaml",
      loaded: "2026-11-20T08:00:00.000Z",
      sha256: "9f".repeat(32),
      changed_on_disk: false,
      last_reload_ok: true,
      last_reload: "2026-11-20T08:00:00.000Z",
    },
    core: {
      answered_in_seconds: 0.0004,
      turns: 123456,
      lateness: { buckets: [], sum_seconds: 1.5, max_seconds: 0.0031 },
      stalls: 0,
      netlink_slow: 0,
      netlink_overruns: 0,
    },
    process: {
      resident_bytes: 75e6,
      cpu_seconds: 12.5,
      open_fds: 30,
      max_fds: 65536,
    },
    log: { level: "info", lines_lost: 0 },
    lease_seconds: 0,
    instances: [instance()],
    groups: [],
    checks: [],
    notifications: { kinds: [], last_failure: null },
    watchers: { present: 0, dropped: 0 },
    cluster: [],
    ...changes,
  };
}
