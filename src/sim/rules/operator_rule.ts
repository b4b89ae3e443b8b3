/**
 * Operators are obeyed, and the right way: who is drained never serves, who
 * handed over preempts nobody who lives and comes back when nobody does, groups
 * obey as a whole, and the daemon's answer says what it did.
 *
 * @module
 */

import type { InstanceSettings } from "../../config/settings/instance.ts";
import type { Obeyed, Operate, Order } from "../../daemon/messages.ts";
import type { Drain } from "../../vrrp/operator.ts";
import type { RouterState } from "../../vrrp/state.ts";
import { masterDownInterval } from "../../vrrp/timing.ts";
import type { Packet } from "../lan.ts";
import { EPOCH } from "../machine/kernel.ts";
import type { Thread } from "../machine/thread.ts";
import { settingsOf, unitOf } from "./oracle.ts";
import type { Stateful } from "./state_rule.ts";
import { said } from "./takeover_rule.ts";
import { Violation } from "./violation.ts";

const OWNER = 255;
/** Milliseconds that a takeover may take besides calls. */
const SLACK = 60;

/** An instance that handed over, and has heard nobody since. */
interface Alone {
  readonly at: number;
  readonly priority: number;
}

/** Holds one daemon to what operators order. */
export class OperatorRule {
  readonly #host: Stateful;
  readonly #thread: Thread;
  readonly #drains: Map<string, Drain>;
  readonly #yielded = new Set<string>();
  readonly #alone = new Map<string, Alone>();
  readonly #orders = new Map<string, Order[]>();
  readonly #expected = new Map<number, readonly Obeyed[]>();

  /**
   * A daemon starts.
   *
   * @param drains Orders that are in force then.
   */
  constructor(
    host: Stateful,
    thread: Thread,
    drains: ReadonlyMap<string, Drain>,
  ) {
    this.#host = host;
    this.#thread = thread;
    this.#drains = new Map(drains);
    for (const [name, drain] of drains) {
      this.#orders.set(name, [{ verb: "drain", drain }]);
    }
  }

  /** The orders to drain that are in force. */
  get drains(): ReadonlyMap<string, Drain> {
    return this.#drains;
  }

  /** Instances that leave the addresses to whoever lives. */
  get yielded(): ReadonlySet<string> {
    return this.#yielded;
  }

  /** All that was ordered of an instance. */
  ordersOf(name: string): readonly Order[] {
    return this.#orders.get(name) ?? [];
  }

  /** The daemon reads an order. */
  received(
    { id, order, instances, validUntil }: Operate,
    now: number,
  ): void {
    if (EPOCH + now > validUntil) return;
    const outcomes: Obeyed[] = [];
    for (const name of instances) {
      if (outcomes.some(({ instance }) => instance === name)) continue;
      const unit = settingsOf(this.#host, name) === undefined
        ? [name]
        : unitOf(this.#host, name);
      const refused = this.#refusal(unit, order);
      for (const instance of unit) outcomes.push({ instance, refused });
      if (refused === null) this.#note(unit, order, now);
    }
    this.#expected.set(id, outcomes);
  }

  #refusal(unit: readonly string[], order: Order): Obeyed["refused"] {
    const settings = unit.map((name) => settingsOf(this.#host, name));
    const isThere = !settings.includes(undefined);
    const owns = settings.some((one) => one?.priority === OWNER);
    const isHeld = unit.some((name) =>
      this.#drains.has(name) || this.#yielded.has(name)
    );
    if (order.verb === "resume") {
      if (isHeld) return null;
      return isThere ? "already" : "unknown";
    }
    if (!isThere) return "unknown";
    if (order.verb === "failover") {
      if (owns) return "owner";
      return this.#masters(unit).length > 0 ? null : "not_master";
    }
    if (owns && order.drain.lastResort) return "owner";
    const says = ({ lastResort, until, reason }: Drain): string =>
      JSON.stringify([lastResort, until, reason]);
    const isAsBefore = unit.every((name) => {
      const known = this.#drains.get(name);
      return known !== undefined && says(known) === says(order.drain);
    });
    return isAsBefore ? "already" : null;
  }

  #masters(unit: readonly string[]): readonly string[] {
    return unit.filter((name) => this.#host.stateOf(name)?.name === "MASTER");
  }

  #note(unit: readonly string[], order: Order, now: number): void {
    for (const name of unit) {
      this.#orders.set(name, [...this.ordersOf(name), order]);
      if (order.verb === "drain") this.#drains.set(name, order.drain);
      if (order.verb !== "resume") continue;
      this.#drains.delete(name);
      this.#yielded.delete(name);
    }
    if (order.verb !== "failover") return;
    for (const name of this.#masters(unit)) {
      this.#yielded.add(name);
      const priority = this.#host.stateOf(name)?.priority ?? 0;
      this.#alone.set(name, { at: now, priority });
    }
  }

  /** The daemon tells what became of an order. */
  answered(id: number, outcomes: readonly Obeyed[]): void {
    const expected = JSON.stringify(this.#expected.get(id));
    const told = JSON.stringify(outcomes);
    if (told === expected) return;
    throw new Violation("obeyed", `it tells ${told} and did ${expected}`);
  }

  /** A reload gave an instance other settings, or stopped it. */
  replaced(was: InstanceSettings, is: InstanceSettings | undefined): void {
    const { name, virtualRouterId } = was;
    this.#alone.delete(name);
    const isSame = is?.virtualRouterId === virtualRouterId;
    if (!isSame || is.priority === OWNER) this.#yielded.delete(name);
  }

  /** It advertises for the first time as master. */
  promoted(name: string): void {
    this.#yielded.delete(name);
    this.#alone.delete(name);
  }

  /** It heard somebody: the others of its group wait for it. */
  heard(name: string): void {
    for (const member of unitOf(this.#host, name)) this.#alone.delete(member);
  }

  /**
   * It sends an advert.
   *
   * @param hasStarted Whether its state can be seen.
   */
  sends(packet: Packet, hasStarted: boolean): void {
    const advert = said(packet);
    const name =
      this.#host.settings.instances.find((one) =>
        one.virtualRouterId === advert?.vrid
      )?.name ?? "";
    if (advert?.priority === 0 || !this.#isDrained(name)) return;
    const state = this.#host.stateOf(name);
    // The last word of one that has yielded just before is none of a master.
    if (hasStarted && state?.name !== "MASTER") return;
    throw new Violation("drained", `"${name}" advertises, and is drained`);
  }

  /** A turn is over. */
  turned(): void {
    for (const { name } of this.#host.settings.instances) {
      const state = this.#host.stateOf(name);
      if (state === undefined) continue;
      if (state.name === "MASTER") this.promoted(name);
      const serves = state.name === "MASTER" || state.name === "BACKUP";
      if (serves && this.#isDrained(name)) {
        throw new Violation("drained", `"${name}" is ${state.name}`);
      }
      if (state.name === "INIT" && this.#yielded.delete(name)) continue;
      if (state.yielded === this.#yielded.has(name)) continue;
      throw new Violation(
        "yielded",
        `"${name}" ${state.yielded ? "lets others be" : "preempts others"}`,
      );
    }
  }

  #isDrained(name: string): boolean {
    return this.#drains.get(name)?.lastResort === false;
  }

  /**
   * Everything is done: whoever handed over and heard nobody serves again.
   *
   * @param isDisturbed Whether sockets or links were not as usual since a time.
   */
  check(now: number, isDisturbed: (since: number) => boolean): void {
    for (const [name, alone] of this.#alone) {
      const state = this.#host.stateOf(name);
      const { at, priority } = alone;
      const isUsual = state?.name === "BACKUP" && state.priority === priority &&
        state.refusals === 0 && !isDisturbed(at);
      if (!isUsual) this.#alone.delete(name);
      else this.#checkAlone(name, state, at, now);
    }
  }

  #checkAlone(
    name: string,
    { priority }: RouterState,
    at: number,
    now: number,
  ): void {
    const settings = settingsOf(this.#host, name);
    if (settings === undefined) return;
    const { version, advertInterval, downTimerAdverts } = settings;
    const lost = this.#thread.lostIn(at, now);
    // After a stall it listens once more.
    if (lost > advertInterval) return void this.#alone.delete(name);
    const calls = this.#thread.longestIn(at, now)
      .reduce((sum, one) => sum + one, 0);
    const down = masterDownInterval(
      version,
      priority,
      advertInterval,
      downTimerAdverts,
    );
    if (now <= at + down + lost + calls + SLACK) return;
    throw new Violation(
      "abandoned",
      `"${name}" handed over ${(now - at).toFixed(0)} ms ago, nobody took ` +
        `over, and it is a backup`,
    );
  }
}
