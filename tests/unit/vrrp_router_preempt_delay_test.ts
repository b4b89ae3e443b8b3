// A master of lower priority is tolerated for a while.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { nextDeadline } from "../../src/vrrp/deadline.ts";
import { step } from "../../src/vrrp/router.ts";
import type { RouterState } from "../../src/vrrp/state.ts";
import { STARTED, testCells } from "./vrrp_cell.ts";
import {
  advert,
  ALONE,
  BACKUP,
  silence,
  TAKE_OVER,
  tells,
  V2,
} from "./vrrp_example.ts";

const PATIENT = { ...V2, preemptDelay: 5000 };
const WORSE = { address: "10.0.0.3", priority: 50, interval: 1000 };
/** Tolerates 10.0.0.3 since 18,000. */
const TOLERANT = {
  ...BACKUP,
  heardAt: 19_000,
  master: WORSE,
  toleratedSince: 18_000,
};

testCells([
  {
    name: "BACKUP tolerates a worse router at first",
    config: PATIENT,
    state: ALONE,
    input: advert("10.0.0.3", 50),
    next: { ...STARTED, master: WORSE, toleratedSince: 20_000 },
  },
  {
    name: "BACKUP tolerates a worse router during the delay",
    config: PATIENT,
    state: TOLERANT,
    input: advert("10.0.0.3", 50),
    at: 22_999.999,
    next: { ...TOLERANT, heardAt: 22_999.999 },
  },
  {
    name: "BACKUP does not hear a worse router any more when the delay is over",
    config: PATIENT,
    state: TOLERANT,
    input: advert("10.0.0.3", 50),
    at: 23_000,
    next: {
      ...TOLERANT,
      lowerHeard: {
        ...{ address: "10.0.0.3", priority: 50, interval: 1000 },
        ...{ at: 23_000, ownPriority: 100 },
      },
    },
  },
  {
    name: "BACKUP counts the delay anew after a better router",
    config: PATIENT,
    state: TOLERANT,
    input: advert("10.0.0.20", 200),
    next: { ...BACKUP, heardAt: 20_000 },
  },
  {
    name: "BACKUP counts the delay anew after an equal router",
    config: PATIENT,
    state: TOLERANT,
    input: advert("10.0.0.20", 100),
    next: {
      ...STARTED,
      master: { address: "10.0.0.20", priority: 100, interval: 1000 },
    },
  },
  {
    name: "BACKUP does not wait for a worse router that resigns",
    config: PATIENT,
    state: TOLERANT,
    input: advert("10.0.0.3", 0),
    next: {
      ...{ ...TOLERANT, heardAt: 20_000, waits: "skew" },
      resigner: "10.0.0.3",
    },
  },
  {
    name: "BACKUP that must not preempt has no delay to count",
    config: { ...PATIENT, preempt: false },
    state: ALONE,
    input: advert("10.0.0.3", 50),
    next: { ...STARTED, master: WORSE },
  },
]);

Deno.test("a worse master is preempted when the delay and then a master-down interval is over", () => {
  let state: RouterState = ALONE;
  for (let at = 10_500; at < 18_000; at += 1000) {
    state = step(PATIENT, state, advert("10.0.0.3", 50), at).state;
  }
  // The advert of 14,500 was the last within 5 s of the first.
  strictEqual(nextDeadline(PATIENT, state), 18_109.375);
  const fired = step(PATIENT, state, TAKE_OVER, 18_109.375);
  strictEqual(fired.state.name, "MASTER");
  deepStrictEqual(
    fired.actions.at(-1),
    tells("BACKUP", "MASTER", {
      ...{ kind: "preempt", peer: "10.0.0.3", peerPriority: 50 },
      ...{ ownPriority: 100, delay: 5000 },
    }),
  );
});

Deno.test("a worse master that dies during the delay is replaced without waiting for its end", () => {
  const config = { ...PATIENT, preemptDelay: 60_000 };
  const { state } = step(config, ALONE, advert("10.0.0.3", 50), 11_000);
  strictEqual(nextDeadline(config, state), 14_609.375);
  const fired = step(config, state, TAKE_OVER, 14_609.375);
  strictEqual(fired.state.name, "MASTER");
  deepStrictEqual(
    fired.actions.at(-1),
    tells("BACKUP", "MASTER", silence("10.0.0.3", 3609.375)),
  );
});

Deno.test("a priority that rises above the master's starts the delay", () => {
  const inputs = [
    [11_000, advert("10.0.0.20", 110)],
    [11_500, { type: "priority", priority: 120 }],
    [12_000, advert("10.0.0.20", 110)],
  ] as const;
  let state: RouterState = ALONE;
  for (const [at, input] of inputs) {
    state = step(PATIENT, state, input, at).state;
  }
  deepStrictEqual(state, {
    ...BACKUP,
    priority: 120,
    heardAt: 12_000,
    master: { address: "10.0.0.20", priority: 110, interval: 1000 },
    toleratedSince: 12_000,
  });
});
