// Gratuitous ARP after the first burst: repeated after a delay, refreshed,
// beside the adverts.

import { deepStrictEqual } from "node:assert/strict";
import { step } from "../../src/vrrp/router.ts";
import type { Input, RouterState } from "../../src/vrrp/state.ts";
import { promotedAt, testCells } from "./vrrp_cell.ts";
import {
  advert,
  ALONE,
  ANNOUNCE,
  FAULT,
  HOLD,
  INIT,
  MASTER,
  ONE_BURST,
  REFRESH,
  sends,
  silence,
  TAKE_OVER,
  tells,
  V2,
} from "./vrrp_example.ts";

const FRESH = {
  ...MASTER,
  announcedAt: 10_000,
  burstAt: 10_000,
  announceAgainAt: 15_000,
};
/** Promoted at 10,400 when the last burst, as master before, was at 10,000. */
const DAMPED = {
  ...MASTER,
  advertAt: 10_400,
  announcedAt: null,
  burstAt: 10_000,
  announceAgainAt: 11_000,
};
const MAC: Input = { type: "macChanged" };
const REFRESHED = { ...V2, garp: { delay: 0, refresh: 3500 } };

testCells([
  {
    name: "MASTER does not announce before the delay is over",
    state: { ...FRESH, advertAt: 14_999 },
    input: { type: "deadline" },
    at: 14_999.999,
    next: "same",
  },
  {
    name: "MASTER announces once more after the delay",
    state: { ...FRESH, advertAt: 14_500 },
    input: { type: "deadline" },
    at: 15_000,
    next: {
      ...FRESH,
      advertAt: 14_500,
      announcedAt: 15_000,
      burstAt: 15_000,
      announceAgainAt: null,
    },
    actions: [ANNOUNCE],
  },
  {
    name: "MASTER advertises before it announces",
    state: { ...FRESH, advertAt: 14_000 },
    input: { type: "deadline" },
    at: 15_000,
    next: {
      ...FRESH,
      advertAt: 15_000,
      announcedAt: 15_000,
      burstAt: 15_000,
      announceAgainAt: null,
    },
    actions: [sends(100), ANNOUNCE],
  },
  {
    name: "MASTER does not refresh early",
    config: REFRESHED,
    state: { ...MASTER, advertAt: 13_499, announcedAt: 10_000 },
    input: { type: "deadline" },
    at: 13_499.999,
    next: "same",
  },
  {
    name: "MASTER refreshes",
    config: REFRESHED,
    state: { ...MASTER, advertAt: 13_000, announcedAt: 10_000 },
    input: { type: "deadline" },
    at: 13_500,
    next: { ...MASTER, advertAt: 13_000, announcedAt: 13_500 },
    actions: [REFRESH],
  },
  {
    name: "MASTER in whose time both are due makes a burst, no refresh",
    config: REFRESHED,
    state: { ...FRESH, advertAt: 14_500, announceAgainAt: 14_900 },
    input: { type: "deadline" },
    at: 15_000,
    next: {
      ...FRESH,
      advertAt: 14_500,
      announcedAt: 15_000,
      burstAt: 15_000,
      announceAgainAt: null,
    },
    actions: [ANNOUNCE],
  },
  {
    name: "MASTER without repeat and refresh only advertises",
    config: ONE_BURST,
    state: { ...MASTER, advertAt: 99_000, announcedAt: 0 },
    input: { type: "deadline" },
    at: 100_000,
    next: { ...MASTER, advertAt: 100_000, announcedAt: 0 },
    actions: [sends(100)],
  },
  {
    name:
      "MASTER counts the refresh from the announcement that a configuration brought",
    config: REFRESHED,
    state: { ...MASTER, advertAt: 13_000, announcedAt: 12_000 },
    input: { type: "deadline" },
    at: 13_500,
    next: "same",
  },
  {
    name: "BACKUP within a second of its last burst puts the next one off",
    state: { ...ALONE, heardAt: 6790.625, burstAt: 10_000 },
    input: TAKE_OVER,
    at: 10_400,
    next: DAMPED,
    actions: [
      sends(100),
      HOLD,
      tells("BACKUP", "MASTER", silence(null, 3609.375)),
    ],
  },
  {
    name: "BACKUP a second after its last burst announces at once",
    state: { ...ALONE, heardAt: 7390.625, burstAt: 10_000 },
    input: TAKE_OVER,
    at: 11_000,
    next: promotedAt(11_000),
    actions: [
      sends(100),
      HOLD,
      ANNOUNCE,
      tells("BACKUP", "MASTER", silence(null, 3609.375)),
    ],
  },
  {
    name:
      "MASTER makes the burst that was put off, and another after the delay",
    state: DAMPED,
    input: { type: "deadline" },
    at: 11_000,
    next: {
      ...DAMPED,
      announcedAt: 11_000,
      burstAt: 11_000,
      announceAgainAt: 16_000,
    },
    actions: [ANNOUNCE],
  },
  {
    name: "MASTER whose burst was put off does not refresh before it",
    config: { ...V2, garp: { delay: 0, refresh: 1 } },
    state: DAMPED,
    input: { type: "deadline" },
    at: 10_999,
    next: "same",
  },
  {
    name: "MASTER has no second burst sooner than a second",
    config: { ...V2, garp: { delay: 300, refresh: 0 } },
    state: DAMPED,
    input: { type: "deadline" },
    at: 11_000,
    next: {
      ...DAMPED,
      announcedAt: 11_000,
      burstAt: 11_000,
      announceAgainAt: 12_000,
    },
    actions: [ANNOUNCE],
  },
  {
    name: "MASTER announces at once, however lately it did",
    state: FRESH,
    input: MAC,
    at: 10_001,
    next: {
      ...FRESH,
      announcedAt: 10_001,
      burstAt: 10_001,
      announceAgainAt: 15_001,
    },
    actions: [ANNOUNCE],
  },
  {
    name: "MASTER announces at once, though a burst was put off",
    config: ONE_BURST,
    state: DAMPED,
    input: MAC,
    at: 10_500,
    next: {
      ...DAMPED,
      announcedAt: 10_500,
      burstAt: 10_500,
      announceAgainAt: null,
    },
    actions: [ANNOUNCE],
  },
  {
    name: "BACKUP has nothing to announce",
    state: ALONE,
    input: MAC,
    next: "same",
  },
  {
    name: "FAULT has nothing to announce",
    state: FAULT,
    input: MAC,
    next: "same",
  },
  {
    name: "INIT has nothing to announce",
    state: INIT,
    input: MAC,
    next: "same",
  },
]);

/** A backup that may take over at once. */
function impatient(state: RouterState, now: number): RouterState {
  return state.name === "BACKUP" ? { ...state, heardAt: now - 5000 } : state;
}

Deno.test("a peer that wins and resigns in turn makes no more than one burst a second", () => {
  let state: RouterState = { ...MASTER, burstAt: null };
  const bursts: number[] = [];
  const feed = (input: Input, now: number): void => {
    const result = step(V2, state, input, now);
    state = result.state;
    if (result.actions.some(({ type }) => type === "announce")) {
      bursts.push(now);
    }
  };
  for (let at = 10_000; at < 15_000; at++) {
    feed(advert("10.0.0.20", at % 2 === 0 ? 255 : 0), at);
    state = impatient(state, at);
    feed({ ...TAKE_OVER, due: at }, at);
    feed({ type: "deadline" }, at);
  }
  deepStrictEqual(bursts, [10_000, 11_000, 12_000, 13_000, 14_000]);
});
