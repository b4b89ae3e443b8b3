// The loop stood still: silence proves nothing, and others may be master.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import {
  advance,
  configure,
  detectStall,
  earliestDeadline,
  type Engine,
  type InstanceAction,
  newEngine,
} from "../../src/vrrp/engine.ts";
import type { Input, RouterConfig } from "../../src/vrrp/state.ts";
import { promotedAt, STARTED, testCells } from "./vrrp_cell.ts";
import {
  advert,
  ALONE,
  ANNOUNCE,
  BACKUP,
  expireAt,
  FAULT,
  HOLD,
  INIT,
  MASTER,
  ONE_BURST,
  RELEASE,
  sends,
  silence,
  TAKE_OVER,
  tells,
  V2,
  V3,
} from "./vrrp_example.ts";

/** This process was not run for long. */
const STALL: Input = { type: "stall", lost: 9000 };

const SLOW_MASTER = { address: "10.0.0.20", priority: 200, interval: 1000 };
const AGAIN = { ...STARTED, master: BACKUP.master, waits: "again" } as const;

testCells([
  {
    name: "BACKUP that stalled listens once more",
    state: BACKUP,
    input: { ...TAKE_OVER, stalled: true },
    next: AGAIN,
    actions: [{ type: "stalled", late: 6390.625 }],
  },
  {
    name: "BACKUP that hears its master meanwhile has nothing to take over",
    state: { ...BACKUP, heardAt: 19_000 },
    input: { ...TAKE_OVER, stalled: true },
    next: "same",
  },
  {
    name: "BACKUP that listened once more takes over however late",
    state: { ...ALONE, waits: "again" },
    input: TAKE_OVER,
    at: 99_000,
    next: promotedAt(99_000),
    actions: [
      sends(100),
      HOLD,
      ANNOUNCE,
      tells("BACKUP", "MASTER", silence(null, 89000)),
    ],
  },
  {
    name: "BACKUP that stalled as MASTER takes over however late",
    state: { ...ALONE, waits: "interval" },
    input: TAKE_OVER,
    at: 99_000,
    next: promotedAt(99_000),
    actions: [
      sends(100),
      HOLD,
      ANNOUNCE,
      tells("BACKUP", "MASTER", silence(null, 89000)),
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
    name: "MASTER that was silent by work of its own goes on",
    state: MASTER,
    input: { type: "stall", lost: 0.5 },
    at: 13_610,
    next: "same",
  },
  {
    name: "MASTER late by work of its own is not late by a stall behind it",
    state: MASTER,
    input: { type: "stall", lost: 1000 },
    at: 15_000,
    next: "same",
  },
  {
    name: "MASTER that a stall made late yields, however little it took",
    state: MASTER,
    input: { type: "stall", lost: 390.625 },
    at: 14_000,
    next: { ...ALONE, heardAt: 14_000, waits: "interval" },
    actions: [
      { type: "stalled", late: 4000 },
      RELEASE,
      tells("MASTER", "BACKUP", {
        kind: "stall",
        lost: 390.625,
        overdue: 3000,
      }),
    ],
  },
  {
    name: "MASTER later than that yields without resigning, for one interval",
    state: { ...MASTER, refusals: 2 },
    input: STALL,
    at: 13_610,
    next: { ...ALONE, heardAt: 13_610, waits: "interval", refusals: 2 },
    actions: [
      { type: "stalled", late: 3610 },
      RELEASE,
      tells("MASTER", "BACKUP", { kind: "stall", lost: 9000, overdue: 2610 }),
    ],
  },
  { name: "INIT has no time", state: INIT, input: STALL, next: "same" },
  { name: "FAULT has no time", state: FAULT, input: STALL, next: "same" },
]);

/** Backups of these intervals that started at 0, and take over then. */
function backups(
  routers: Readonly<Record<string, RouterConfig>>,
): Engine {
  const engine = newEngine();
  for (const [name, config] of Object.entries(routers)) {
    configure(engine, name, config);
    advance(engine, name, { type: "startup" }, 0);
  }
  return engine;
}

/** The kinds of actions, with the instances. */
function told(actions: readonly InstanceAction[]): string[] {
  return actions.map(({ instance, action }) => `${instance} ${action.type}`);
}

Deno.test("a backup that was not run until an interval past its time listens once more", () => {
  for (const [lost, late] of [[0.25, 1000.25], [46_390.5, 46_390.625]]) {
    const engine = backups({ a: V2 });
    const now = 3609.375 + (late ?? 0);
    deepStrictEqual(expireAt(engine, lost ?? 0, now), [
      { instance: "a", action: { type: "stalled", late } },
    ]);
    strictEqual(earliestDeadline(engine), now + 3609.375);
    // Once: after the second silence it takes over however late.
    strictEqual(expireAt(engine, 1e6, now + 9000).length, 4);
    strictEqual(engine.routers.get("a")?.state.name, "MASTER");
  }
});

Deno.test("a backup takes over, not late by more than an interval", () => {
  const engine = backups({ a: V2 });
  strictEqual(expireAt(engine, 1e6, 4609.375).length, 4);
});

Deno.test("a backup takes over, late by work of its own", () => {
  for (const lost of [0, 0.5, 8390.5]) {
    const engine = backups({ a: V2 });
    strictEqual(expireAt(engine, lost, 13_000).length, 4);
  }
});

Deno.test("a backup measures its lateness by the interval of its master", () => {
  const engine = backups({ a: { ...V3, advertInterval: 100 } });
  advance(engine, "a", advert("10.0.0.20", 200, 1000), 100);
  strictEqual(earliestDeadline(engine), 3709.375);
  strictEqual(expireAt(engine, 1e6, 4709.375).length, 4);
});

Deno.test("a backup late after a resignation listens once more", () => {
  const engine = backups({ a: V2 });
  advance(engine, "a", advert("10.0.0.20", 0), 1000);
  deepStrictEqual(told(expireAt(engine, 1e6, 2700)), ["a stalled"]);
});

Deno.test("all that stalled is known in one call, however few it may run", () => {
  const engine = backups({ a: V2, b: V2, c: V2, d: { ...V2, priority: 1 } });
  deepStrictEqual(told(expireAt(engine, 1e6, 4900, 1)), [
    ...["a stalled", "b stalled", "c stalled"],
    // Its time was up less than an interval ago.
    ...["d sendAdvert", "d hold", "d announce", "d transition"],
  ]);
});

Deno.test("detectStall() makes a master yield before it hears of another", () => {
  const engine = backups({ a: { ...ONE_BURST, priority: 255 } });
  advance(engine, "a", { type: "priority", priority: 100 }, 0);
  deepStrictEqual(told(detectStall(engine, 4000, 5000)), [
    "a stalled",
    "a release",
    "a transition",
  ]);
  // A better one answers: no advert goes out. Nobody answers: it goes on after
  // its interval and skew time.
  strictEqual(earliestDeadline(engine), 6609.375);
  deepStrictEqual(advance(engine, "a", advert("10.0.0.20", 200), 5000), []);
  strictEqual(earliestDeadline(engine), 8609.375);
});

Deno.test("detectStall() does nothing without a stall, or to a master that was not missed", () => {
  const engine = backups({ a: { ...ONE_BURST, priority: 255 } });
  const before = engine.routers.get("a");
  deepStrictEqual(detectStall(engine, 0, 99_000), []);
  deepStrictEqual(detectStall(engine, 99, 999.999), []);
  deepStrictEqual(detectStall(engine, 2000, 3000), []);
  strictEqual(engine.routers.get("a"), before);
});
