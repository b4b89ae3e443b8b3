import { strictEqual } from "node:assert/strict";
import { nextDeadline } from "../../src/vrrp/deadline.ts";
import type { RouterConfig, RouterState } from "../../src/vrrp/state.ts";
import {
  ALONE,
  BACKUP,
  FAULT,
  INIT,
  MASTER,
  ONE_BURST,
  REFUSED,
  V2,
  V3,
} from "./vrrp_example.ts";

const learned = { address: "10.0.0.20", priority: 200, interval: 200 };

const deadlines: readonly {
  name: string;
  config: RouterConfig;
  state: RouterState;
  at: number;
}[] = [
  { name: "INIT is never", config: V2, state: INIT, at: Infinity },
  {
    name: "BACKUP is a master-down interval after the advert",
    config: V2,
    state: BACKUP,
    at: 13_609.375,
  },
  {
    name: "BACKUP is a master-down interval after the start",
    config: V2,
    state: ALONE,
    at: 13_609.375,
  },
  {
    name: "BACKUP follows the effective priority",
    config: V2,
    state: { ...BACKUP, priority: 60 },
    at: 13_765.625,
  },
  {
    name: "BACKUP counts the configured adverts",
    config: { ...V2, downTimerAdverts: 5 },
    state: BACKUP,
    at: 15_609.375,
  },
  {
    name: "BACKUP is a skew time after priority 0",
    config: V2,
    state: { ...BACKUP, waits: "skew" },
    at: 10_609.375,
  },
  {
    name: "BACKUP in v2 keeps to its own interval",
    config: V2,
    state: { ...BACKUP, master: learned },
    at: 13_609.375,
  },
  {
    name: "BACKUP in v3 takes the interval of the master",
    config: V3,
    state: { ...BACKUP, master: learned },
    at: 10_721.875,
  },
  {
    name: "BACKUP in v3 takes it for the skew time too",
    config: V3,
    state: { ...BACKUP, master: learned, waits: "skew" },
    at: 10_121.875,
  },
  {
    name: "BACKUP in v3 has its own interval while it has heard nobody",
    config: V3,
    state: ALONE,
    at: 13_609.375,
  },
  {
    name: "BACKUP is an interval and a skew time after it stalled as MASTER",
    config: V2,
    state: { ...ALONE, waits: "interval" },
    at: 11_609.375,
  },
  {
    name: "BACKUP is a whole master-down interval after it stalled",
    config: V2,
    state: { ...BACKUP, waits: "again" },
    at: 13_609.375,
  },
  {
    name: "MASTER is the repair of its addresses",
    config: V2,
    state: { ...MASTER, repairedAt: 10_500, repairAt: 10_520 },
    at: 10_520,
  },
  { name: "MASTER is the next advert", config: V2, state: MASTER, at: 11_000 },
  {
    name: "MASTER is an announcement before the next advert",
    config: V2,
    state: { ...MASTER, announceAgainAt: 10_700 },
    at: 10_700,
  },
  {
    name: "MASTER is the next advert before an announcement",
    config: V2,
    state: { ...MASTER, announceAgainAt: 11_700 },
    at: 11_000,
  },
  {
    name: "MASTER is the refreshing announcement",
    config: { ...V2, garp: { delay: 0, refresh: 9500 } },
    state: MASTER,
    at: 10_500,
  },
  {
    name: "MASTER is the sooner of two announcements",
    config: { ...V2, garp: { delay: 9800, refresh: 9500 } },
    state: { ...MASTER, announceAgainAt: 10_800 },
    at: 10_500,
  },
  {
    name: "MASTER has no refreshing announcement with 0",
    config: { ...ONE_BURST, advertInterval: 255_000 },
    state: MASTER,
    at: 265_000,
  },
  { name: "FAULT is never", config: V2, state: FAULT, at: Infinity },
  {
    name: "FAULT over refused addresses is the next try",
    config: V2,
    state: REFUSED,
    at: 11_000,
  },
  {
    name: "FAULT is never once the addresses are not the cause",
    config: V2,
    state: { ...REFUSED, faults: FAULT.faults },
    at: Infinity,
  },
];

for (const { name, config, state, at } of deadlines) {
  Deno.test(`nextDeadline() in ${name}`, () => {
    strictEqual(nextDeadline(config, state), at);
  });
}
