// Somebody else removes addresses, or another member of the group yields.

import { strictEqual } from "node:assert/strict";
import { step } from "../../src/vrrp/router.ts";
import type { Input, RouterState } from "../../src/vrrp/state.ts";
import { STARTED, testCells } from "./vrrp_cell.ts";
import {
  ADDED,
  BACKUP,
  FAULT,
  HOLD,
  INIT,
  MASTER,
  RELEASE,
  sends,
  tells,
  V2,
  YIELDED,
} from "./vrrp_example.ts";

const LOST: Input = { type: "addressLost" };
const DEMOTE: Input = { type: "demote", reason: YIELDED };

testCells([
  {
    name: "MASTER puts addresses back at once and announces them",
    state: MASTER,
    input: LOST,
    at: 10_500,
    next: { ...MASTER, repairedAt: 10_500 },
    actions: [HOLD, ADDED],
  },
  {
    name: "MASTER keeps the announcement that is still to come",
    state: { ...MASTER, announceAgainAt: 14_000 },
    input: LOST,
    at: 10_500,
    next: {
      ...MASTER,
      announceAgainAt: 14_000,
      repairedAt: 10_500,
    },
    actions: [HOLD, ADDED],
  },
  {
    name: "MASTER that put them back less than 20 ms ago waits",
    state: { ...MASTER, repairedAt: 10_500 },
    input: LOST,
    at: 10_519.999,
    next: { ...MASTER, repairedAt: 10_500, repairAt: 10_520 },
  },
  {
    name: "MASTER that waits already waits no longer",
    state: { ...MASTER, repairedAt: 10_500, repairAt: 10_520 },
    input: LOST,
    at: 10_515,
    next: { ...MASTER, repairedAt: 10_500, repairAt: 10_520 },
  },
  {
    name: "MASTER that put them back 20 ms ago puts them back",
    state: { ...MASTER, repairedAt: 10_500 },
    input: LOST,
    at: 10_520,
    next: { ...MASTER, repairedAt: 10_520 },
    actions: [HOLD, ADDED],
  },
  {
    name: "MASTER puts them back when it has waited",
    state: { ...MASTER, repairedAt: 10_500, repairAt: 10_520 },
    input: { type: "deadline" },
    at: 10_520,
    next: { ...MASTER, repairedAt: 10_520 },
    actions: [HOLD, ADDED],
  },
  {
    name: "MASTER advertises before it puts them back",
    state: MASTER,
    input: LOST,
    at: 11_000,
    next: {
      ...MASTER,
      advertAt: 11_000,
      repairedAt: 11_000,
    },
    actions: [sends(100), HOLD, ADDED],
  },
  { name: "BACKUP has none", state: BACKUP, input: LOST, next: "same" },
  { name: "FAULT has none", state: FAULT, input: LOST, next: "same" },
  { name: "INIT has none", state: INIT, input: LOST, next: "same" },
  {
    name: "MASTER resigns when its group is master no more",
    state: MASTER,
    input: DEMOTE,
    next: { ...STARTED, master: null },
    actions: [
      sends(0),
      RELEASE,
      tells("MASTER", "BACKUP", YIELDED),
    ],
  },
  { name: "BACKUP is no master", state: BACKUP, input: DEMOTE, next: "same" },
  { name: "FAULT is no master", state: FAULT, input: DEMOTE, next: "same" },
  { name: "INIT is no master", state: INIT, input: DEMOTE, next: "same" },
]);

Deno.test("addresses removed 1,000 times in a second are put back every 20 ms, also after the last", () => {
  let state: RouterState = { ...MASTER, advertAt: 10_000 };
  const repairs: number[] = [];
  const feed = (input: Input, now: number): void => {
    const result = step(V2, state, input, now);
    state = result.state;
    if (result.actions.some(({ type }) => type === "hold")) {
      repairs.push(now);
    }
  };
  for (let at = 10_000; at < 10_999; at++) {
    feed(LOST, at);
    feed({ type: "deadline" }, at);
  }
  feed({ type: "deadline" }, 11_000);
  strictEqual(repairs.length, 51);
  strictEqual(repairs.at(-1), 11_000);
});
