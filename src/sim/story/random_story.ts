/**
 * The story of a seed.
 *
 * @module
 */

import {
  type Cluster,
  longest,
  randomCluster,
  randomPriority,
} from "./cluster.ts";
import type { Call } from "../machine/conditions.ts";
import { PARTS } from "../lan.ts";
import { between, happens, pick, type Prng, streamOf, whole } from "../prng.ts";
import type { ErrorCode } from "../machine/refusal.ts";
import type {
  Act,
  Entry,
  LinkAct,
  OperatorAct,
  ProcessAct,
  ReloadAct,
  Story,
} from "./story.ts";

/** Make the story of a seed. */
export function randomStory(seed: number): Story {
  const cluster = randomCluster(seed);
  const prng = streamOf(seed, "story");
  const { interval } = longest(cluster);
  const entries: Entry[] = [];
  const count = cluster.instances.length > 8
    ? whole(prng, 2, 8)
    : whole(prng, 3, 40);
  let at = happens(prng, 0.5) ? 0 : 4 * interval;
  const theme = happens(prng, 0.4) ? pick(prng, KINDS) : null;
  for (let n = 0; n < count; n++) {
    at += between(prng, 0, pick(prng, [0.2, 1, 3, 6])) * interval;
    const kind = theme !== null && happens(prng, 0.5)
      ? theme
      : pick(prng, KINDS);
    entries.push({ at, act: randomAct(prng, cluster, kind, interval) });
  }
  return {
    cluster,
    entries,
    calmAt: at + between(prng, 0, 2) * interval,
    heals: happens(prng, 0.5),
    stops: happens(prng, 0.5),
  };
}

type Kind = Act["type"];

const KINDS: readonly [Kind, ...Kind[]] = [
  ...["lan", "lan", "split", "split", "deafen", "forge"] as const,
  ...["slow", "slow", "lock", "refuse", "refuse", "refuse", "flood"] as const,
  ...["link", "link", "link", "link", "link"] as const,
  ...["process", "process", "process", "process", "process"] as const,
  ...["verdict", "verdict", "reload", "reload"] as const,
  ...["operate", "operate", "operate"] as const,
];

function randomAct(
  prng: Prng,
  cluster: Cluster,
  type: Kind,
  interval: number,
): Act {
  const { hosts, segments, instances, preempt } = cluster;
  const host = whole(prng, 0, hosts.length - 1);
  const segment = whole(prng, 0, segments.length - 1);
  const instance = whole(prng, 0, instances.length - 1);
  const lasts = between(prng, 0.1, pick(prng, [1, 4, 8])) * interval;
  switch (type) {
    case "lan":
      return {
        ...{ type, segment },
        loss: pick(prng, [0, 0.1, 0.4, 1]),
        duplication: pick(prng, [0, 0, 0.5]),
        delay: pick(prng, [1, 1, 1, 20]),
      };
    case "split":
      return {
        ...{ type, segment },
        parts: happens(prng, 0.4)
          ? []
          : hosts.map(() => whole(prng, 0, PARTS - 1)),
      };
    case "deafen":
      return { type, host, segment };
    case "forge":
      return {
        ...{ type, instance },
        priorities: pick(prng, [[255, 0], [255], [0], [100], [254, 1]]),
        every: pick(prng, [0.25, 5, interval / 4, interval]),
        count: whole(prng, 1, 60),
      };
    case "slow": {
      const call = pick(prng, CALLS);
      return {
        ...{ type, host, lasts, call },
        chance: pick(prng, [0.05, 0.3, 1]),
        most: SLOW.has(call) ? pick(prng, [10, 60, 300]) : 0.3,
      };
    }
    case "lock":
      return { type, host, lasts: pick(prng, [10, 50, 200, 800]) };
    case "refuse": {
      const call = pick(prng, CALLS);
      const unanswered = (call === "add" || call === "remove") &&
        happens(prng, 0.3);
      return {
        ...{ type, host, call, lasts, unanswered },
        code: pick(prng, CODES[call]),
        chance: pick(prng, [0.2, 1, 1]),
      };
    }
    case "flood":
      return {
        ...{ type, host },
        count: pick(prng, [10, 120, 300]),
        blinks: happens(prng, 0.5) ? segment : null,
      };
    case "link":
      return { type, host, segment, what: pick(prng, LINK_ACTS), lasts };
    case "process": {
      const what = pick(prng, PROCESS_ACTS);
      const calls = whole(prng, 0, 30);
      return { type, host, what, lasts: what === "bug" ? calls : lasts };
    }
    case "verdict":
      return {
        ...{ type, host },
        check: pick(prng, ["service", "service", "disk"]),
        up: pick(prng, [true, true, false, null]),
      };
    case "operate":
      return {
        ...{ type, host, instance },
        what: pick(prng, OPERATOR_ACTS),
        lasts: happens(prng, 0.4) ? lasts : null,
      };
    case "reload":
      return {
        ...{ type, host, instance },
        what: pick(prng, RELOAD_ACTS),
        number: randomPriority(prng, preempt),
      };
    default:
      return type satisfies never;
  }
}

const CALLS: readonly [Call, ...Call[]] = [
  ...["receive", "send", "frame", "open", "open", "add", "add"] as const,
  ...["add", "remove", "remove", "dump", "events", "record"] as const,
  "sysctl",
];

/** Calls that wait for a lock, or for a disk. */
const SLOW: ReadonlySet<Call> = new Set([
  ...["open", "add", "remove", "dump", "record"] as const,
]);

const CODES: Readonly<Record<Call, readonly [ErrorCode, ...ErrorCode[]]>> = {
  receive: ["ENOBUFS", "ENETDOWN", "ENOMEM"],
  send: ["EPERM", "ENOBUFS", "ENETUNREACH"],
  frame: ["ENETDOWN", "ENOBUFS"],
  open: ["EMFILE", "ENFILE", "ENOMEM", "ENOBUFS"],
  add: ["ENOBUFS", "ENOMEM", "EPERM", "EINVAL", "EAGAIN"],
  remove: ["ENOBUFS", "EPERM", "EBUSY", "EAGAIN"],
  dump: ["EMFILE", "ENOBUFS", "EINTR"],
  events: ["EMFILE", "ENOMEM"],
  record: ["ENOSPC", "EROFS", "EMFILE", "EIO"],
  sysctl: ["EROFS", "EACCES", "EMFILE"],
};

const LINK_ACTS: readonly [LinkAct, ...LinkAct[]] = [
  ...["down", "up", "unplug", "plug", "rename", "recreate", "mac"] as const,
  ...["enslave", "flush", "dhcp", "steal", "steal", "foreign"] as const,
  "noIpv6",
];

const PROCESS_ACTS: readonly [ProcessAct, ...ProcessAct[]] = [
  ...["start", "start", "kill", "kill", "stop", "pause", "pause"] as const,
  ...["pauseAtClock", "late", "sleep", "crash", "bug", "stallSide"] as const,
  ...["handOver", "handOver"] as const,
];

const OPERATOR_ACTS: readonly [OperatorAct, ...OperatorAct[]] = [
  ...["drain", "drain", "lastResort", "failover", "failover"] as const,
  ...["failover", "resume", "resume"] as const,
];

const RELOAD_ACTS: readonly [ReloadAct, ...ReloadAct[]] = [
  ...["priority", "priority", "vip", "vip", "prefix", "remove"] as const,
  "label",
  ...["restart", "lease", "groups"] as const,
];
