// The least values of settings, and moments that are exactly at a limit.

import { testCells } from "./vrrp_cell.ts";
import {
  advert,
  ANNOUNCE,
  BACKUP,
  MASTER,
  ONE_BURST,
  REFRESH,
  V2,
} from "./vrrp_example.ts";

/** Answered a rival at 10,040; the last burst was at 10,000. */
const ANSWERED = {
  ...MASTER,
  announcedAt: 10_000,
  burstAt: 10_000,
  answeredAt: 10_040,
};
const WORSE = advert("10.0.0.20", 50);

testCells([
  {
    name: "MASTER whose delay is a millisecond has a second burst all the same",
    config: { ...V2, garp: { delay: 1, refresh: 0 } },
    state: MASTER,
    input: { type: "macChanged" },
    next: {
      ...MASTER,
      announcedAt: 20_000,
      burstAt: 20_000,
      announceAgainAt: 21_000,
    },
    actions: [ANNOUNCE],
  },
  {
    name: "MASTER refreshes every millisecond if it is told to",
    config: { ...V2, garp: { delay: 0, refresh: 1 } },
    state: { ...MASTER, announcedAt: 10_000 },
    input: { type: "deadline" },
    at: 10_001,
    next: { ...MASTER, announcedAt: 10_001 },
    actions: [REFRESH],
  },
  {
    name: "MASTER that has just answered brings its next burst forward",
    state: { ...ANSWERED, announceAgainAt: 15_000 },
    input: WORSE,
    at: 10_050,
    next: { ...ANSWERED, announceAgainAt: 11_000 },
  },
  {
    name: "MASTER that has just answered plans a burst where there was none",
    config: ONE_BURST,
    state: ANSWERED,
    input: WORSE,
    at: 10_050,
    next: { ...ANSWERED, announceAgainAt: 11_000 },
  },
  {
    name: "MASTER that has just answered has its burst planned already",
    state: { ...ANSWERED, announceAgainAt: 11_000 },
    input: WORSE,
    at: 10_050,
    next: "same",
  },
  {
    name: "BACKUP tolerates a worse master for a millisecond if it is told to",
    config: { ...V2, preemptDelay: 1 },
    state: BACKUP,
    input: WORSE,
    next: {
      ...BACKUP,
      heardAt: 20_000,
      master: { address: "10.0.0.20", priority: 50, interval: 1000 },
      toleratedSince: 20_000,
    },
  },
]);
