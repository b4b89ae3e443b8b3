// Faults that are believed when they have lasted.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { nextDeadline } from "../../src/vrrp/deadline.ts";
import { step } from "../../src/vrrp/router.ts";
import type { Input, PendingFault, RouterState } from "../../src/vrrp/state.ts";
import { STARTED, testCells } from "./vrrp_cell.ts";
import {
  ALONE,
  BACKUP,
  FAULT,
  INIT,
  LINK_DOWN,
  LINK_GONE,
  LINK_RECOVERS,
  LINK_UP,
  MASTER,
  NO_ROUTE,
  RELEASE,
  sends,
  STOPS,
  tells,
  V2,
} from "./vrrp_example.ts";

const DOWN: Input = {
  type: "fault",
  cause: "link",
  reason: LINK_DOWN,
  delay: 300,
};
const UP: Input = {
  type: "recover",
  cause: "link",
  reason: LINK_UP,
  delay: 500,
};
const COMES: PendingFault = {
  cause: "link",
  kind: "comes",
  reason: LINK_DOWN,
  at: 20_300,
};
const GOES: PendingFault = {
  cause: "link",
  kind: "goes",
  reason: LINK_UP,
  at: 20_500,
};
const RESIGNS = [
  sends(0),
  RELEASE,
  tells("MASTER", "FAULT", LINK_DOWN),
];

testCells([
  {
    name: "MASTER does not believe a fault at once",
    state: MASTER,
    input: DOWN,
    next: { ...MASTER, pending: [COMES] },
  },
  {
    name: "BACKUP does not believe a fault at once",
    state: BACKUP,
    input: DOWN,
    next: { ...BACKUP, pending: [COMES] },
  },
  {
    name: "FAULT does not believe its end at once",
    state: FAULT,
    input: UP,
    next: { ...FAULT, pending: [GOES] },
  },
  {
    name: "INIT believes a fault at once",
    state: INIT,
    input: DOWN,
    next: { ...INIT, faults: FAULT.faults },
  },
  {
    name: "INIT believes its end at once",
    state: { ...INIT, faults: FAULT.faults },
    input: UP,
    next: INIT,
  },
  {
    name: "a fault that ends within the delay was none",
    state: { ...MASTER, pending: [COMES] },
    input: UP,
    at: 20_299.999,
    next: MASTER,
  },
  {
    name: "an end that does not last was none",
    state: { ...FAULT, pending: [GOES] },
    input: DOWN,
    at: 20_499.999,
    next: FAULT,
  },
  {
    name: "an end that does not last was none, but the reason may be another",
    state: { ...FAULT, pending: [GOES] },
    input: { ...DOWN, reason: LINK_GONE },
    next: { ...FAULT, faults: { link: LINK_GONE } },
  },
  {
    name: "a fault told again does not last longer",
    state: { ...MASTER, pending: [COMES] },
    input: DOWN,
    at: 20_200,
    next: "same",
  },
  {
    name: "a fault of another reason meanwhile is the same fault",
    state: { ...MASTER, pending: [COMES] },
    input: { ...DOWN, reason: LINK_GONE },
    at: 20_200,
    next: { ...MASTER, pending: [{ ...COMES, reason: LINK_GONE }] },
  },
  {
    name: "an end told again does not last longer",
    state: { ...FAULT, pending: [GOES] },
    input: UP,
    at: 20_200,
    next: "same",
  },
  {
    name: "a pending fault told without delay is believed",
    state: { ...MASTER, pending: [COMES] },
    input: { type: "fault", cause: "link", reason: LINK_DOWN },
    next: FAULT,
    actions: RESIGNS,
  },
  {
    name: "a fault of another cause is believed, the pending one waits on",
    state: { ...MASTER, pending: [COMES] },
    input: { type: "fault", cause: "probe", reason: NO_ROUTE },
    next: { ...FAULT, faults: { probe: NO_ROUTE }, pending: [COMES] },
    actions: [sends(0), RELEASE, tells("MASTER", "FAULT", NO_ROUTE)],
  },
  {
    name: "MASTER does not believe a fault early",
    state: { ...MASTER, advertAt: 20_000, pending: [COMES] },
    input: { type: "deadline" },
    at: 20_299.999,
    next: "same",
  },
  {
    name: "MASTER believes a fault that lasted, and resigns",
    state: { ...MASTER, advertAt: 20_000, pending: [COMES] },
    input: { type: "deadline" },
    at: 20_300,
    next: FAULT,
    actions: RESIGNS,
  },
  {
    name: "BACKUP believes a fault that lasted before it takes over",
    state: { ...BACKUP, heardAt: 16_000, pending: [COMES] },
    input: { type: "deadline" },
    at: 20_300,
    next: FAULT,
    actions: [tells("BACKUP", "FAULT", LINK_DOWN)],
  },
  {
    name: "FAULT believes an end that lasted",
    state: { ...FAULT, pending: [GOES] },
    input: { type: "deadline" },
    at: 20_500,
    next: { ...STARTED, heardAt: 20_500 },
    actions: [tells("FAULT", "BACKUP", LINK_RECOVERS)],
  },
  {
    name: "a pending fault ends with the router",
    state: { ...MASTER, pending: [COMES] },
    input: { type: "shutdown" },
    next: INIT,
    actions: [sends(0), RELEASE, tells("MASTER", "INIT", STOPS)],
  },
]);

Deno.test("faults of several causes are believed each in its time", () => {
  const other = { ...DOWN, cause: "link eth1", delay: 200 };
  let { state } = step(V2, { ...MASTER, advertAt: 20_000 }, DOWN, 20_000);
  state = step(V2, state, other, 20_050).state;
  strictEqual(nextDeadline(V2, state), 20_250);
  state = step(V2, state, { type: "deadline" }, 20_250).state;
  deepStrictEqual(Object.keys(state.faults), ["link eth1"]);
  strictEqual(nextDeadline(V2, state), 20_300);
  state = step(V2, state, { type: "deadline" }, 20_300).state;
  deepStrictEqual(Object.keys(state.faults), ["link eth1", "link"]);
  deepStrictEqual(state.pending, []);
});

Deno.test("nextDeadline() is a pending fault when it comes first", () => {
  const master = { ...MASTER, advertAt: 20_000 };
  strictEqual(nextDeadline(V2, { ...master, pending: [COMES] }), 20_300);
  strictEqual(
    nextDeadline(V2, { ...master, pending: [{ ...COMES, at: 21_001 }] }),
    21_000,
  );
  strictEqual(nextDeadline(V2, { ...FAULT, pending: [GOES] }), 20_500);
  strictEqual(nextDeadline(V2, { ...ALONE, pending: [COMES] }), 13_609.375);
});

Deno.test("a link that comes and goes within the delays changes nothing", () => {
  let state: RouterState = MASTER;
  for (let at = 10_000; at < 10_900; at += 100) {
    const { state: next, actions } = step(V2, state, DOWN, at);
    deepStrictEqual(actions, []);
    state = step(V2, next, UP, at + 99).state;
  }
  deepStrictEqual(state, MASTER);
});
