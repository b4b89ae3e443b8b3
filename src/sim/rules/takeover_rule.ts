/**
 * A takeover is never before its deadline: never while the adverts of a master
 * arrive in time, and never with one of them unread.
 *
 * @module
 */

import type { InstanceSettings } from "../../config/settings/instance.ts";
import { compareIp } from "../../wire/address.ts";
import type { RouterState } from "../../vrrp/state.ts";
import { masterDownInterval, skewTime } from "../../vrrp/timing.ts";
import type { Packet } from "../lan.ts";
import { Violation } from "./violation.ts";

/** What an advert says, as far as takeovers go. */
export interface Said {
  /** 2 or 3. */
  readonly version: number;
  /** VRID. */
  readonly vrid: number;
  /** 0 to 255. */
  readonly priority: number;
  /** Milliseconds. */
  readonly interval: number;
  /** Where it comes from. */
  readonly source: string;
}

/** Read an advert that was made by a daemon. */
export function said({ payload, source }: Packet): Said | null {
  if (payload.length < 8) return null;
  const [first = 0, vrid = 0, priority = 0, , high = 0, low = 0] = payload;
  const version = first >> 4;
  const interval = version === 3 ? ((high & 0x0f) << 8 | low) * 10 : low * 1000;
  return { version, vrid, priority, interval, source };
}

/** An advert that was not read yet. */
export interface Unread {
  /** What it says. */
  readonly advert: Said;
  /** When it came. */
  readonly since: number;
}

interface Heard {
  readonly at: number;
  readonly advert: Said;
  readonly own: number;
  resignedAt: number | null;
}

/** Rounding of times that are sums. */
const ROUNDING = 1e-3;

/** What one daemon heard, by instance. */
export class TakeoverRule {
  readonly #heard = new Map<string, Heard>();

  /**
   * An advert was given to the daemon.
   *
   * @param since The earliest time that silence counts from: when it came, or
   *   when the turn began.
   */
  hear(
    instance: InstanceSettings,
    state: RouterState,
    advert: Said,
    since: number,
  ): void {
    const { name } = instance;
    if (advert.priority === 0) {
      const heard = this.#heard.get(name);
      if (heard !== undefined) heard.resignedAt = since;
      return;
    }
    if (!matters(instance, state, advert)) {
      // A worse one that is tolerated is the master from then on.
      if (instance.preemptDelay > 0) this.#heard.delete(name);
      return;
    }
    this.#heard.set(name, {
      at: since,
      advert,
      own: state.priority,
      resignedAt: null,
    });
  }

  /** An instance is no backup any more, or is another one: forget. */
  forget(name: string): void {
    this.#heard.delete(name);
  }

  /**
   * An instance becomes master.
   *
   * @param priority In its first advert.
   * @param unread Adverts that lie in its sockets.
   * @param turnAt When its turn began: what came before must have been read,
   *   and so must what came before the deadline.
   */
  check(
    instance: InstanceSettings,
    priority: number,
    now: number,
    unread: readonly Unread[],
    turnAt: number,
  ): void {
    if (instance.priority === 255) return;
    const { name, virtualRouterId: vrid } = instance;
    const heard = this.#heard.get(name);
    const due = heard ? dueOf(instance, priority, heard) : -Infinity;
    const overlooked = unread.find(({ since, advert }) =>
      since < Math.max(turnAt, due) && advert.vrid === vrid &&
      keepsBackup(instance, priority, advert)
    );
    if (overlooked !== undefined) {
      throw new Violation(
        "hasty",
        `"${name}" takes over with an advert of ` +
          `${overlooked.advert.source} unread`,
      );
    }
    if (now >= due - ROUNDING) return;
    throw new Violation(
      "hasty",
      `"${name}" takes over ${(due - now).toFixed(3)} ms before ` +
        `${heard?.advert.source} can be dead`,
    );
  }
}

/** When a router may take over from the one that it heard. */
function dueOf(
  instance: InstanceSettings,
  priority: number,
  { at, advert, own, resignedAt }: Heard,
): number {
  const { version, preempt, advertInterval, downTimerAdverts } = instance;
  if (preempt && advert.priority < Math.max(own, priority)) return -Infinity;
  const interval = version === 3 ? advert.interval : advertInterval;
  if (resignedAt === null) {
    return at +
      masterDownInterval(version, priority, interval, downTimerAdverts);
  }
  // Who resigned may be another one, of whose interval nothing is known.
  const shortest = Math.min(interval, advertInterval);
  return resignedAt + skewTime(version, priority, shortest);
}

/** Whether an advert keeps a router from being master. */
function matters(
  instance: InstanceSettings,
  state: RouterState,
  advert: Said,
): boolean {
  const { priority, source } = advert;
  switch (state.name) {
    case "BACKUP":
      return keepsBackup(instance, state.priority, advert);
    case "MASTER":
      return priority > state.priority ||
        (priority === state.priority && state.source !== null &&
          compareIp(source, state.source) > 0);
    default:
      return false;
  }
}

/**
 * Whether an advert keeps a backup from taking over. For how long a worse one
 * is tolerated is a matter of its own.
 *
 * @param own Its priority.
 */
export function keepsBackup(
  { preempt, preemptDelay }: InstanceSettings,
  own: number,
  { priority }: Said,
): boolean {
  return priority > 0 &&
    (priority >= own || (!preempt && preemptDelay === 0));
}
