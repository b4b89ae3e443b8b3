// Sequences that no single step shows.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { nextDeadline } from "../../src/vrrp/deadline.ts";
import { step } from "../../src/vrrp/router.ts";
import type {
  Action,
  Input,
  RouterConfig,
  RouterState,
} from "../../src/vrrp/state.ts";
import {
  advert,
  ALONE,
  ANNOUNCE,
  BACKUP,
  INIT,
  LINK_DOWN,
  LINK_UP,
  MASTER,
  NO_ROUTE,
  ONE_BURST,
  OWNER,
  sends,
  TAKE_OVER,
  V2,
  V3,
} from "./vrrp_example.ts";

const deadline: Input = { type: "deadline" };

/** Feed inputs at their times; the actions of all of them. */
function run(
  config: RouterConfig,
  state: RouterState,
  inputs: readonly (readonly [at: number, Input])[],
): { state: RouterState; actions: readonly Action[] } {
  const actions: Action[] = [];
  for (const [at, input] of inputs) {
    const result = step(config, state, input, at);
    actions.push(...result.actions);
    state = result.state;
  }
  return { state, actions };
}

Deno.test("a master after one that resigned is given the whole master-down interval again", () => {
  const { state, actions } = run(V2, BACKUP, [
    [11_000, advert("10.0.0.20", 0)],
    [11_500, advert("10.0.0.30", 150)],
    [11_609.375, TAKE_OVER],
    [15_109.374, TAKE_OVER],
  ]);
  deepStrictEqual(actions, []);
  strictEqual(nextDeadline(V2, state), 15_109.375);
});

Deno.test("a worse router's adverts do not keep a backup from taking over", () => {
  const { actions } = run(V2, ALONE, [
    [11_000, advert("10.0.0.3", 50)],
    [12_000, advert("10.0.0.3", 50)],
    [13_000, advert("10.0.0.3", 50)],
    [13_609.375, TAKE_OVER],
  ]);
  deepStrictEqual(actions[0], sends(100));
});

Deno.test("with preempt false a worse master is left alone, and replaced when it dies", () => {
  const config = { ...V2, preempt: false };
  const { state, actions } = run(config, ALONE, [
    [11_000, advert("10.0.0.3", 50)],
    [13_609.375, TAKE_OVER],
    [14_000, advert("10.0.0.3", 50)],
  ]);
  deepStrictEqual(actions, []);
  strictEqual(nextDeadline(config, state), 17_609.375);
  strictEqual(step(config, state, TAKE_OVER, 17_609.375).state.name, "MASTER");
});

Deno.test("1,000 late wake-ups do not move the grid of the adverts", () => {
  let state: RouterState = MASTER;
  let sent = 0;
  for (let n = 1; n <= 1000; n++) {
    const result = step(ONE_BURST, state, deadline, 10_000 + n * 1000 + 0.7);
    state = result.state;
    sent += result.actions.length;
  }
  strictEqual(sent, 1000);
  strictEqual(nextDeadline(ONE_BURST, state), 1_011_000);
});

Deno.test("refused addresses are tried again after 1, 2, 4 and at last every 60 s", () => {
  const waits: number[] = [];
  let state: RouterState = INIT;
  let now = 0;
  state = step(OWNER, state, { type: "startup" }, now).state;
  for (let n = 0; n < 8; n++) {
    strictEqual(state.name, n === 0 ? "MASTER" : "BACKUP");
    state =
      step(OWNER, state, { type: "addressRefused", failure: "no" }, now).state;
    strictEqual(state.name, "FAULT");
    waits.push(nextDeadline(OWNER, state) - now);
    now = nextDeadline(OWNER, state);
    state = step(OWNER, state, deadline, now).state;
    state = step(OWNER, state, { ...TAKE_OVER, claim: true }, now).state;
  }
  deepStrictEqual(waits, [
    1000,
    2000,
    4000,
    8000,
    16_000,
    32_000,
    60_000,
    60_000,
  ]);
});

Deno.test("the wait for refused addresses starts at 1 s again after an interval as MASTER", () => {
  const no: Input = { type: "addressRefused", failure: "no" };
  const { state } = run(V2, { ...MASTER, refusals: 5 }, [[11_000, deadline], [
    11_000,
    no,
  ]]);
  strictEqual(nextDeadline(V2, state), 12_000);
});

Deno.test("the wait for refused addresses does not start again before an interval as MASTER", () => {
  const no: Input = { type: "addressRefused", failure: "no" };
  const { state } = run(V2, { ...MASTER, refusals: 5 }, [[10_999, deadline], [
    10_999,
    no,
  ]]);
  strictEqual(nextDeadline(V2, state), 42_999);
});

Deno.test("a backup in v3 that recovers has its own interval again", () => {
  const { state } = run(V3, BACKUP, [
    [11_000, advert("10.0.0.20", 200, 40_950)],
    [12_000, { type: "fault", cause: "link", reason: LINK_DOWN }],
    [20_000, { type: "recover", cause: "link", reason: LINK_UP }],
  ]);
  strictEqual(nextDeadline(V3, state), 23_609.375);
});

Deno.test("a master in v3 keeps its own interval whatever it learned as BACKUP", () => {
  const { state } = run(V3, ALONE, [
    [11_000, advert("10.0.0.20", 200, 100)],
    [11_360.9375, TAKE_OVER],
  ]);
  strictEqual(state.name, "MASTER");
  strictEqual(nextDeadline(V3, state), 12_360);
});

Deno.test("a new interval takes effect from the last advert on", () => {
  const slower = { ...V2, advertInterval: 3000 };
  strictEqual(nextDeadline(slower, MASTER), 13_000);
  strictEqual(nextDeadline(slower, BACKUP), 19_609.375);
});

Deno.test("of several faults the last to end brings a router back", () => {
  const { state, actions } = run(V2, MASTER, [
    [11_000, { type: "fault", cause: "link", reason: LINK_DOWN }],
    [11_001, { type: "fault", cause: "probe", reason: NO_ROUTE }],
    [12_000, { type: "recover", cause: "link", reason: LINK_UP }],
    [13_000, { type: "recover", cause: "probe", reason: LINK_UP }],
  ]);
  strictEqual(state.name, "BACKUP");
  deepStrictEqual(
    actions.map((action) =>
      action.type === "transition" ? action.to : action.type
    ),
    [
      "sendAdvert",
      "release",
      "FAULT",
      "BACKUP",
    ],
  );
});

Deno.test("a rival that may not be answered yet is not forgotten: the addresses are announced again", () => {
  // The rival has announced itself too: neighbours may follow it until then.
  const answered = step(ONE_BURST, MASTER, advert("10.0.0.30", 0), 10_000);
  const rival = step(
    ONE_BURST,
    answered.state,
    advert("10.0.0.31", 99),
    10_050,
  );
  deepStrictEqual(rival.actions, []);
  const late = step(ONE_BURST, rival.state, { type: "deadline" }, 11_050);
  deepStrictEqual(late.actions, [sends(100), ANNOUNCE]);
});
