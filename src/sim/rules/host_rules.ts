/**
 * What must hold of one daemon and its host whenever it has done something.
 *
 * @module
 */

import type { InstanceSettings } from "../../config/settings/instance.ts";
import type { FromCore, Operate } from "../../daemon/messages.ts";
import type { HeldAddress } from "../../kernel/port.ts";
import { REFUSED } from "../../vrrp/deadline.ts";
import type { RouterState } from "../../vrrp/state.ts";
import type { CheckVerdict, Host } from "../host.ts";
import type { Announcement, Packet } from "../lan.ts";
import type { KernelAddress } from "../machine/address_table.ts";
import type { Call } from "../machine/conditions.ts";
import type { SimLink } from "../machine/machine.ts";
import type { Process, Watch } from "../process.ts";
import type { HostSettings } from "../story/host_settings.ts";
import type { World } from "../world.ts";
import { AddressWatch } from "./address_watch.ts";
import { AdvertWatch, type Yielding } from "./advert_watch.ts";
import { AnnounceRule } from "./announce_rule.ts";
import { checkHeld, checkNothingLeft } from "./held_rule.ts";
import { OperatorRule } from "./operator_rule.ts";
import { addressesOf, allVips, counts, settingsOf } from "./oracle.ts";
import { ReasonRule } from "./reason_rule.ts";
import { RobRule } from "./rob_rule.ts";
import { checkYield } from "./stall_rule.ts";
import { checkFit, checkGroups, checkPriority } from "./state_rule.ts";
import { said } from "./takeover_rule.ts";
import { Violation } from "./violation.ts";
import { WatchdogRule } from "./watchdog_rule.ts";

/** Milliseconds in which what was refused is tried again at the latest. */
export const BACK_OFF = 65_000;
/** Milliseconds in which the daemon has taken in what somebody else did. */
const NOTICED = 150;

/** Holds one daemon to the rules. */
export class HostRules implements Watch, Yielding {
  readonly #world: World;
  readonly #host: Host;
  readonly #process: Process;
  readonly #announcements = new AnnounceRule();
  readonly #robs = new RobRule();
  readonly #watchdog: WatchdogRule;
  // Groups with members that came or were restarted since they were alike.
  readonly #settling = new Set<string>();
  readonly #reasons: ReasonRule;
  readonly #operators: OperatorRule;
  readonly #addresses: AddressWatch;
  #checkedVersion = -1;
  #checkedSettings: HostSettings | null = null;
  readonly #checkedStates = new Map<string, RouterState>();
  /** The adverts of the daemon. */
  readonly adverts: AdvertWatch;
  /** The configuration that the daemon was given last. */
  settings: HostSettings;
  /** The verdicts that it was given. */
  readonly verdicts = new Map<string, CheckVerdict>();

  /** A daemon starts on a host. */
  constructor(world: World, host: Host, process: Process) {
    this.#world = world;
    this.#host = host;
    this.#process = process;
    this.adverts = new AdvertWatch(this, process);
    this.#addresses = new AddressWatch(this, process, host);
    this.#watchdog = new WatchdogRule(process, world.agenda.now);
    this.settings = host.settings;
    const { drains } = host.operators;
    this.#operators = new OperatorRule(this, process.thread, drains);
    this.#reasons = new ReasonRule(this, process.thread, world);
  }

  /** The kernel of its host. */
  get machine(): Host["machine"] {
    return this.#host.machine;
  }

  get drains(): OperatorRule["drains"] {
    return this.#operators.drains;
  }

  get yielded(): OperatorRule["yielded"] {
    return this.#operators.yielded;
  }

  ordersOf(name: string): ReturnType<OperatorRule["ordersOf"]> {
    return this.#operators.ordersOf(name);
  }

  get #now(): number {
    return this.#world.agenda.now;
  }

  /** The state of an instance. */
  stateOf(name: string): RouterState | undefined {
    return this.#process.core?.engine.routers.get(name)?.state;
  }

  /** Whether calls of some kinds were refused lately. */
  refusedLately(...calls: readonly Call[]): boolean {
    const { conditions } = this.machine;
    return calls.some((call) =>
      this.#now - (conditions.refusedAt[call] ?? -Infinity) < BACK_OFF
    );
  }

  sent(link: SimLink | undefined, packet: Packet, done: boolean): void {
    if (done) {
      this.#host.trace(
        `sends ${packet.payload[2]} for ${packet.payload[1]} by ${link?.name}`,
      );
    }
    this.#operators.sends(packet, this.#process.core !== null);
    const isTrusted = !this.refusedLately("receive", "open");
    const promoted = this.adverts.sent(packet, done, this.#now, isTrusted);
    if (promoted === null) return;
    this.#operators.promoted(promoted.name);
    this.#announcements.owe(addressesOf(promoted), this.#now);
  }

  read(link: string, packet: Packet, at: number): void {
    const instance = this.adverts.read(link, packet, at);
    if (instance === null) return;
    this.#operators.heard(instance.name);
    const { payload, source } = packet;
    const advert = said(packet);
    const own = this.stateOf(instance.name)?.priority;
    if (advert !== null && own !== undefined) {
      const news = { advert, own, cameAt: at, readAt: this.#now };
      this.#reasons.hearings.hear(instance.name, news);
    }
    this.#host.trace(`${instance.name} hears ${payload[2]} of ${source}`);
  }

  received(message: unknown): void {
    this.adverts.prompted(this.#now);
    const asked = this.#host.asked.get(message as object);
    if (asked !== undefined) return this.#reloads(asked);
    const { type, check, up, value } = message as Record<string, unknown>;
    if (type === "stop") this.askedToStop();
    if (type === "operate") {
      this.#operators.received(message as Operate, this.#now);
      this.#checkedVersion = -1;
    }
    if (type !== "verdict" || typeof check !== "string") return;
    if (!counts(this, check)) return;
    const verdict = { up, value } as CheckVerdict;
    this.verdicts.set(check, verdict);
    this.#reasons.verdict(check, verdict.up);
    this.#checkedVersion = -1;
  }

  #reloads(asked: HostSettings): void {
    const before = this.settings;
    this.settings = asked;
    this.#reasons.reloads(before);
    this.#operators.reloads(before);
    for (const { name } of asked.syncGroups) this.#settling.add(name);
    for (const was of before.instances) {
      const is = settingsOf(this, was.name);
      if (is === was) continue;
      if (is?.virtualRouterId !== was.virtualRouterId) {
        this.#announcements.anew(this.#now);
      }
      this.adverts.replaced(was.name);
      this.#robs.forget(was.name);
    }
    for (const check of this.verdicts.keys()) {
      if (counts(this, check)) continue;
      this.verdicts.delete(check);
      this.#reasons.verdict(check, null);
    }
  }

  /** It is asked to stop. */
  askedToStop(): void {
    this.#reasons.askedToStop();
  }

  announced(link: SimLink, told: Announcement | null): void {
    if (told === null) throw new Violation("frame", "sends another frame");
    this.#host.trace(`announces ${told.address} by ${link.name}`);
    const instance = this.settings.instances.find((one) =>
      allVips(one).some(({ address }) => address === told.address)
    );
    if (instance === undefined) return;
    const { garp } = instance;
    this.#announcements.announce(told.address, garp, this.#now);
  }

  /** A link has another MAC address. */
  otherMac(link: string): void {
    const owed = this.settings.instances
      .filter(({ name }) => this.stateOf(name)?.name === "MASTER")
      .flatMap((instance) =>
        allVips(instance).filter((vip) =>
          (vip.interface ?? instance.interface) === link
        )
      );
    this.#announcements.anew(this.#now);
    this.#announcements.owe(owed.map(({ address }) => address), this.#now);
  }

  adds(link: SimLink, address: HeldAddress): void {
    this.#addresses.adds(link, address);
    const isNew = !link.addresses.find(address.address, address.prefix);
    if (isNew) this.#announcements.added(address.address, this.#now);
  }

  removes(link: SimLink, known: KernelAddress): void {
    this.#addresses.removes(link, known);
  }

  recorded(done: boolean): void {
    this.#addresses.recorded(done);
  }

  posted(message: FromCore): void {
    this.#world.listener?.(this.#host.name, message);
    if (message.type === "obeyed") {
      this.#operators.answered(message.id, message.outcomes);
    }
    if (message.type !== "transition") return;
    const { instance, from, to } = message.transition;
    this.#reasons.told(message.transition);
    if (from === "MASTER") {
      checkYield(this, this.#process.thread, message);
      this.#announcements.excuse(addressesOf(settingsOf(this, instance)));
      if (to === "FAULT" && REFUSED in (this.stateOf(instance)?.faults ?? {})) {
        const { conditions } = this.machine;
        this.#robs.givesUp(instance, conditions.refusesSince("add", this.#now));
      }
    }
    if (to === "FAULT" || to === "INIT") this.adverts.failed(instance);
    if (to === "FAULT") this.#checkRefused(instance);
  }

  /** A fault because of refused addresses is one of the kernel's. */
  #checkRefused(instance: string): void {
    const faults = this.stateOf(instance)?.faults ?? {};
    if (!(REFUSED in faults) || this.quietFor() < 0) return;
    if (this.refusedLately("add", "dump", "events")) return;
    const fault = JSON.stringify(faults[REFUSED]);
    throw new Violation("needless", `${instance}: ${fault}`);
  }

  fed(): void {
    this.#watchdog.fed(this.#now);
  }

  turned(): void {
    const { core, kernel } = this.#process;
    this.#reasons.turned();
    if (core === null) return;
    this.adverts.turned();
    this.#operators.turned();
    checkGroups(this, this.#settling);
    // Whether everything that came was read, and nothing is left to be done.
    if (kernel.ready().size > 0) return;
    if (this.#world.program.wakeAt(core) === -Infinity) return;
    this.#rests();
  }

  #rests(): void {
    this.#watchdog.check(this.#now);
    this.#operators.check(
      this.#now,
      (since) =>
        this.machine.meddledAt >= since ||
        this.refusedLately("receive", "open", "events", "dump"),
    );
    let isSame = this.machine.version === this.#checkedVersion &&
      this.#checkedSettings === this.settings;
    for (const instance of this.settings.instances) {
      const state = this.stateOf(instance.name);
      if (state === undefined) {
        throw new Violation("missing", `"${instance.name}" does not run`);
      }
      this.adverts.check(instance, this.#now);
      this.#checkAnnounced(instance, state);
      const known = this.#checkedStates.get(instance.name);
      isSame &&= known?.name === state.name &&
        known.priority === state.priority;
    }
    if (!isSame) this.#checkAll();
  }

  #checkAnnounced(instance: InstanceSettings, state: RouterState): void {
    if (state.name !== "MASTER" || !this.#announcements.isOwed) return;
    const addresses = addressesOf(instance);
    if (this.refusedLately("frame", "add", "events", "dump")) {
      this.#announcements.excuse(addresses);
      return;
    }
    if (this.quietFor() < 0) return;
    const excused = (since: number): number => this.#excusedSince(since);
    this.#announcements.check(addresses, instance.garp, this.#now, excused);
  }

  /** What can only be otherwise when something has changed. */
  #checkAll(): void {
    const { kernel } = this.#process;
    if (!kernel.sawAllEvents || this.refusedLately("events", "dump")) return;
    const quiet = this.quietFor();
    for (const { name } of this.settings.instances) {
      const state = this.stateOf(name);
      if (state === undefined) continue;
      checkPriority(this, name);
      if (quiet >= 0) checkFit(this, name);
      this.#checkedStates.set(name, state);
    }
    if (quiet < 0) return;
    checkHeld(this, kernel);
    this.#checkedVersion = this.machine.version;
    this.#checkedSettings = this.settings;
  }

  /**
   * Milliseconds since what somebody else last did to links or addresses has
   * been noticed and believed; negative before.
   */
  quietFor(): number {
    const { meddledAt } = this.machine;
    const { linkDelay } = this.#world.cluster;
    return this.#now - meddledAt - NOTICED - linkDelay.down -
      this.#excusedSince(meddledAt);
  }

  /** Milliseconds in which the daemon did not run, or was held by a call. */
  #excusedSince(since: number): number {
    const { thread } = this.#process;
    return thread.lostIn(since, this.#now) +
      thread.longestIn(since, this.#now).reduce((sum, one) => sum + one, 0);
  }

  ended(how: "stopped" | "failed"): void {
    this.#host.trace(`ended: ${how}`);
    if (how === "failed") this.#host.leftSysctls = true;
    const { refusedAt } = this.machine.conditions;
    const { turnAt } = this.#process;
    const calls = ["add", "remove", "dump", "events"] as const;
    const excused = calls.some((call) =>
      (refusedAt[call] ?? -Infinity) >= turnAt
    );
    if (!excused) checkNothingLeft(this.machine, this.#process.kernel);
  }
}
