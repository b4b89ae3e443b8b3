/**
 * What must hold of one daemon and its host whenever it has done something.
 *
 * @module
 */

import type { FromCore } from "../../daemon/messages.ts";
import type { HeldAddress } from "../../kernel/port.ts";
import type { RouterState } from "../../vrrp/state.ts";
import type { KernelAddress } from "../machine/address_table.ts";
import { AdvertRule } from "./advert_rule.ts";
import { AnnounceRule } from "./announce_rule.ts";
import type { Call } from "../machine/conditions.ts";
import type { CheckVerdict, Host } from "../host.ts";
import type { HostSettings } from "../story/host_settings.ts";
import { checkHeld, checkNothingLeft } from "./held_rule.ts";
import { type Packet, readAnnouncement } from "../lan.ts";
import type { SimLink } from "../machine/machine.ts";
import { allVips, counts, type Known, settingsOf } from "./oracle.ts";
import type { Process, Watch } from "../process.ts";
import { isRecorded } from "./record_rule.ts";
import { type Said, said, TakeoverRule } from "./takeover_rule.ts";
import { checkFit, checkGroups, checkPriority } from "./state_rule.ts";
import { Violation } from "./violation.ts";
import { WatchdogRule } from "./watchdog_rule.ts";
import type { World } from "../world.ts";

/** Milliseconds in which what was refused is tried again at the latest. */
export const BACK_OFF = 65_000;
/** Milliseconds in which the daemon has taken in what somebody else did. */
const NOTICED = 150;
/** Datagrams after which a flooded socket is not read on. */
const FLOOD = 400;

/** Holds one daemon to the rules. */
export class HostRules implements Watch, Known {
  readonly #world: World;
  readonly #host: Host;
  readonly #process: Process;
  readonly #takeovers = new TakeoverRule();
  readonly #adverts: AdvertRule;
  readonly #watchdog: WatchdogRule;
  readonly #announcements = new AnnounceRule();
  #prompts: number[] = [];
  // Instances that have sent as master and are it still.
  readonly #masters = new Set<string>();
  // Groups with members that came or were restarted since they were alike.
  readonly #settling = new Set<string>();
  #recordFails = false;
  #checkedVersion = -1;
  #checkedSettings: HostSettings | null = null;
  readonly #checkedStates = new Map<string, RouterState>();
  /** The configuration that the daemon was given last. */
  settings: HostSettings;
  /** The verdicts that it was given. */
  readonly verdicts = new Map<string, CheckVerdict>();
  /** When each instance last became master. */
  readonly promotedAt = new Map<string, number>();
  /** When each instance last advertised. */
  readonly sentAt = new Map<string, number>();

  /** A daemon starts on a host. */
  constructor(world: World, host: Host, process: Process) {
    this.#world = world;
    this.#host = host;
    this.#process = process;
    this.#adverts = new AdvertRule(process.thread);
    this.#watchdog = new WatchdogRule(process, world.agenda.now);
    this.settings = host.settings;
  }

  /** The kernel of its host. */
  get machine(): Host["machine"] {
    return this.#host.machine;
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
    const advert = said(packet);
    const instance = this.settings.instances.find((one) =>
      one.virtualRouterId === advert?.vrid
    );
    if (advert === null || instance === undefined) {
      if (advert?.priority === 0) return;
      throw new Violation("vrid", `sends for VRID ${advert?.vrid}`);
    }
    const { name } = instance;
    if (done) {
      this.sentAt.set(name, this.#now);
      this.#host.trace(
        `${name} sends ${advert.priority} by ${link?.name}`,
      );
    }
    if (advert.priority === 0) {
      this.#adverts.rests(name);
      this.#masters.delete(name);
      return;
    }
    // The last word of one that has yielded is no advert of a master.
    if (this.stateOf(name)?.name !== "MASTER") return;
    if (!this.#masters.has(name)) {
      this.#masters.add(name);
      this.promotedAt.set(name, this.#now);
      if (!this.refusedLately("receive", "open")) {
        const unread = this.#unread();
        this.#takeovers.check(instance, advert.priority, this.#now, unread);
      }
    }
    const { interval } = { interval: instance.advertInterval };
    this.#prompts = this.#prompts.filter((at) => at > this.#now - interval);
    this.#adverts.sends(
      instance,
      this.#now,
      this.settings.instances.length,
      this.#prompts.length,
    );
  }

  /** Adverts that lie unread since before the turn began. */
  #unread(): readonly Said[] {
    return this.#process.kernel.receivers.flatMap(({ waiting }) =>
      waiting.length >= FLOOD
        ? []
        : waiting.filter(({ since }) => since < this.#process.turnAt)
          .map(({ packet }) => said(packet))
          .filter((advert) => advert !== null)
    );
  }

  read(link: string, packet: Packet): void {
    const advert = said(packet);
    if (advert === null) return;
    const instance = this.settings.instances.find((one) =>
      one.virtualRouterId === advert.vrid && one.interface === link &&
      one.version === advert.version
    );
    if (instance === undefined) return;
    const state = this.stateOf(instance.name);
    if (state === undefined || advert.source === state.source) return;
    this.#host.trace(
      `${instance.name} hears ${advert.priority} of ${advert.source}`,
    );
    this.#takeovers.hear(instance, state, advert, this.#process.turnAt);
  }

  received(message: unknown): void {
    this.#prompts.push(this.#now);
    const asked = this.#host.asked.get(message as object);
    if (asked !== undefined) {
      const before = this.settings;
      this.settings = asked;
      for (const { name } of asked.syncGroups) this.#settling.add(name);
      for (const { name } of before.instances) {
        const now = settingsOf(this, name);
        const was = before.instances.find((one) => one.name === name);
        if (now === was) continue;
        this.#takeovers.forget(name);
        this.#adverts.rests(name);
      }
      for (const check of this.verdicts.keys()) {
        if (!counts(this, check)) this.verdicts.delete(check);
      }
      return;
    }
    const { type, check, up, value } = message as Record<string, unknown>;
    if (type !== "verdict" || typeof check !== "string") return;
    if (!counts(this, check)) return;
    this.verdicts.set(check, { up, value } as CheckVerdict);
    this.#checkedVersion = -1;
  }

  announced(link: SimLink, frame: Uint8Array): void {
    const told = readAnnouncement(frame);
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
  otherMac(): void {
    this.#announcements.otherMac(this.#now);
  }

  adds(link: SimLink, address: HeldAddress): void {
    const what = `${address.address}/${address.prefix}`;
    if (link.addresses.find(address.address, address.prefix)) {
      this.#host.trace(`renews ${what} on ${link.name}`);
      return;
    }
    this.#host.trace(`adds ${what} to ${link.name}`);
    this.#announcements.added(address.address, this.#now);
    const { record, keepsProtocol } = this.machine;
    if (keepsProtocol || this.#recordFails) return;
    if (isRecorded(record, address)) return;
    throw new Violation(
      "record",
      `${address.address} is added and is not in the record`,
    );
  }

  removes(link: SimLink, known: KernelAddress): void {
    const what = `${known.address}/${known.prefix}`;
    this.#host.trace(`removes ${what} from ${link.name}`);
    const others = this.machine.sysctls.promotes(link.name)
      ? []
      : link.addresses.dependants(known);
    // What somebody did to addresses of ours may lie unread.
    const seen = this.#process.kernel.sawAllEvents &&
      !this.refusedLately("events", "dump");
    const bystander = others.find(({ owner }) => owner === "host");
    if (bystander && seen && !this.refusedLately("sysctl")) {
      throw new Violation("bystander", `${what} takes ${bystander.address}`);
    }
    // At the start, and without a mark, the record decides; it may be old.
    const marked = this.machine.keepsProtocol || this.#process.core !== null;
    const mistaken = known.owner === "host" ||
      (known.owner === "foreign" && seen && marked);
    if (mistaken) {
      throw new Violation("thief", `removes ${what}, which is not ours`);
    }
  }

  recorded(done: boolean): void {
    this.#recordFails = !done;
  }

  posted(message: FromCore): void {
    if (message.type !== "transition") return;
    const { instance, to } = message.transition;
    // What was heard before counts no more.
    if (to === "FAULT" || to === "INIT") this.#takeovers.forget(instance);
  }

  fed(): void {
    this.#watchdog.fed(this.#now);
  }

  turned(): void {
    const { core } = this.#process;
    if (core === null) return;
    for (const { name, interface: link } of this.settings.instances) {
      const state = this.stateOf(name);
      if (state?.name !== "MASTER") this.#masters.delete(name);
      // Without an address of its own, or a link, it cannot send.
      const sends = state?.name === "MASTER" && state.source !== null &&
        this.machine.byName(link) !== undefined;
      if (!sends) this.#adverts.rests(name);
    }
    checkGroups(this, this.#settling);
    if (!this.#atRest(core)) return;
    this.#watchdog.check(this.#now);
    const { instances } = this.settings;
    let isSame = this.machine.version === this.#checkedVersion;
    for (const instance of instances) {
      const { name } = instance;
      const state = this.stateOf(name);
      if (state === undefined) {
        throw new Violation("missing", `"${name}" does not run`);
      }
      this.#adverts.check(instance, this.#now, instances.length);
      const known = this.#checkedStates.get(name);
      isSame &&= known?.name === state.name &&
        known.priority === state.priority;
    }
    if (isSame && this.#checkedSettings === this.settings) return;
    this.#checkAll();
  }

  /** What can only be otherwise when something has changed. */
  #checkAll(): void {
    const { kernel } = this.#process;
    if (!kernel.sawAllEvents || this.refusedLately("events", "dump")) return;
    const quiet = this.#sinceMeddling();
    for (const { name } of this.settings.instances) {
      const state = this.stateOf(name);
      if (state === undefined) continue;
      checkPriority(this, name);
      if (quiet >= this.#world.cluster.linkDelay.down) checkFit(this, name);
      this.#checkedStates.set(name, state);
    }
    if (quiet < this.#world.cluster.linkDelay.down) return;
    checkHeld(this, kernel);
    this.#checkedVersion = this.machine.version;
    this.#checkedSettings = this.settings;
  }

  /** Whether everything that came was read, and nothing is left to be done. */
  #atRest(core: NonNullable<Process["core"]>): boolean {
    if (this.#process.kernel.ready().size > 0) return false;
    return this.#world.program.wakeAt(core) > -Infinity;
  }

  /** Milliseconds since somebody else last changed links or addresses. */
  #sinceMeddling(): number {
    const { meddledAt } = this.machine;
    const { thread } = this.#process;
    return this.#now - meddledAt - NOTICED -
      thread.lostIn(meddledAt, this.#now) -
      thread.longestIn(meddledAt, this.#now).reduce((sum, one) => sum + one, 0);
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
