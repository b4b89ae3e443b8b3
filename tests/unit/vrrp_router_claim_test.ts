// Addresses that were refused once are held first and advertised then.

import { deepStrictEqual } from "node:assert/strict";
import { nextDeadline } from "../../src/vrrp/deadline.ts";
import type { Backup, Fault } from "../../src/vrrp/state.ts";
import { DOWN, NO, promotedAt, STARTED, testCells } from "./vrrp_cell.ts";
import {
  advert,
  ALONE,
  ANNOUNCE,
  BACKUP,
  FAULT,
  HOLD,
  INIT,
  LINK_DOWN,
  MASTER,
  NO_PERMISSION,
  OWNER,
  OWNS,
  REFUSED,
  RELEASE,
  RETRIES,
  sends,
  silence,
  STOPS,
  TAKE_OVER,
  tells,
  V2,
  YIELDED,
} from "./vrrp_example.ts";

const CLAIM = { ...TAKE_OVER, claim: true };
/** Was refused once. */
const WARNED: Backup = { ...BACKUP, refusals: 1 };
/** Tries since 14,000. */
const CLAIMING: Backup = { ...WARNED, claimsSince: 14_000 };
const HOLDING: Backup = { ...CLAIMING, holds: true };
/** Refused for the second time, at 14,100. */
const AGAIN: Fault = { ...REFUSED, refusals: 2, retryAt: 16_100 };

testCells([
  {
    name: "BACKUP that was refused before holds its addresses first, silently",
    state: WARNED,
    input: CLAIM,
    at: 14_000,
    next: CLAIMING,
    actions: [HOLD],
  },
  {
    name: "BACKUP does not claim early",
    state: WARNED,
    input: CLAIM,
    at: 13_609.374,
    next: "same",
  },
  {
    name: "BACKUP that stalled listens once more and does not claim",
    state: WARNED,
    input: { ...CLAIM, stalled: true },
    at: 15_000,
    next: { ...WARNED, heardAt: 15_000, waits: "again" },
    actions: [{ type: "stalled", late: 1390.625 }],
  },
  {
    name: "BACKUP claims already",
    state: CLAIMING,
    input: CLAIM,
    at: 14_100,
    next: "same",
  },
  {
    name: "BACKUP holds what it claims",
    state: CLAIMING,
    input: { type: "held" },
    next: HOLDING,
  },
  {
    name: "BACKUP that claims nothing holds nothing",
    state: WARNED,
    input: { type: "held" },
    next: "same",
  },
  {
    name: "BACKUP that holds what it claims takes over",
    state: HOLDING,
    input: TAKE_OVER,
    at: 14_100,
    next: { ...promotedAt(14_100), refusals: 1, missing: "10.0.0.20" },
    actions: [
      sends(100),
      HOLD,
      ANNOUNCE,
      tells("BACKUP", "MASTER", silence("10.0.0.20", 4100)),
    ],
  },
  {
    name: "BACKUP that holds takes over though its time is longer now",
    config: { ...V2, advertInterval: 60_000 },
    state: HOLDING,
    input: TAKE_OVER,
    at: 14_100,
    next: { ...promotedAt(14_100), refusals: 1, missing: "10.0.0.20" },
    actions: [
      sends(100),
      HOLD,
      ANNOUNCE,
      tells("BACKUP", "MASTER", silence("10.0.0.20", 4100)),
    ],
  },
  {
    name: "BACKUP whose claim is refused fails without a word to others",
    state: CLAIMING,
    input: NO,
    at: 14_100,
    next: AGAIN,
    actions: [RELEASE, tells("BACKUP", "FAULT", NO_PERMISSION)],
  },
  {
    name: "BACKUP waits for an answer",
    state: CLAIMING,
    input: { type: "deadline" },
    at: 18_999.999,
    next: "same",
  },
  {
    name: "BACKUP without an answer gives up after 5 s, as if refused",
    state: CLAIMING,
    input: { type: "deadline" },
    at: 19_000,
    next: {
      ...AGAIN,
      faults: { addresses: { kind: "unanswered", waited: 5000 } },
      retryAt: 21_000,
    },
    actions: [
      RELEASE,
      tells("BACKUP", "FAULT", { kind: "unanswered", waited: 5000 }),
    ],
  },
  {
    name: "BACKUP that claims and hears a master lets go",
    state: HOLDING,
    input: advert("10.0.0.20", 200),
    next: { ...STARTED, master: BACKUP.master, refusals: 1 },
    actions: [RELEASE],
  },
  {
    name: "BACKUP that claims hears a worse router and goes on",
    state: CLAIMING,
    input: advert("10.0.0.3", 99),
    at: 14_100,
    next: {
      ...CLAIMING,
      lowerHeard: {
        ...{ address: "10.0.0.3", priority: 99, interval: 1000 },
        ...{ at: 14_100, ownPriority: 100 },
      },
    },
  },
  {
    name: "BACKUP that claims hears a resignation and goes on",
    state: CLAIMING,
    input: advert("10.0.0.20", 0),
    at: 14_100,
    next: "same",
  },
  {
    name: "BACKUP that claims lets go with its group, and may claim again",
    state: HOLDING,
    input: { type: "demote", reason: YIELDED },
    next: WARNED,
    actions: [RELEASE],
  },
  {
    name: "BACKUP that claims lets go when it fails",
    state: HOLDING,
    input: DOWN,
    next: { ...FAULT, refusals: 1 },
    actions: [RELEASE, tells("BACKUP", "FAULT", LINK_DOWN)],
  },
  {
    name: "BACKUP that claims lets go when it stops",
    state: CLAIMING,
    input: { type: "shutdown" },
    next: INIT,
    actions: [RELEASE, tells("BACKUP", "INIT", STOPS)],
  },
  {
    name: "BACKUP that claims holds what another configuration wants",
    state: HOLDING,
    input: { type: "config", priority: 90 },
    next: { ...CLAIMING, priority: 90, claimsSince: 20_000 },
    actions: [HOLD],
  },
  {
    name: "FAULT over refused addresses of an owner is no other",
    config: OWNER,
    state: { ...REFUSED, priority: 255 },
    input: { type: "deadline" },
    next: { ...STARTED, priority: 255, refusals: 1, waits: "none" },
    actions: [tells("FAULT", "BACKUP", RETRIES)],
  },
  {
    name: "BACKUP that owns the addresses need not wait, but claims",
    config: OWNER,
    state: { ...ALONE, priority: 255, refusals: 1, waits: "none" },
    input: CLAIM,
    at: 10_000,
    next: {
      ...{ ...ALONE, priority: 255, refusals: 1, waits: "none" },
      claimsSince: 10_000,
    },
    actions: [HOLD],
  },
  {
    name: "BACKUP that owns the addresses says so",
    config: OWNER,
    state: { ...ALONE, priority: 255, waits: "none" },
    input: TAKE_OVER,
    at: 10_000,
    next: { ...promotedAt(10_000), priority: 255 },
    actions: [
      sends(255),
      HOLD,
      ANNOUNCE,
      tells("BACKUP", "MASTER", OWNS),
    ],
  },
  {
    name: "FAULT is nothing to take over from",
    state: FAULT,
    input: CLAIM,
    next: "same",
  },
  {
    name: "INIT is nothing to take over from",
    state: INIT,
    input: CLAIM,
    next: "same",
  },
]);

Deno.test("nextDeadline() of a claim is its end, until the addresses are held", () => {
  deepStrictEqual(
    [WARNED, CLAIMING, HOLDING, MASTER].map((state) => nextDeadline(V2, state)),
    [13_609.375, 19_000, Infinity, 11_000],
  );
});
