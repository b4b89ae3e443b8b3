// From facts to what is shown: every key, by literals.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import * as v from "valibot";
import { type Status, statusSchema } from "../../src/control/snapshot.ts";
import type { InstanceFacts } from "../../src/daemon/core_status.ts";
import {
  type SnapshotFacts,
  snapshotOf,
} from "../../src/daemon/side/snapshot.ts";
import { settingsOf } from "./side_settings.ts";

const ZERO = { script: 0, email: 0, webhook: 0 };

const MASTER: InstanceFacts = {
  name: "VI_1",
  state: "MASTER",
  since: Date.UTC(2026, 10, 25, 20, 0, 0, 7),
  reason: { kind: "silence", peer: "192.0.2.2", silentFor: 3609 },
  previous: "BACKUP",
  priority: 140,
  terms: [{
    ...{ kind: "check", tracker: "web", weight: -10, reverse: false },
    ...{ up: false, value: null, term: -10, isFault: false },
    detail: "connection refused",
  }],
  faults: [],
  drain: null,
  yielded: false,
  source: "192.0.2.1",
  skewTime: 453.125,
  masterDownInterval: 3453.125,
  nextAdvertIn: 610,
  masterDownIn: null,
  preemptIn: null,
  checksumForm: "pseudo_header",
  master: { address: "192.0.2.1", priority: 140, isSelf: true },
  heard: [{
    ...{ address: "192.0.2.2", priority: 100, ago: 421_000, adverts: 17 },
    mismatch: ["address_list"],
  }],
  vips: [
    {
      ...{ address: "192.0.2.100", prefix: 24, interface: "eth0" },
      ...{ isExcluded: false, owner: "alived" },
    },
    {
      ...{ address: "2001:db8::1", prefix: 64, interface: "eth1" },
      ...{ isExcluded: true, owner: "other" },
    },
  ],
  counters: {
    ...{ sent: 9000, sendErrors: 1, received: 17, zeroSent: 2 },
    ...{ zeroReceived: 3, releasedMaster: 4, announcements: 40 },
    transitions: { INIT: 0, BACKUP: 5, MASTER: 6, FAULT: 7 },
    ...{ losingAdverts: 8, repairs: 9, addressListMismatch: 10, stalls: 11 },
    dropped: { checksum: 12 },
  },
};

const BACKUP: InstanceFacts = {
  ...MASTER,
  ...{ name: "VI_2", state: "BACKUP", since: 0, reason: null },
  ...{ previous: null, priority: 100, terms: [], heard: [], vips: [] },
  ...{ nextAdvertIn: null, masterDownIn: 2000.5, preemptIn: 30 },
  ...{ checksumForm: "message" },
  master: { address: "192.0.2.2", priority: 200, isSelf: false },
};

const SETTINGS = settingsOf([
  {
    ...{ priority: 150, auth_type: "PASS", auth_pass: "s3cret" },
    virtual_ips: ["192.0.2.100/24"],
    excluded_virtual_ips: [{ address: "2001:db8::1/64", interface: "eth1" }],
    track_scripts: [{ name: "web", weight: -10 }],
  },
  {
    ...{ virtual_router_id: 52, version: 3, advert_interval: "250ms" },
    ...{ preempt: false, unicast_peers: ["192.0.2.2"] },
    garp: { delay: "2500ms" },
  },
], {
  global: { vip_lease: 10, router_id: "r1" },
  health_checkers: [{
    ...{ name: "web", type: "tcp", interval: 2, rise: 3, fall: 2 },
    config: { host: "127.0.0.1", port: 80 },
  }],
  sync_groups: [{ name: "G1", instances: ["VI_1", "VI_2"] }],
});

const FACTS: SnapshotFacts = {
  time: Date.UTC(2026, 10, 25, 21, 0, 0, 123),
  ...{ host: "node1", version: "0.2.0", runtime: "deno 2.9.6", pid: 4711 },
  started: Date.UTC(2026, 10, 20, 8),
  settings: SETTINGS,
  config: {
    ...{ path: "/etc/alived/config.yaml", sha256: "9f", isChanged: null },
    loaded: Date.UTC(2026, 10, 20, 8, 1),
    reloadedAt: Date.UTC(2026, 10, 20, 8, 2),
    isApplied: false,
  },
  core: {
    whole: {
      ...{ turns: 123_456, reloads: 1, stalls: 2, netlinkSlow: 3 },
      netlinkOverruns: 4,
      lateness: {
        counts: [1, 2, 3, 4, 5, 6, 7, 8, 9],
        ...{ sum: 31.5, max: 1500 },
      },
    },
    // In another order than they are configured.
    instances: [BACKUP, MASTER],
    took: 0.4,
  },
  process: {
    ...{ resident: 73_400_320, cpuSeconds: 12.34, openFds: 33 },
    maxFds: 65_536,
  },
  log: { level: "info", lost: 5 },
  services: {
    checks: [{
      ...{ check: "web", up: false, value: null, detail: "down", streak: 1 },
      isRunning: true,
      since: Date.UTC(2026, 10, 25, 20, 59),
      last: [
        {
          time: Date.UTC(2026, 10, 25, 20, 59, 58),
          ...{ duration: 4.5, ok: true, detail: "" },
        },
        {
          time: Date.UTC(2026, 10, 25, 21),
          ...{ duration: 2000, ok: null, detail: "No memory" },
        },
      ],
      runs: { ok: 7, fail: 8, timeout: 9 },
    }],
    notifications: {
      queued: { ...ZERO, webhook: 1 },
      delivered: { ...ZERO, script: 2 },
      failed: { ...ZERO, email: 3 },
      lastFailure: {
        time: Date.UTC(2026, 10, 25, 20, 0, 1),
        ...{ name: "VI_1", state: "MASTER", receiver: "a@example.com" },
        detail: "no route to host",
      },
    },
  },
  watchers: { present: 1, dropped: 2 },
  cluster: [{
    ...{ url: "http://192.0.2.2:9650", host: "node2", error: null },
    fetched_seconds_ago: 1.2,
    instances: [{
      ...{ name: "VI_1", vrid: 1, family: "ipv4", state: "BACKUP" },
      ...{ effective: 100, drained: false },
    }],
  }],
};

const NO_DROPS = {
  ...{ ip_header: 0, truncated: 0, unknown_vrid: 0, own_address: 0 },
  ...{ source: 0, unknown_peer: 0, hop_limit: 0, destination: 0, version: 0 },
  ...{ type: 0, length: 0, checksum: 12, auth_type: 0, auth_data: 0 },
  interval: 0,
};

const COUNTERS: Status["instances"][number]["counters"] = {
  adverts_sent: 9000,
  adverts_received: 17,
  send_errors: 1,
  priority_zero_sent: 2,
  priority_zero_received: 3,
  became_master: 6,
  released_master: 4,
  transitions: { INIT: 0, BACKUP: 5, MASTER: 6, FAULT: 7 },
  announcements_sent: 40,
  losing_adverts: 8,
  addresses_repaired: 9,
  address_list_mismatch: 10,
  stalls: 11,
  dropped: NO_DROPS,
};

const STATUS: Status = {
  schema: 1,
  time: "2026-11-25T21:00:00.123Z",
  host: "node1",
  router_id: "r1",
  version: "0.2.0",
  runtime: "deno 2.9.6",
  pid: 4711,
  started: "2026-11-20T08:00:00.000Z",
  config: {
    path: "/etc/alived/config.yaml",
    loaded: "2026-11-20T08:01:00.000Z",
    sha256: "9f",
    changed_on_disk: null,
    last_reload_ok: false,
    last_reload: "2026-11-20T08:02:00.000Z",
  },
  core: {
    answered_in_seconds: 0.0004,
    turns: 123_456,
    lateness: {
      buckets: [
        { le: 0.0001, count: 1 },
        { le: 0.001, count: 2 },
        { le: 0.005, count: 3 },
        { le: 0.01, count: 4 },
        { le: 0.02, count: 5 },
        { le: 0.05, count: 6 },
        { le: 0.1, count: 7 },
        { le: 1, count: 8 },
        { le: null, count: 9 },
      ],
      sum_seconds: 0.0315,
      max_seconds: 1.5,
    },
    stalls: 2,
    netlink_slow: 3,
    netlink_overruns: 4,
  },
  process: {
    resident_bytes: 73_400_320,
    cpu_seconds: 12.34,
    open_fds: 33,
    max_fds: 65_536,
  },
  log: { level: "info", lines_lost: 5 },
  lease_seconds: 10,
  instances: [
    {
      ...{ name: "VI_1", interface: "eth0", vrid: 1, family: "ipv4" },
      ...{ version: 2, group: "G1", state: "MASTER" },
      since: "2026-11-25T20:00:00.007Z",
      reason: "heard nothing from 192.0.2.2 for 3.609 s",
      cause: "silence",
      previous: "BACKUP",
      priority: {
        base: 150,
        effective: 140,
        terms: [{
          ...{ kind: "check", tracker: "web", weight: -10, reverse: false },
          ...{ up: false, value: null, term: -10, fault: false },
          detail: "connection refused",
        }],
      },
      faults: [],
      drained: null,
      yielded: false,
      source: "192.0.2.1",
      transport: "multicast",
      peers_configured: [],
      advert_interval_seconds: 1,
      garp_delay_seconds: 5,
      skew_seconds: 0.453125,
      master_down_seconds: 3.453125,
      next_advert_in_seconds: 0.61,
      master_down_in_seconds: null,
      preempt: true,
      preempt_in_seconds: null,
      checksum: null,
      auth: "PASS",
      master: { address: "192.0.2.1", priority: 140, self: true },
      heard: [{
        ...{ address: "192.0.2.2", priority: 100, last_seconds_ago: 421 },
        ...{ adverts: 17, mismatch: ["address_list"] },
      }],
      vips: [
        {
          ...{ address: "192.0.2.100/24", interface: "eth0", excluded: false },
          ...{ held: true, owner: "alived", lease_seconds: 10 },
        },
        {
          ...{ address: "2001:db8::1/64", interface: "eth1", excluded: true },
          ...{ held: true, owner: "other", lease_seconds: null },
        },
      ],
      counters: COUNTERS,
    },
    {
      ...{ name: "VI_2", interface: "eth0", vrid: 52, family: "ipv4" },
      ...{ version: 3, group: "G1", state: "BACKUP" },
      since: "1970-01-01T00:00:00.000Z",
      ...{ reason: null, cause: null, previous: null },
      priority: { base: 100, effective: 100, terms: [] },
      ...{ faults: [], drained: null, yielded: false, source: "192.0.2.1" },
      transport: "unicast",
      peers_configured: ["192.0.2.2"],
      advert_interval_seconds: 0.25,
      garp_delay_seconds: 2.5,
      skew_seconds: 0.453125,
      master_down_seconds: 3.453125,
      next_advert_in_seconds: null,
      master_down_in_seconds: 2.0005,
      preempt: false,
      preempt_in_seconds: 0.03,
      checksum: "message",
      auth: "NONE",
      master: { address: "192.0.2.2", priority: 200, self: false },
      ...{ heard: [], vips: [] },
      counters: COUNTERS,
    },
  ],
  groups: [{ name: "G1", state: "BACKUP", members: ["VI_1", "VI_2"] }],
  checks: [{
    ...{ name: "web", type: "tcp", state: "down", running: true },
    since: "2026-11-25T20:59:00.000Z",
    ...{ streak: 1, rise: 3, fall: 2, interval_seconds: 2 },
    history: [
      {
        time: "2026-11-25T20:59:58.000Z",
        ...{ ok: true, seconds: 0.0045, message: null },
      },
      {
        time: "2026-11-25T21:00:00.000Z",
        ...{ ok: false, seconds: 2, message: "No memory" },
      },
    ],
    runs: { ok: 7, fail: 8, timeout: 9 },
    used_by: ["VI_1"],
  }],
  notifications: {
    kinds: [
      { kind: "script", queued: 0, delivered: 2, failed: 0 },
      { kind: "email", queued: 0, delivered: 0, failed: 3 },
      { kind: "webhook", queued: 1, delivered: 0, failed: 0 },
    ],
    last_failure: {
      time: "2026-11-25T20:00:01.000Z",
      message: 'Cannot tell a@example.com that "VI_1" is MASTER: no route to ' +
        "host",
    },
  },
  watchers: { present: 1, dropped: 2 },
  cluster: [{
    ...{ url: "http://192.0.2.2:9650", host: "node2", error: null },
    fetched_seconds_ago: 1.2,
    instances: [{
      ...{ name: "VI_1", vrid: 1, family: "ipv4", state: "BACKUP" },
      ...{ effective: 100, drained: false },
    }],
  }],
};

/** A snapshot as it is read again, which its schema allows. */
function shown(changes: Partial<SnapshotFacts> = {}): Status {
  const status = snapshotOf({ ...FACTS, ...changes });
  const read = JSON.parse(JSON.stringify(status));
  deepStrictEqual(v.parse(v.strictObject(statusSchema.entries), read), read);
  return read;
}

Deno.test("a status says all that is known, and no secret", () => {
  const status = shown();
  deepStrictEqual(status, STATUS);
  strictEqual(JSON.stringify(status).includes("s3cret"), false);
});

Deno.test("what is not configured has its defaults", () => {
  const status = shown({
    settings: settingsOf([{}]),
    services: { checks: [], notifications: null },
    cluster: [],
  });
  strictEqual(status.router_id, "node1");
  strictEqual(status.lease_seconds, 0);
  deepStrictEqual(status.groups, []);
  deepStrictEqual(status.checks, []);
  strictEqual(status.instances[0]?.group, null);
  strictEqual(status.instances[0]?.auth, "NONE");
  deepStrictEqual(
    status.instances[0]?.vips.map(({ lease_seconds }) => lease_seconds),
    [null, null],
  );
  deepStrictEqual(status.notifications, {
    kinds: ["script", "email", "webhook"].map((kind) => ({
      ...{ kind, queued: 0, delivered: 0, failed: 0 },
    })),
    last_failure: null,
  });
});

Deno.test("an order to drain, faults and an unknown check are shown", () => {
  const drain = { since: 0, until: 60_000, by: "ops", reason: "kernel" };
  const drained: InstanceFacts = {
    ...MASTER,
    ...{ state: "FAULT", yielded: true, master: null, source: null },
    drain: { ...drain, lastResort: false },
    faults: [{
      cause: "interface",
      reason: {
        ...{ kind: "interface", interface: "eth0", condition: "down" },
        carries: null,
      },
    }],
  };
  const [web] = FACTS.services.checks;
  const status = shown({
    core: { ...FACTS.core, instances: [drained, BACKUP] },
    services: {
      checks: web === undefined ? [] : [{ ...web, up: null, last: [] }],
      notifications: null,
    },
  });
  const [instance] = status.instances;
  deepStrictEqual(instance?.drained, {
    since: "1970-01-01T00:00:00.000Z",
    until: "1970-01-01T00:01:00.000Z",
    ...{ by: "ops", reason: "kernel", last_resort: false },
  });
  deepStrictEqual(instance?.faults, [
    { cause: "interface", reason: 'interface "eth0" is down' },
  ]);
  deepStrictEqual([instance?.yielded, instance?.master], [true, null]);
  deepStrictEqual(status.groups[0]?.state, "FAULT");
  deepStrictEqual(status.checks[0]?.state, "unknown");
});

Deno.test("a group is master when all its members are", () => {
  const second = { ...BACKUP, state: "MASTER" } as const;
  const instances = [MASTER, second];
  const status = shown({ core: { ...FACTS.core, instances } });
  deepStrictEqual(status.groups.map(({ state }) => state), ["MASTER"]);
});

Deno.test("what the core does not run, or the side does not know, is left out", () => {
  const instances = [MASTER, { ...BACKUP, name: "VI_9" }];
  const status = shown({ core: { ...FACTS.core, instances } });
  deepStrictEqual(status.instances.map(({ name }) => name), ["VI_1"]);
});

Deno.test("a check that a group tracks is used by all of its members", () => {
  const settings = settingsOf([{}, {}, {}], {
    health_checkers: [{
      ...{ name: "web", type: "tcp", interval: 2 },
      config: { host: "127.0.0.1", port: 80 },
    }],
    sync_groups: [{
      ...{ name: "G1", instances: ["VI_1", "VI_3"] },
      track_scripts: ["web"],
    }],
  });
  const { checks } = shown({ settings });
  deepStrictEqual(checks.map(({ used_by }) => used_by), [["VI_1", "VI_3"]]);
});
