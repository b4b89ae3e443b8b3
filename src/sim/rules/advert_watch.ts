/**
 * Watches the adverts of one daemon: what it sends as master, and what it has
 * heard when it becomes one.
 *
 * @module
 */

import type { InstanceSettings } from "../../config/settings/instance.ts";
import { takeOverDueAt } from "../../vrrp/deadline.ts";
import type { RouterState } from "../../vrrp/state.ts";
import type { Packet } from "../lan.ts";
import type { Process } from "../process.ts";
import { AdvertRule } from "./advert_rule.ts";
import type { Stateful } from "./state_rule.ts";
import { type Said, said, TakeoverRule, type Unread } from "./takeover_rule.ts";
import { Violation } from "./violation.ts";

/** Datagrams after which a flooded socket is not read on. */
const FLOOD = 400;

/** What is known of the daemon. */
export interface Yielding extends Stateful {
  /** Instances that leave the addresses to whoever lives. */
  readonly yielded: ReadonlySet<string>;
}

/** Adverts of one daemon. */
export class AdvertWatch {
  readonly #host: Yielding;
  readonly #process: Process;
  readonly #takeovers = new TakeoverRule();
  readonly #adverts: AdvertRule;
  // Instances that have sent as master and are it still.
  readonly #masters = new Set<string>();
  // Those that said that they take over, as they were then.
  readonly #firstWords = new Map<string, RouterState>();
  // Those whose last word was kept waiting when the last turn ended.
  #lastWords: ReadonlySet<string> = new Set();
  #prompts: number[] = [];
  /** When each instance last became master. */
  readonly promotedAt = new Map<string, number>();
  /** When each instance last advertised. */
  readonly sentAt = new Map<string, number>();

  /** Watch a daemon. */
  constructor(host: Yielding, process: Process) {
    this.#host = host;
    this.#process = process;
    this.#adverts = new AdvertRule(process.thread);
  }

  /** The instance that an advert of this daemon is of. */
  #instanceOf(advert: Said | null): InstanceSettings | undefined {
    return this.#host.settings.instances.find((one) =>
      one.virtualRouterId === advert?.vrid
    );
  }

  /**
   * An advert is sent, or would be if the kernel did not refuse.
   *
   * @param trusted Whether its sockets gave it all that came.
   * @returns The instance when it becomes master by it.
   */
  sent(
    packet: Packet,
    done: boolean,
    now: number,
    trusted: boolean,
  ): InstanceSettings | null {
    const advert = said(packet);
    const instance = this.#instanceOf(advert);
    if (advert === null || instance === undefined) {
      if (advert?.priority === 0) return null;
      throw new Violation("vrid", `sends for VRID ${advert?.vrid}`);
    }
    const { name } = instance;
    if (done) this.sentAt.set(name, now);
    if (advert.priority === 0) {
      this.forget(name);
      return null;
    }
    // At the start an owner sends before its state can be seen.
    const state = this.#host.stateOf(name);
    if (this.#process.core !== null && state?.name !== "MASTER") {
      // The last word of one that has yielded is no advert of a master.
      if (state === undefined || !this.#takesOver(instance, state)) return null;
      this.#firstWords.set(name, state);
    }
    const isFirst = !this.#masters.has(name);
    if (isFirst) {
      // Whoever makes it master so often makes it advertise so often.
      this.prompted(now);
      this.#masters.add(name);
      this.promotedAt.set(name, now);
      if (trusted) {
        const { turnAt } = this.#process;
        const unread = this.#unread();
        const held = this.#held(instance);
        this.#takeovers.check(held, advert.priority, now, unread, turnAt);
      }
    }
    const since = now - instance.advertInterval;
    this.#prompts = this.#prompts.filter((at) => at > since);
    const { length } = this.#host.settings.instances;
    this.#adverts.sends(instance, now, length, this.#prompts.length);
    return isFirst ? instance : null;
  }

  /** Whether it speaks first, and becomes master then. */
  #takesOver(instance: InstanceSettings, state: RouterState): boolean {
    // Who was master when the turn began may be due again at its last word, and
    // so may one whose last word was kept waiting.
    const { name } = instance;
    if (this.#masters.has(name) || this.#lastWords.has(name)) return false;
    return takeOverDueAt(instance, state) <= this.#process.kernel.clock;
  }

  /** Adverts that lie unread. */
  #unread(): readonly Unread[] {
    return this.#process.kernel.receivers.flatMap(({ waiting }) =>
      waiting.length >= FLOOD ? [] : waiting.flatMap(({ packet, since }) => {
        const advert = said(packet);
        return advert === null ? [] : { advert, since };
      })
    );
  }

  /**
   * An advert was given to the daemon.
   *
   * @param at When it came, as the daemon was told.
   * @returns The instance that it concerns, or null.
   */
  read(link: string, packet: Packet, at: number): InstanceSettings | null {
    const advert = said(packet);
    const instance = this.#instanceOf(advert);
    if (advert === null || instance === undefined) return null;
    const { name, version } = instance;
    if (instance.interface !== link || version !== advert.version) return null;
    const state = this.#host.stateOf(name);
    if (state === undefined || advert.source === state.source) return null;
    const since = Math.min(at, this.#process.turnAt);
    this.#takeovers.hear(this.#held(instance), state, advert, since);
    return instance;
  }

  /** Who handed over preempts nobody. */
  #held(instance: InstanceSettings): InstanceSettings {
    return this.#host.yielded.has(instance.name)
      ? { ...instance, preempt: false, preemptDelay: 0 }
      : instance;
  }

  /** A message of the side may prompt an advert. */
  prompted(now: number): void {
    this.#prompts.push(now);
  }

  /** An instance is another one now: what was before counts no more. */
  replaced(name: string): void {
    this.#takeovers.forget(name);
    this.#adverts.rests(name);
  }

  /** An instance was in FAULT, or stopped. */
  failed(name: string): void {
    this.#takeovers.forget(name);
  }

  /** An instance is not master. */
  forget(name: string): void {
    this.#masters.delete(name);
    this.#adverts.rests(name);
  }

  /** A turn is over: nothing is due of those that are not master. */
  turned(): void {
    const { settings, machine } = this.#host;
    for (const [name, before] of this.#firstWords) {
      if (this.#host.stateOf(name) !== before) continue;
      throw new Violation("word", `"${name}" speaks and does not take over`);
    }
    this.#firstWords.clear();
    const { lastWords = [] } = this.#process.core?.work ?? {};
    this.#lastWords = new Set(
      lastWords.map((one) => one.instance.settings.name),
    );
    for (const { name, interface: link } of settings.instances) {
      const state = this.#host.stateOf(name);
      if (state?.name !== "MASTER") {
        this.forget(name);
        continue;
      }
      // Without an address of its own, or a link, it cannot send.
      const isMute = state.source === null ||
        machine.byName(link) === undefined;
      if (isMute) this.#adverts.rests(name);
    }
  }

  /** What is due must have been sent. */
  check(instance: InstanceSettings, now: number): void {
    const { length } = this.#host.settings.instances;
    this.#adverts.check(instance, now, length);
  }
}
