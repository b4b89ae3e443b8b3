/**
 * The virtual router that the tests of `src/vrrp/` speak of: priority 100,
 * one advert a second, everything seen from the moment 10,000 ms.
 *
 * @module
 */

import { whatIsDue } from "../../src/vrrp/due.ts";
import {
  type Engine,
  expire,
  type InstanceAction,
} from "../../src/vrrp/engine.ts";
import type {
  CheckReason,
  GroupReason,
  LinkReason,
  OwnReason,
  Reason,
  RefusedReason,
} from "../../src/vrrp/reason.ts";
import type {
  Action,
  Backup,
  Fault,
  Init,
  Input,
  Master,
  RouterConfig,
  StateName,
  TakeOver,
} from "../../src/vrrp/state.ts";

/** Version 2, one advert a second, GARP again after 5 s and every minute. */
export const V2: RouterConfig = {
  version: 2,
  priority: 100,
  advertInterval: 1000,
  preempt: true,
  preemptDelay: 0,
  downTimerAdverts: 3,
  garp: { delay: 5000, refresh: 60_000 },
  higherPriorityAdvert: false,
};

/** The same in version 3. */
export const V3: RouterConfig = { ...V2, version: 3 };

/** The same, but no burst of GARP after the first. */
export const ONE_BURST: RouterConfig = {
  ...V2,
  garp: { delay: 0, refresh: 0 },
};

/** The owner of the addresses. */
export const OWNER: RouterConfig = { ...V2, priority: 255 };

/** Not started; announced its addresses long before. */
export const INIT: Init = {
  name: "INIT",
  priority: 100,
  source: "10.0.0.9",
  faults: {},
  pending: [],
  refusals: 0,
  burstAt: 1000,
  yielded: false,
};

/** Has heard 10.0.0.20, priority 200, at 10,000. */
export const BACKUP: Backup = {
  ...INIT,
  name: "BACKUP",
  heardAt: 10_000,
  waits: "masterDown",
  resigner: null,
  master: { address: "10.0.0.20", priority: 200, interval: 1000 },
  lowerHeard: null,
  toleratedSince: null,
  claimsSince: null,
  holds: false,
};

/** Has heard nobody since its start at 10,000. */
export const ALONE: Backup = { ...BACKUP, master: null };

/** Advertised at 10,000. */
export const MASTER: Master = {
  ...INIT,
  name: "MASTER",
  advertAt: 10_000,
  announcedAt: 1000,
  announceAgainAt: null,
  answeredAt: null,
  repairedAt: null,
  repairAt: null,
  missing: null,
};

/** Faults, and the end of the first. */
export const LINK_DOWN: LinkReason = {
  kind: "interface",
  interface: "eth0",
  condition: "down",
  carries: null,
};
/** See {@linkcode LINK_DOWN}. */
export const LINK_GONE: LinkReason = { ...LINK_DOWN, condition: "missing" };
/** See {@linkcode LINK_DOWN}. */
export const LINK_UP: LinkReason = { ...LINK_DOWN, condition: "up" };
/** See {@linkcode LINK_DOWN}. */
export const NO_ROUTE: CheckReason = {
  ...{ kind: "check", check: "route" },
  ...{ up: false, value: null, detail: "no route" },
};
/** See {@linkcode LINK_DOWN}. */
export const NO_PERMISSION: RefusedReason = {
  kind: "refused",
  failure: "no permission",
};

/** Its link is down. */
export const FAULT: Fault = {
  ...INIT,
  name: "FAULT",
  faults: { link: LINK_DOWN },
  retryAt: null,
};

/** Refused an address for the first time, at 10,000. */
export const REFUSED: Fault = {
  ...INIT,
  name: "FAULT",
  faults: { addresses: NO_PERMISSION },
  refusals: 1,
  retryAt: 11_000,
};

/** An advert of a peer. */
export function advert(
  source: string,
  priority: number,
  interval = 1000,
): Input {
  return { type: "advert", source, priority, interval };
}

/** An advert of a peer that came before it is read. */
export function advertAt(source: string, priority: number, at: number): Input {
  return { type: "advert", source, priority, interval: 1000, at };
}

/** Silence lasted as long as it may. */
export const TAKE_OVER: TakeOver = {
  type: "takeOver",
  due: 13_609.375,
  stalled: false,
  claim: false,
};

/** The action that sends an advert. */
export function sends(priority: number): Action {
  return { type: "sendAdvert", priority };
}

/** The action that tells of a change of state. */
export function tells(from: StateName, to: StateName, reason: Reason): Action {
  return { type: "transition", from, to, reason };
}

/** Nothing was heard of a peer, or of anybody, for so long. */
export function silence(peer: string | null, silentFor: number): Reason {
  return { kind: "silence", peer, silentFor };
}

/** A peer has a higher priority than the own one. */
export function better(
  peer: string,
  peerPriority: number,
  ownPriority = 100,
): Reason {
  return { kind: "better", peer, peerPriority, ownPriority };
}

/** It is started, and stopped. */
export const STARTS: Reason = { kind: "started" };
/** See {@linkcode STARTS}. */
export const STOPS: Reason = { kind: "stopped" };
/** It owns the addresses. */
export const OWNS: Reason = { kind: "owner" };
/** Another of its group yielded. */
export const YIELDED: GroupReason<OwnReason> = {
  ...{ kind: "group", instance: "other" },
  because: { kind: "resigned", peer: "10.0.0.20" },
};
/** Addresses that were refused are tried again. */
export const RETRIES: Reason = { kind: "recovered", what: { kind: "retry" } };
/** Its link is up again. */
export const LINK_RECOVERS: Reason = { kind: "recovered", what: LINK_UP };

/** The other actions, which have no content. */
export const HOLD: Action = { type: "hold" };
/** See {@linkcode HOLD}. */
export const RELEASE: Action = { type: "release" };
/** See {@linkcode HOLD}. */
export const ANNOUNCE: Action = { type: "announce", what: "all" };
/** See {@linkcode HOLD}. */
export const ADDED: Action = { type: "announce", what: "added" };
/** See {@linkcode HOLD}. */
export const REFRESH: Action = { type: "announce", what: "refresh" };

/** Run what is due at a time; see `whatIsDue()`. */
export function expireAt(
  engine: Engine,
  lost: number,
  now: number,
  most?: number,
): readonly InstanceAction[] {
  return expire(engine, whatIsDue(engine, lost, now, most), now);
}
