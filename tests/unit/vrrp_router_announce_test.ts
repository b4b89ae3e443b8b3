// Gratuitous ARP after the first burst: repeated after a delay, refreshed,
// beside the adverts.

import { testCells } from "./vrrp_cell.ts";
import { ANNOUNCE, MASTER, ONE_BURST, sends, V2 } from "./vrrp_example.ts";

const FRESH = { ...MASTER, announcedAt: 10_000, announceAgainAt: 15_000 };
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
]);
