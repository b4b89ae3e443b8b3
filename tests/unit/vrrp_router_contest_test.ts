// Other routers' adverts in MASTER.

import { STARTED, testCells } from "./vrrp_cell.ts";
import {
  advert,
  ANNOUNCE,
  better,
  MASTER,
  ONE_BURST,
  RELEASE,
  sends,
  tells,
  V2,
  V3,
} from "./vrrp_example.ts";

testCells([
  {
    name: "MASTER yields to a better router without a word",
    state: MASTER,
    input: advert("10.0.0.3", 101),
    next: {
      ...STARTED,
      master: { address: "10.0.0.3", priority: 101, interval: 1000 },
    },
    actions: [
      RELEASE,
      tells("MASTER", "BACKUP", better("10.0.0.3", 101)),
    ],
  },
  {
    name: "MASTER yields with a last advert to the one that it had missed",
    state: { ...MASTER, missing: "10.0.0.3" },
    input: advert("10.0.0.3", 101),
    next: {
      ...STARTED,
      master: { address: "10.0.0.3", priority: 101, interval: 1000 },
    },
    actions: [
      RELEASE,
      { type: "sendAdvert", priority: 100, after: "release" },
      tells("MASTER", "BACKUP", better("10.0.0.3", 101)),
    ],
  },
  {
    name: "MASTER yields without a word to another than it had missed",
    state: { ...MASTER, missing: "10.0.0.4" },
    input: advert("10.0.0.3", 101),
    next: {
      ...STARTED,
      master: { address: "10.0.0.3", priority: 101, interval: 1000 },
    },
    actions: [RELEASE, tells("MASTER", "BACKUP", better("10.0.0.3", 101))],
  },
  {
    name: "MASTER yields with a last advert where that is configured",
    config: { ...V2, higherPriorityAdvert: true },
    state: MASTER,
    input: advert("10.0.0.3", 101),
    next: {
      ...STARTED,
      master: { address: "10.0.0.3", priority: 101, interval: 1000 },
    },
    actions: [
      RELEASE,
      { type: "sendAdvert", priority: 100, after: "release" },
      tells("MASTER", "BACKUP", better("10.0.0.3", 101)),
    ],
  },
  {
    name: "MASTER yields to a better router though it does not preempt",
    config: { ...V2, preempt: false },
    state: MASTER,
    input: advert("10.0.0.3", 101),
    next: {
      ...STARTED,
      master: { address: "10.0.0.3", priority: 101, interval: 1000 },
    },
    actions: [
      RELEASE,
      tells("MASTER", "BACKUP", better("10.0.0.3", 101)),
    ],
  },
  {
    name:
      "MASTER yields to an equal router of larger address, by bytes and not by text",
    state: MASTER,
    input: advert("10.0.0.10", 100),
    next: {
      ...STARTED,
      master: { address: "10.0.0.10", priority: 100, interval: 1000 },
    },
    actions: [
      RELEASE,
      tells("MASTER", "BACKUP", {
        ...{ kind: "tie", peer: "10.0.0.10", priority: 100 },
        ownAddress: "10.0.0.9",
      }),
    ],
  },
  {
    name: "MASTER learns the interval of the router that it yields to",
    config: V3,
    state: MASTER,
    input: advert("10.0.0.3", 101, 40_950),
    next: {
      ...STARTED,
      master: { address: "10.0.0.3", priority: 101, interval: 40_950 },
    },
    actions: [
      RELEASE,
      tells("MASTER", "BACKUP", better("10.0.0.3", 101)),
    ],
  },
  {
    name: "MASTER answers a worse router at once and keeps its grid",
    state: MASTER,
    input: advert("10.0.0.30", 99),
    next: {
      ...MASTER,
      answeredAt: 20_000,
      announcedAt: 20_000,
      burstAt: 20_000,
      announceAgainAt: 25_000,
    },
    actions: [sends(100), ANNOUNCE, {
      type: "rival",
      source: "10.0.0.30",
      priority: 99,
    }],
  },
  {
    name:
      "MASTER answers an equal router of smaller address, by bytes and not by text",
    state: { ...MASTER, source: "10.0.0.10" },
    input: advert("10.0.0.9", 100),
    next: {
      ...MASTER,
      source: "10.0.0.10",
      answeredAt: 20_000,
      announcedAt: 20_000,
      burstAt: 20_000,
      announceAgainAt: 25_000,
    },
    actions: [sends(100), ANNOUNCE, {
      type: "rival",
      source: "10.0.0.9",
      priority: 100,
    }],
  },
  {
    name: "MASTER answers an equal router of the same address",
    state: MASTER,
    input: advert("10.0.0.9", 100),
    next: {
      ...MASTER,
      answeredAt: 20_000,
      announcedAt: 20_000,
      burstAt: 20_000,
      announceAgainAt: 25_000,
    },
    actions: [sends(100), ANNOUNCE, {
      type: "rival",
      source: "10.0.0.9",
      priority: 100,
    }],
  },
  {
    name: "MASTER without a source yields to nobody of equal priority",
    state: { ...MASTER, source: null },
    input: advert("10.0.0.20", 100),
    next: {
      ...MASTER,
      source: null,
      answeredAt: 20_000,
      announcedAt: 20_000,
      burstAt: 20_000,
      announceAgainAt: 25_000,
    },
    actions: [sends(100), ANNOUNCE, {
      type: "rival",
      source: "10.0.0.20",
      priority: 100,
    }],
  },
  {
    name: "MASTER compares with its effective priority",
    state: { ...MASTER, priority: 50 },
    input: advert("10.0.0.3", 60),
    next: {
      ...STARTED,
      priority: 50,
      master: { address: "10.0.0.3", priority: 60, interval: 1000 },
    },
    actions: [
      RELEASE,
      tells("MASTER", "BACKUP", better("10.0.0.3", 60, 50)),
    ],
  },
  {
    name: "MASTER answers a resigning router and sets its timer anew",
    state: MASTER,
    input: advert("10.0.0.30", 0),
    at: 10_400,
    next: { ...MASTER, advertAt: 10_400, answeredAt: 10_400 },
    actions: [sends(100)],
  },
  {
    name:
      "MASTER that announced less than a second ago announces when the second is over",
    config: ONE_BURST,
    state: { ...MASTER, announcedAt: 9500, burstAt: 9500 },
    input: advert("10.0.0.30", 99),
    at: 10_499,
    next: {
      ...MASTER,
      announcedAt: 9500,
      burstAt: 9500,
      announceAgainAt: 10_500,
      answeredAt: 10_499,
    },
    actions: [sends(100), { type: "rival", source: "10.0.0.30", priority: 99 }],
  },
  {
    name: "MASTER that announced a second ago announces at once",
    config: ONE_BURST,
    state: { ...MASTER, announcedAt: 9500, burstAt: 9500 },
    input: advert("10.0.0.30", 99),
    at: 10_500,
    next: {
      ...MASTER,
      announcedAt: 10_500,
      burstAt: 10_500,
      announceAgainAt: null,
      answeredAt: 10_500,
    },
    actions: [sends(100), ANNOUNCE, {
      type: "rival",
      source: "10.0.0.30",
      priority: 99,
    }],
  },
  {
    name: "MASTER does not put off an announcement that is due sooner",
    state: {
      ...MASTER,
      announcedAt: 9500,
      burstAt: 9500,
      announceAgainAt: 10_200,
    },
    input: advert("10.0.0.30", 99),
    at: 10_100,
    next: {
      ...MASTER,
      announcedAt: 9500,
      burstAt: 9500,
      announceAgainAt: 10_200,
      answeredAt: 10_100,
    },
    actions: [sends(100), { type: "rival", source: "10.0.0.30", priority: 99 }],
  },
  {
    name: "MASTER answers worse routers at most every 100 ms",
    state: {
      ...MASTER,
      answeredAt: 10_000,
      announcedAt: 9500,
      burstAt: 9500,
      announceAgainAt: 10_200,
    },
    input: advert("10.0.0.30", 99),
    at: 10_099.999,
    next: "same",
  },
  {
    name: "MASTER answers a worse router again after 100 ms",
    config: ONE_BURST,
    state: { ...MASTER, answeredAt: 10_000, announcedAt: 9500, burstAt: 9500 },
    input: advert("10.0.0.30", 99),
    at: 10_100,
    next: {
      ...MASTER,
      answeredAt: 10_100,
      announcedAt: 9500,
      burstAt: 9500,
      announceAgainAt: 10_500,
    },
    actions: [sends(100), { type: "rival", source: "10.0.0.30", priority: 99 }],
  },
  {
    name: "MASTER answers resigning routers at most every 100 ms",
    state: { ...MASTER, answeredAt: 10_000 },
    input: advert("10.0.0.30", 0),
    at: 10_099.999,
    next: "same",
  },
  {
    name: "MASTER answers at most every half interval when that is shorter",
    config: { ...V3, advertInterval: 10 },
    state: { ...MASTER, answeredAt: 10_000 },
    input: advert("10.0.0.30", 0),
    at: 10_004.999,
    next: "same",
  },
  {
    name: "MASTER answers again after half an interval",
    config: { ...V3, advertInterval: 10 },
    state: { ...MASTER, answeredAt: 10_000 },
    input: advert("10.0.0.30", 0),
    at: 10_005,
    next: { ...MASTER, advertAt: 10_005, answeredAt: 10_005 },
    actions: [sends(100)],
  },
  {
    name: "MASTER yields however lately it answered",
    state: { ...MASTER, answeredAt: 19_999 },
    input: advert("10.0.0.3", 101),
    next: {
      ...STARTED,
      master: { address: "10.0.0.3", priority: 101, interval: 1000 },
    },
    actions: [
      RELEASE,
      tells("MASTER", "BACKUP", better("10.0.0.3", 101)),
    ],
  },
]);
