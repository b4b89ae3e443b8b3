import type { Reason } from "../../src/vrrp/reason.ts";
import { DOWN, NO, promotedAt, STARTED, testCells, UP } from "./vrrp_cell.ts";
import {
  advert,
  advertAt,
  ALONE,
  ANNOUNCE,
  BACKUP,
  FAULT,
  HOLD,
  INIT,
  LINK_DOWN,
  MASTER,
  sends,
  silence,
  STOPS,
  TAKE_OVER,
  tells,
  V2,
  V3,
} from "./vrrp_example.ts";

/** A worse router, heard at 20,000. */
const LOWER = {
  address: "10.0.0.20",
  priority: 99,
  interval: 1000,
  at: 20_000,
  ownPriority: 100,
};

/** It is preempted. */
const PREEMPTS: Reason = {
  ...{ kind: "preempt", peer: "10.0.0.20", peerPriority: 99 },
  ...{ ownPriority: 100, delay: 0 },
};

testCells([
  {
    name: "BACKUP has started already",
    state: BACKUP,
    input: { type: "startup" },
    next: "same",
  },
  {
    name: "BACKUP stops without a word to others",
    state: BACKUP,
    input: { type: "shutdown" },
    next: INIT,
    actions: [tells("BACKUP", "INIT", STOPS)],
  },
  {
    name: "BACKUP accepts a better router",
    state: ALONE,
    input: advert("10.0.0.20", 101),
    next: {
      ...STARTED,
      master: { address: "10.0.0.20", priority: 101, interval: 1000 },
    },
  },
  {
    name:
      "BACKUP counts silence from when an advert came, not from its reading",
    state: ALONE,
    input: advertAt("10.0.0.20", 101, 19_997.5),
    next: {
      ...STARTED,
      heardAt: 19_997.5,
      master: { address: "10.0.0.20", priority: 101, interval: 1000 },
    },
  },
  {
    name: "BACKUP counts from when the master's resignation came",
    state: BACKUP,
    input: advertAt("10.0.0.9", 0, 19_997.5),
    next: {
      ...{ ...BACKUP, heardAt: 19_997.5, waits: "skew" },
      resigner: "10.0.0.9",
    },
  },
  {
    name: "BACKUP waits no shorter for what came before it began to count",
    state: { ...ALONE, heardAt: 19_999 },
    input: advertAt("10.0.0.20", 101, 19_997.5),
    next: {
      ...STARTED,
      heardAt: 19_999,
      master: { address: "10.0.0.20", priority: 101, interval: 1000 },
    },
  },
  {
    name:
      "BACKUP accepts an equal router with a smaller address: only a MASTER compares them",
    state: ALONE,
    input: advert("10.0.0.1", 100),
    next: {
      ...STARTED,
      master: { address: "10.0.0.1", priority: 100, interval: 1000 },
    },
  },
  {
    name: "BACKUP waits no longer for a worse router, but remembers it",
    state: BACKUP,
    input: advert("10.0.0.20", 99),
    next: { ...BACKUP, lowerHeard: LOWER },
  },
  {
    name: "BACKUP forgets a worse router when it accepts another",
    state: { ...BACKUP, lowerHeard: LOWER },
    input: advert("10.0.0.20", 200),
    next: { ...STARTED, master: BACKUP.master },
  },
  {
    name: "BACKUP says so when it takes over from a worse router that lives",
    state: { ...BACKUP, heardAt: 18_390.625, lowerHeard: LOWER },
    input: TAKE_OVER,
    at: 22_000,
    next: promotedAt(22_000),
    actions: [
      sends(100),
      HOLD,
      ANNOUNCE,
      tells("BACKUP", "MASTER", PREEMPTS),
    ],
  },
  {
    name: "BACKUP speaks of silence when the worse router is silent too",
    state: { ...BACKUP, heardAt: 18_390.625, lowerHeard: LOWER },
    input: TAKE_OVER,
    at: 22_000.5,
    next: { ...promotedAt(22_000.5), advertAt: 22_000, missing: "10.0.0.20" },
    actions: [
      sends(100),
      HOLD,
      ANNOUNCE,
      tells("BACKUP", "MASTER", silence("10.0.0.20", 2000.5)),
    ],
  },
  {
    name: "BACKUP says what made it take over when it is no better any more",
    state: { ...BACKUP, heardAt: 18_300, priority: 99, lowerHeard: LOWER },
    input: TAKE_OVER,
    at: 22_000,
    next: { ...promotedAt(22_000), priority: 99 },
    actions: [
      sends(99),
      HOLD,
      ANNOUNCE,
      tells("BACKUP", "MASTER", PREEMPTS),
    ],
  },
  {
    name: "BACKUP accepts a worse router when it does not preempt",
    config: { ...V2, preempt: false },
    state: BACKUP,
    input: advert("10.0.0.3", 1),
    next: {
      ...STARTED,
      master: { address: "10.0.0.3", priority: 1, interval: 1000 },
    },
  },
  {
    name: "BACKUP compares with its effective priority",
    state: { ...BACKUP, priority: 50 },
    input: advert("10.0.0.3", 60),
    next: {
      ...STARTED,
      priority: 50,
      master: { address: "10.0.0.3", priority: 60, interval: 1000 },
    },
  },
  {
    name: "BACKUP hears the master resign",
    state: BACKUP,
    input: advert("10.0.0.20", 0),
    next: { ...BACKUP, heardAt: 20_000, waits: "skew", resigner: "10.0.0.20" },
  },
  {
    name: "BACKUP hears a master again after one resigned",
    state: { ...BACKUP, waits: "skew", resigner: "10.0.0.20" },
    input: advert("10.0.0.30", 150),
    next: {
      ...STARTED,
      master: { address: "10.0.0.30", priority: 150, interval: 1000 },
    },
  },
  {
    name:
      "BACKUP stays on the skew time when a worse router speaks after the master resigned",
    state: { ...BACKUP, waits: "skew" },
    input: advert("10.0.0.3", 50),
    next: {
      ...BACKUP,
      waits: "skew",
      lowerHeard: { ...LOWER, address: "10.0.0.3", priority: 50 },
    },
  },
  {
    name: "BACKUP learns the interval of the master",
    config: V3,
    state: ALONE,
    input: advert("10.0.0.20", 200, 250),
    next: {
      ...STARTED,
      master: { address: "10.0.0.20", priority: 200, interval: 250 },
    },
  },
  {
    name: "BACKUP is not early",
    state: BACKUP,
    input: TAKE_OVER,
    at: 13_609.374,
    next: "same",
  },
  {
    name: "BACKUP has no deadline but the takeover",
    state: BACKUP,
    input: { type: "deadline" },
    at: 14_000,
    next: "same",
  },
  {
    name: "BACKUP takes over when the time is up",
    state: BACKUP,
    input: TAKE_OVER,
    at: 14_000,
    next: { ...promotedAt(14_000), missing: "10.0.0.20" },
    actions: [
      sends(100),
      HOLD,
      ANNOUNCE,
      tells("BACKUP", "MASTER", silence("10.0.0.20", 4000)),
    ],
  },
  {
    name: "BACKUP takes over when it never heard anybody",
    state: ALONE,
    input: TAKE_OVER,
    at: 14_000,
    next: promotedAt(14_000),
    actions: [
      sends(100),
      HOLD,
      ANNOUNCE,
      tells("BACKUP", "MASTER", silence(null, 4000)),
    ],
  },
  {
    name: "BACKUP takes over from a master that resigned",
    state: { ...BACKUP, waits: "skew", resigner: "10.0.0.20" },
    input: TAKE_OVER,
    at: 11_000,
    next: promotedAt(11_000),
    actions: [
      sends(100),
      HOLD,
      ANNOUNCE,
      tells("BACKUP", "MASTER", { kind: "resigned", peer: "10.0.0.20" }),
    ],
  },
  {
    name:
      "BACKUP takes over after the resignation of one that it did not listen to",
    state: { ...BACKUP, waits: "skew", resigner: "10.0.0.3" },
    input: TAKE_OVER,
    at: 11_000,
    next: promotedAt(11_000),
    actions: [
      sends(100),
      HOLD,
      ANNOUNCE,
      tells("BACKUP", "MASTER", { kind: "resigned", peer: "10.0.0.3" }),
    ],
  },
  {
    name: "BACKUP takes a priority and tells nobody",
    state: BACKUP,
    input: { type: "priority", priority: 90 },
    next: { ...BACKUP, priority: 90 },
  },
  {
    name: "BACKUP has that priority already",
    state: BACKUP,
    input: { type: "priority", priority: 100 },
    next: "same",
  },
  {
    name: "BACKUP takes a source",
    state: BACKUP,
    input: { type: "source", source: "10.0.0.8" },
    next: { ...BACKUP, source: "10.0.0.8" },
  },
  {
    name: "BACKUP fails",
    state: BACKUP,
    input: DOWN,
    next: FAULT,
    actions: [tells("BACKUP", "FAULT", LINK_DOWN)],
  },
  {
    name: "BACKUP recovers from nothing",
    state: BACKUP,
    input: UP,
    next: "same",
  },
  {
    name: "BACKUP takes a configuration and keeps its time",
    state: BACKUP,
    input: { type: "config", priority: 90 },
    next: { ...BACKUP, priority: 90 },
  },
  {
    name: "BACKUP has no addresses that could be refused",
    state: BACKUP,
    input: NO,
    next: "same",
  },
]);

testCells([
  {
    name: "BACKUP counts no silence in which it could not hear",
    state: { ...BACKUP, waits: "skew", resigner: "10.0.0.20" },
    input: { type: "listening", since: 15_000 },
    next: { ...BACKUP, waits: "masterDown", heardAt: 15_000 },
  },
  {
    name: "BACKUP that could hear since before its last advert goes on",
    state: BACKUP,
    input: { type: "listening", since: 5000 },
    next: "same",
  },
  {
    name: "BACKUP that owns the addresses waits for nobody",
    state: { ...BACKUP, waits: "none" },
    input: { type: "listening", since: 15_000 },
    next: { ...BACKUP, waits: "none", heardAt: 15_000 },
  },
  {
    name: "MASTER does not mind when it began to listen",
    state: MASTER,
    input: { type: "listening", since: 15_000 },
    next: "same",
  },
]);
