/**
 * What two hosts say of themselves on a middling day: node1 is master of VI_1
 * with a check that is down, node2 stands by; VI_2 is the other way round, and
 * drained on node1.
 *
 * @module
 */

import type { InstanceStatus, Status } from "../../src/control/snapshot.ts";
import { heard, instance, status, term, vip } from "./control_example.ts";

const TIME = "2026-11-25T21:00:00.250Z";

/** Every reason for which a datagram is not used. */
const DROPPED = {
  ip_header: 0,
  truncated: 1,
  unknown_vrid: 0,
  own_address: 0,
  source: 0,
  unknown_peer: 0,
  hop_limit: 2,
  destination: 3,
  version: 0,
  type: 4,
  length: 5,
  checksum: 6,
  auth_type: 7,
  auth_data: 8,
  interval: 9,
};

/** The master of VI_1. */
export const VI_1: InstanceStatus = instance({
  reason: "heard nothing from 192.0.2.2 for 3.610 s",
  priority: {
    base: 150,
    effective: 140,
    terms: [
      term({
        ...{ tracker: "nginx", up: false, term: -10 },
        detail: "connection refused",
      }),
      term({ kind: "interface", tracker: "eth1", weight: -20 }),
      term({ tracker: "slow", weight: 0, up: null }),
    ],
  },
  transport: "unicast",
  peers_configured: ["192.0.2.2", "192.0.2.3"],
  skew_seconds: 0.453125,
  master_down_seconds: 3.453125,
  master: { address: "192.0.2.1", priority: 140, self: true },
  heard: [heard({ priority: 0, last_seconds_ago: 421.1234567, adverts: 17 })],
  vips: [
    vip({ held: true, owner: "alived" }),
    vip({
      ...{ address: "2001:db8::100/64", interface: "eth1" },
      ...{ excluded: true, held: true, owner: "other" },
    }),
  ],
  // Each has a number of its own, so that none is taken for another.
  counters: {
    adverts_sent: 9000,
    adverts_received: 17,
    send_errors: 1,
    priority_zero_sent: 2,
    priority_zero_received: 3,
    became_master: 4,
    released_master: 5,
    transitions: { INIT: 0, BACKUP: 6, MASTER: 4, FAULT: 1 },
    announcements_sent: 40,
    losing_adverts: 11,
    addresses_repaired: 12,
    address_list_mismatch: 13,
    stalls: 14,
    dropped: DROPPED,
  },
});

/** node1 with VI_2, which is drained there. */
const VI_2: InstanceStatus = {
  ...VI_1,
  name: "VI_2",
  vrid: 52,
  state: "FAULT",
  previous: "MASTER",
  priority: { base: 100, effective: 100, terms: [] },
  faults: [{ cause: "operator", reason: "out of service by order" }],
  drained: {
    since: TIME,
    until: null,
    by: "ops",
    reason: "kernel update",
    last_resort: false,
  },
  transport: "multicast",
  peers_configured: [],
  master: { address: "192.0.2.2", priority: 200, self: false },
  heard: [heard({ priority: 200, last_seconds_ago: 0.5, adverts: 400 })],
  vips: [vip({ address: "192.0.2.101/24" })],
};

/** A status of node1. */
export const NODE1: Status = status({
  time: TIME,
  config: {
    ...status().config,
    last_reload: "2026-11-24T12:00:00.500Z",
  },
  core: {
    answered_in_seconds: 0.0004,
    turns: 123456,
    lateness: {
      buckets: [
        { le: 0.0001, count: 900 },
        { le: 0.001, count: 990 },
        { le: 0.005, count: 998 },
        { le: 0.01, count: 999 },
        { le: 0.02, count: 999 },
        { le: 0.05, count: 1000 },
        { le: 0.1, count: 1000 },
        { le: 1, count: 1000 },
        { le: null, count: 1001 },
      ],
      sum_seconds: 2.125,
      max_seconds: 1.75,
    },
    stalls: 1,
    netlink_slow: 2,
    netlink_overruns: 3,
  },
  process: {
    resident_bytes: 78_643_200,
    cpu_seconds: 61.5,
    open_fds: 31,
    max_fds: 65_536,
  },
  log: { level: "info", lines_lost: 4 },
  instances: [VI_1, VI_2],
  checks: [
    {
      name: "nginx",
      type: "http",
      state: "down",
      running: false,
      since: "2026-11-25T20:59:48.000Z",
      streak: 0,
      rise: 2,
      fall: 2,
      interval_seconds: 2,
      history: [
        {
          time: "2026-11-25T20:59:58.000Z",
          ok: true,
          seconds: 0.25,
          message: null,
        },
        {
          time: TIME,
          ok: false,
          seconds: 0.004,
          message: "connection refused",
        },
      ],
      runs: { ok: 2000, fail: 12, timeout: 1 },
      used_by: ["VI_1"],
    },
    {
      name: "slow",
      type: "script",
      state: "unknown",
      running: true,
      since: null,
      streak: 0,
      rise: 1,
      fall: 1,
      interval_seconds: 60,
      history: [],
      runs: { ok: 0, fail: 0, timeout: 0 },
      used_by: ["VI_1"],
    },
  ],
  notifications: {
    kinds: [{ kind: "email", queued: 1, delivered: 20, failed: 2 }],
    last_failure: null,
  },
  watchers: { present: 1, dropped: 2 },
});

/** A status of node2. */
export const NODE2: Status = {
  ...NODE1,
  host: "node2",
  router_id: "node2",
  instances: [
    {
      ...VI_1,
      state: "BACKUP",
      previous: "INIT",
      priority: { base: 100, effective: 100, terms: [] },
      peers_configured: ["192.0.2.1"],
      master: { address: "192.0.2.1", priority: 140, self: false },
      heard: [{
        address: "192.0.2.1",
        priority: 140,
        last_seconds_ago: 0.25,
        adverts: 9000,
        mismatch: [],
      }],
      vips: VI_1.vips.map((vip) => ({ ...vip, held: false, owner: null })),
    },
    {
      ...VI_2,
      state: "MASTER",
      previous: "BACKUP",
      priority: { base: 200, effective: 200, terms: [] },
      faults: [],
      drained: null,
      master: { address: "192.0.2.2", priority: 200, self: true },
      heard: [],
      vips: VI_2.vips.map((vip) => ({ ...vip, held: true, owner: "alived" })),
    },
  ],
};
