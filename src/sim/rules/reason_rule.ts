/**
 * What a daemon tells of its changes of state is true: remembers what happened
 * to it, and compares.
 *
 * @module
 */

import type { InstanceSettings } from "../../config/settings/instance.ts";
import type { SyncGroupSettings } from "../../config/settings/sync_group.ts";
import type { Order, Transition } from "../../daemon/messages.ts";
import type { Reason } from "../../vrrp/reason.ts";
import type { CheckVerdict } from "../host.ts";
import type { Call } from "../machine/conditions.ts";
import { EPOCH } from "../machine/kernel.ts";
import type { Machine } from "../machine/machine.ts";
import type { Thread } from "../machine/thread.ts";
import type { HostSettings } from "../story/host_settings.ts";
import type { World } from "../world.ts";
import type { Reloaded } from "./fault_truth.ts";
import { Hearings } from "./hearing.ts";
import { type Known, settingsOf } from "./oracle.ts";
import { checkReason, type Witnessed } from "./reason_truth.ts";

/** Milliseconds in which what happened may still be what a daemon knows. */
const LATELY = 150;
/** Milliseconds by which a time since 1970 may be too early. */
const ROUNDING = 1e-3;
/** Reloads that may be read in the turn that tells of a change before them. */
const RELOADS = 4;
/** Milliseconds that are searched for stalls and long calls. */
const BACK = 10_000;

/** What is known of the daemon from outside. */
export interface Daemon extends Known {
  /** Whether calls of some kinds were refused lately. */
  refusedLately(...calls: readonly Call[]): boolean;
  /** All that was ordered of an instance. */
  ordersOf(name: string): readonly Order[];
}

/** A verdict, and since when. */
interface Since {
  readonly at: number;
  readonly up: CheckVerdict["up"];
}

/** A reload, and its turn. */
interface ReloadInTurn extends Reloaded {
  readonly readAt: number;
  turnEndedAt: number;
}

/** Judges the reasons of one daemon. */
export class ReasonRule implements Witnessed {
  readonly #daemon: Daemon;
  readonly #world: World;
  readonly #verdicts = new Map<string, Since[]>();
  readonly #faults = new Map<string, Reason["kind"]>();
  readonly #inFault = new Set<string>();
  readonly #enteredAt = new Map<string, number>();
  /** How often each instance was asked to stop, and has not told of it. */
  readonly #leaving = new Map<string, number>();
  readonly #earlier: HostSettings[] = [];
  /** The reloads of the last turn that read one. */
  #reloads: ReloadInTurn[] = [];
  #stops = false;
  #at = 0;
  readonly hearings = new Hearings();
  readonly thread: Thread;

  /** A daemon starts. */
  constructor(daemon: Daemon, thread: Thread, world: World) {
    this.#daemon = daemon;
    this.#world = world;
    this.#earlier.push(daemon.settings);
    this.thread = thread;
  }

  /** It is asked to stop. */
  askedToStop(): void {
    this.#stops = true;
  }

  /** It was given another configuration. */
  reloads(before: HostSettings): void {
    this.#earlier.push(before);
    if (this.#earlier.length > RELOADS) this.#earlier.shift();
    this.#reloads = this.#reloads.filter(({ turnEndedAt }) =>
      turnEndedAt === Infinity
    );
    const after = this.#daemon.settings;
    const readAt = this.#world.agenda.now;
    this.#reloads.push({ before, after, readAt, turnEndedAt: Infinity });
    for (const { name, virtualRouterId } of before.instances) {
      const now = settingsOf(this.#daemon, name);
      if (now?.virtualRouterId === virtualRouterId) continue;
      this.#leaving.set(name, this.#leavingOf(name) + 1);
    }
  }

  /** A turn is over. */
  turned(): void {
    const { now } = this.#world.agenda;
    this.hearings.turned(now);
    for (const one of this.#reloads) {
      one.turnEndedAt = Math.min(one.turnEndedAt, now);
    }
  }

  /** It was given a verdict of a check; null for none any more. */
  verdict(check: string, up: CheckVerdict["up"]): void {
    const all = this.#verdicts.get(check) ?? [];
    all.push({ at: this.#world.agenda.now, up });
    this.#verdicts.set(check, all);
  }

  /** It tells of a change of state. */
  told(transition: Transition): void {
    const { instance, to, reason, time } = transition;
    this.#at = time - EPOCH + ROUNDING;
    checkReason(this, transition, this.#at);
    this.#enteredAt.set(instance, this.#at);
    if (to === "FAULT") {
      this.#faults.set(instance, reason.kind);
      this.#inFault.add(instance);
    } else this.#inFault.delete(instance);
    if (to === "INIT") {
      this.#leaving.set(instance, this.#leavingOf(instance) - 1);
    }
  }

  get settings(): HostSettings {
    return this.#daemon.settings;
  }

  get verdicts(): Known["verdicts"] {
    return this.#daemon.verdicts;
  }

  get drains(): Known["drains"] {
    return this.#daemon.drains;
  }

  ordersOf(name: string): readonly Order[] {
    return this.#daemon.ordersOf(name);
  }

  get machine(): Machine {
    return this.#daemon.machine;
  }

  get preemptDelay(): number {
    return this.#world.cluster.preemptDelay;
  }

  get span(): Witnessed["span"] {
    const isBlind = this.refusedLately("events", "dump");
    return { from: isBlind ? -Infinity : this.#since, to: this.#at };
  }

  get meddled(): boolean {
    const { meddledAt } = this.machine;
    const { down } = this.#world.cluster.linkDelay;
    return this.refusedLately("events", "dump") ||
      meddledAt >= this.#since - down;
  }

  get groupsLately(): readonly SyncGroupSettings[] {
    const before = this.#earlier.flatMap(({ syncGroups }) => syncGroups);
    return [...this.settings.syncGroups, ...before];
  }

  /** Since when something may have been that it tells of now. */
  get #since(): number {
    const from = this.#at - BACK;
    return this.#at - LATELY - this.thread.lostIn(from, this.#at) -
      this.thread.longestIn(from, this.#at).reduce((sum, one) => sum + one, 0);
  }

  refusedLately(...calls: readonly Call[]): boolean {
    return this.#daemon.refusedLately(...calls);
  }

  settingsLately(name: string): readonly InstanceSettings[] {
    const earlier = this.#earlier.toReversed()
      .map(({ instances }) => instances.find((one) => one.name === name));
    return [settingsOf(this.#daemon, name), ...earlier]
      .filter((one) => one !== undefined);
  }

  get reloadsInTurn(): readonly Reloaded[] {
    return this.#reloads.filter(({ readAt, turnEndedAt }) =>
      readAt <= this.#at && this.#at <= turnEndedAt + ROUNDING
    );
  }

  faultOf(name: string): Reason["kind"] | undefined {
    return this.#faults.get(name);
  }

  isInFault(name: string): boolean {
    return this.#inFault.has(name);
  }

  had(check: string, up: CheckVerdict["up"]): boolean {
    const all = this.#verdicts.get(check) ?? [];
    const since = this.#since;
    if (up === null && (all[0]?.at ?? Infinity) >= since) return true;
    return all.some((one, i) =>
      one.up === up && one.at <= this.#at &&
      (all[i + 1]?.at ?? Infinity) >= since
    );
  }

  enteredAt(name: string): number {
    return this.#enteredAt.get(name) ?? -Infinity;
  }

  isAskedToStop(name: string): boolean {
    return this.#stops || this.#leavingOf(name) > 0;
  }

  #leavingOf(name: string): number {
    return this.#leaving.get(name) ?? 0;
  }
}
