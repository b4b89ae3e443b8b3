// The loop stood still: silence proves nothing, and others may be master.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import {
  advance,
  configure,
  detectStall,
  expire,
  newEngine,
} from "../../src/vrrp/engine.ts";
import type { Input } from "../../src/vrrp/state.ts";
import { promotedAt, STARTED, testCells } from "./vrrp_cell.ts";
import {
  ADD,
  advert,
  ALONE,
  ANNOUNCE,
  BACKUP,
  FAULT,
  INIT,
  MASTER,
  REMOVE,
  sends,
  tells,
  V2,
  V3,
} from "./vrrp_example.ts";

const STALL: Input = { type: "stall" };
const FAST = { ...V3, advertInterval: 100 };
const SLOW_MASTER = { address: "10.0.0.20", priority: 200, interval: 1000 };
const AGAIN = { ...STARTED, master: BACKUP.master, waits: "again" } as const;

testCells([
  {
    name: "BACKUP an interval late takes over",
    state: ALONE,
    input: { type: "deadline" },
    at: 14_609.375,
    next: promotedAt(14_609.375),
    actions: [
      sends(100),
      ADD,
      ANNOUNCE,
      tells("BACKUP", "MASTER", "heard no master for 4.609 s"),
    ],
  },
  {
    name: "BACKUP more than an interval late listens once more",
    state: BACKUP,
    input: { type: "deadline" },
    next: AGAIN,
    actions: [{ type: "stalled", late: 6390.625 }],
  },
  {
    name: "BACKUP late after a resignation listens once more",
    state: { ...BACKUP, waits: "skew" },
    input: { type: "deadline" },
    next: AGAIN,
    actions: [{ type: "stalled", late: 9390.625 }],
  },
  {
    name: "BACKUP measures its lateness by the interval of its master",
    config: FAST,
    state: { ...BACKUP, master: SLOW_MASTER },
    input: { type: "deadline" },
    at: 14_600,
    next: promotedAt(14_600),
    actions: [
      sends(100),
      ADD,
      ANNOUNCE,
      tells("BACKUP", "MASTER", "heard nothing from 10.0.0.20 for 4.600 s"),
    ],
  },
  {
    name: "BACKUP that waited for its group is not late",
    state: ALONE,
    input: { type: "deadline", due: 19_500 },
    next: promotedAt(20_000),
    actions: [
      sends(100),
      ADD,
      ANNOUNCE,
      tells("BACKUP", "MASTER", "heard no master for 10.000 s"),
    ],
  },
  {
    name: "BACKUP that listened once more takes over however late",
    state: { ...ALONE, waits: "again" },
    input: { type: "deadline" },
    at: 99_000,
    next: promotedAt(99_000),
    actions: [
      sends(100),
      ADD,
      ANNOUNCE,
      tells("BACKUP", "MASTER", "heard no master for 89.000 s"),
    ],
  },
  {
    name: "BACKUP that stalled as MASTER takes over however late",
    state: { ...ALONE, waits: "interval" },
    input: { type: "deadline" },
    at: 99_000,
    next: promotedAt(99_000),
    actions: [
      sends(100),
      ADD,
      ANNOUNCE,
      tells("BACKUP", "MASTER", "heard no master for 89.000 s"),
    ],
  },
  {
    name: "BACKUP that listens once more hears its master",
    state: { ...ALONE, waits: "again" },
    input: advert("10.0.0.20", 200),
    next: { ...STARTED, master: SLOW_MASTER },
  },
  {
    name: "BACKUP that stalled as MASTER hears another master",
    state: { ...ALONE, waits: "interval" },
    input: advert("10.0.0.20", 200),
    next: { ...STARTED, master: SLOW_MASTER },
  },
  {
    name: "BACKUP notices a stall when it would take over",
    state: BACKUP,
    input: STALL,
    at: 99_000,
    next: "same",
  },
  {
    name: "MASTER as late as the master-down interval goes on",
    state: MASTER,
    input: STALL,
    at: 13_609.375,
    next: "same",
  },
  {
    name: "MASTER later than that yields without resigning, for one interval",
    state: { ...MASTER, refusals: 2 },
    input: STALL,
    at: 13_610,
    next: { ...ALONE, heardAt: 13_610, waits: "interval", refusals: 2 },
    actions: [
      { type: "stalled", late: 3610 },
      REMOVE,
      tells("MASTER", "BACKUP", "stood still for 3.610 s"),
    ],
  },
  { name: "INIT has no time", state: INIT, input: STALL, next: "same" },
  { name: "FAULT has no time", state: FAULT, input: STALL, next: "same" },
]);

Deno.test("a stalled backup is stalled once: it takes over after the second interval", () => {
  const engine = newEngine();
  configure(engine, "a", V2);
  advance(engine, "a", { type: "startup" }, 0);
  const [stalled] = expire(engine, 50_000);
  deepStrictEqual(stalled?.action, { type: "stalled", late: 46_390.625 });
  strictEqual(engine.routers.get("a")?.deadline, 53_609.375);
  strictEqual(expire(engine, 60_000).length, 4);
  strictEqual(engine.routers.get("a")?.state.name, "MASTER");
});

Deno.test("detectStall() makes a master yield before it hears of another", () => {
  const engine = newEngine();
  engine.routers.set("a", { config: V2, state: MASTER, deadline: 11_000 });
  deepStrictEqual(
    detectStall(engine, 15_000).map(({ action }) => action.type),
    ["stalled", "removeAddresses", "transition"],
  );
  // A better one answers: no advert goes out. Nobody answers: it goes on after
  // its interval and skew time.
  strictEqual(engine.routers.get("a")?.deadline, 16_609.375);
  deepStrictEqual(advance(engine, "a", advert("10.0.0.20", 200), 15_000), []);
  strictEqual(engine.routers.get("a")?.deadline, 18_609.375);
});

Deno.test("detectStall() does nothing while no deadline has passed", () => {
  const engine = newEngine();
  engine.routers.set("a", { config: V2, state: MASTER, deadline: 11_000 });
  deepStrictEqual(detectStall(engine, 10_999.999), []);
  deepStrictEqual(detectStall(engine, 12_000), []);
  strictEqual(engine.routers.get("a")?.state, MASTER);
});
