/**
 * Announcements that wait for their time: which frame goes out next. No socket
 * in it.
 *
 * @module
 */

import type { LinkFrame } from "../../kernel/port.ts";
import { DeadlineQueue } from "../../vrrp/deadline_queue.ts";

/** A frame, where it goes out, and what it announces. */
export interface Frame extends LinkFrame {
  /** Key of the address. */
  readonly key: string;
}

/** How a burst is sent. */
export interface BurstShape {
  /** Frames for each address. */
  readonly repeat: number;
  /** Milliseconds from one frame to the next on the link; 0 for none. */
  readonly interval: number;
}

/** Announcements that are still to be sent, as plain data. */
export interface Debt {
  /** Name of the instance. */
  readonly owner: string;
  /** Index of the link; of a refresh that of one of its frames. */
  readonly index: number;
  /** Keys of the addresses, in the order of a round. */
  readonly keys: readonly string[];
  /** Frames of the whole burst, and of those sent already. */
  readonly total: number;
  /** See `total`. */
  readonly sent: number;
  /** Milliseconds from one frame to the next; 0 for none. */
  readonly interval: number;
  /** When the next one is due, or null for at once. */
  readonly dueAt: number | null;
  /** Whether it is one frame each, in its turn among all that are refreshed. */
  readonly isRefresh: boolean;
}

/** Least milliseconds between two refreshing frames of this host: 50 a second. */
const REFRESH_SPACING = 20;

interface Burst {
  readonly owner: string;
  readonly index: number;
  readonly frames: readonly Frame[];
  readonly interval: number;
  readonly total: number;
  sent: number;
}

/** The announcements of all instances; each call costs O(log n) at most. */
export class Announcer {
  readonly #bursts = new Map<string, Map<number, Burst>>();
  // Whole rounds at once: each address of all bursts before any repetition.
  readonly #rounds = new Set<Burst>();
  readonly #paced = new DeadlineQueue<Burst>();
  readonly #refreshes = new Map<string, Frame[]>();
  #refreshAt = -Infinity;

  /**
   * Announce every address, one round after the other, in place of what an
   * instance still announces on that link: with those first that were not
   * announced yet, so that bursts which come faster than one is over announce
   * all of them.
   *
   * @param owner Name of the instance.
   * @param index Index of the link that all frames go out by.
   * @param frames One for each address, by that link.
   */
  burst(
    owner: string,
    index: number,
    frames: readonly Frame[],
    { repeat, interval }: BurstShape,
    now: number,
  ): void {
    const before = this.#bursts.get(owner)?.get(index);
    const dueAt = before === undefined ? Infinity : this.#paced.get(before);
    if (before !== undefined) this.#end(before);
    // What waits may have been made of another MAC address.
    this.#refreshes.delete(owner);
    const total = repeat * frames.length;
    if (total === 0) return;
    const burst: Burst = {
      ...{ owner, index, interval, total, sent: 0 },
      frames: before === undefined || dueAt === Infinity
        ? frames
        : goOn(before, frames),
    };
    const own = this.#bursts.get(owner) ?? new Map<number, Burst>();
    this.#bursts.set(owner, own.set(index, burst));
    const at = dueAt === Infinity ? now : Math.max(now, dueAt);
    if (interval === 0) this.#rounds.add(burst);
    else this.#paced.set(burst, at);
  }

  /**
   * Announce every address once, in its turn among all that are refreshed; not
   * while the last refresh of this instance still waits.
   */
  refresh(owner: string, frames: readonly Frame[]): void {
    if (frames.length === 0 || this.#refreshes.has(owner)) return;
    this.#refreshes.set(owner, [...frames]);
  }

  /** What is still to be sent. */
  debts(): readonly Debt[] {
    const bursts = this.#bursts.values().flatMap((own) => own.values())
      .map((burst) => {
        const { owner, index, frames, total, sent, interval } = burst;
        const dueAt = this.#paced.get(burst);
        return {
          ...{ owner, index, total, sent, interval, isRefresh: false },
          keys: frames.map(({ key }) => key),
          dueAt: dueAt === Infinity ? null : dueAt,
        };
      });
    const refreshes = this.#refreshes.entries().flatMap(([owner, frames]) =>
      Map.groupBy(frames, ({ index }) => index).entries()
        .map(([index, here]) => ({
          ...{ owner, index, total: here.length, sent: 0, interval: 0 },
          ...{ dueAt: null, isRefresh: true },
          keys: here.map(({ key }) => key),
        }))
    );
    return [...bursts, ...refreshes];
  }

  /**
   * Go on with what another one had still to send.
   *
   * @param frames Those of its keys, as they are now, in any order.
   */
  owe(debt: Debt, frames: readonly Frame[]): void {
    const { owner, index, keys, isRefresh, total, interval, dueAt } = debt;
    const byKey = new Map(frames.map((frame) => [frame.key, frame]));
    const known = keys.map((key) => byKey.get(key))
      .filter((frame) => frame !== undefined);
    if (known.length === 0) return;
    if (isRefresh) {
      const before = this.#refreshes.get(owner) ?? [];
      this.#refreshes.set(owner, [...before, ...known]);
      return;
    }
    // An address that is gone takes its part of the burst along.
    const rounds = total / keys.length;
    const sent = Math.round(debt.sent * known.length / keys.length);
    const burst: Burst = {
      ...{ owner, index, interval, sent, frames: known },
      total: Math.round(rounds * known.length),
    };
    if (burst.sent >= burst.total) return;
    const own = this.#bursts.get(owner) ?? new Map<number, Burst>();
    this.#bursts.set(owner, own.set(index, burst));
    if (dueAt === null) this.#rounds.add(burst);
    else this.#paced.set(burst, dueAt);
  }

  /** Whether a burst of an instance is under way on any link. */
  isBusy(owner: string): boolean {
    return this.#bursts.has(owner);
  }

  /** Announce nothing more for an instance. */
  cancel(owner: string): void {
    for (const burst of this.#bursts.get(owner)?.values() ?? []) {
      this.#end(burst);
    }
    this.#refreshes.delete(owner);
  }

  /** When the next frame is to be sent; −Infinity for at once. */
  get dueAt(): number {
    if (this.#rounds.size > 0) return -Infinity;
    const refreshAt = this.#refreshes.size > 0 ? this.#refreshAt : Infinity;
    return Math.min(this.#paced.earliest, refreshAt);
  }

  /** Take so many of the frames that are due, in order. */
  take(most: number, now: number): readonly Frame[] {
    const frames: Frame[] = [];
    while (frames.length < most) {
      const frame = this.next(now);
      if (frame === null) break;
      frames.push(frame);
    }
    return frames;
  }

  /** Take the next frame that is due, or null. */
  next(now: number): Frame | null {
    return this.#nextOfRounds() ?? this.#nextPaced(now) ??
      this.#nextRefresh(now);
  }

  #nextOfRounds(): Frame | null {
    for (const burst of this.#rounds) {
      const frame = this.#take(burst);
      if (burst.sent < burst.total && burst.sent % burst.frames.length === 0) {
        // Behind the others.
        this.#rounds.delete(burst);
        this.#rounds.add(burst);
      }
      return frame;
    }
    return null;
  }

  #nextPaced(now: number): Frame | null {
    const [burst] = this.#paced.until(now, 1);
    if (burst === undefined) return null;
    // Never faster than the interval, also after a pause.
    this.#paced.set(burst, now + burst.interval);
    return this.#take(burst);
  }

  #nextRefresh(now: number): Frame | null {
    if (this.#refreshAt > now) return null;
    for (const [owner, frames] of this.#refreshes) {
      const frame = frames.shift() ?? null;
      if (frames.length === 0) this.#refreshes.delete(owner);
      this.#refreshAt = now + REFRESH_SPACING;
      return frame;
    }
    return null;
  }

  #take(burst: Burst): Frame | null {
    const frame = burst.frames[burst.sent % burst.frames.length];
    burst.sent++;
    if (burst.sent >= burst.total) this.#end(burst);
    return frame ?? null;
  }

  #end(burst: Burst): void {
    const { owner, index } = burst;
    this.#rounds.delete(burst);
    this.#paced.delete(burst);
    const own = this.#bursts.get(owner);
    own?.delete(index);
    if (own?.size === 0) this.#bursts.delete(owner);
  }
}

/** Frames in the order in which a burst that is replaced would go on. */
function goOn(
  { frames, sent }: Burst,
  next: readonly Frame[],
): readonly Frame[] {
  const done = frames.slice(0, sent % frames.length).map(({ key }) => key);
  const behind = new Set(done);
  return [
    ...next.filter(({ key }) => !behind.has(key)),
    ...next.filter(({ key }) => behind.has(key)),
  ];
}
