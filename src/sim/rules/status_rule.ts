/**
 * What a daemon says of itself is true: remembers what was seen of it on its
 * LAN, in its kernel and by its side, and compares.
 *
 * @module
 */

import type { InstanceSettings } from "../../config/settings/instance.ts";
import type { CoreStatus, InstanceFacts } from "../../daemon/core_status.ts";
import type { FromCore, Transition } from "../../daemon/messages.ts";
import { ALIVED_PROTOCOL } from "../machine/make_changes.ts";
import type { SimLink } from "../machine/machine.ts";
import type { Packet } from "../lan.ts";
import type { Process, Watch } from "../process.ts";
import type { Program } from "../program.ts";
import type { HostSettings } from "../story/host_settings.ts";
import type { HostRules } from "./host_rules.ts";
import { settingsOf } from "./oracle.ts";
import { said } from "./takeover_rule.ts";
import { Violation } from "./violation.ts";

/** Rests of a daemon after which it is looked at though nothing changed. */
const LOOK = 32;
/** Hosts that a status names. */
const MOST_HEARD = 16;

/** What the side was told of an instance. */
interface Told {
  readonly last: Transition;
  /** Changes, with those that it was not told of. */
  readonly count: number;
}

/** Adverts of a virtual router. */
interface Seen {
  sent: number;
  zeroSent: number;
  read: number;
}

/** Compares what one daemon says. */
export class StatusRule implements Partial<Watch> {
  readonly #program: Program;
  readonly #rules: HostRules;
  readonly #process: Process;
  /** By link and VRID. */
  readonly #seen = new Map<string, Seen>();
  readonly #told = new Map<string, Told>();
  /** Those that a reload gave other settings, and those that are others now. */
  readonly #changed = new Set<string>();
  readonly #others = new Set<string>();
  #settings: HostSettings;
  #version = -1;
  #rests = 0;

  /** Watch a daemon; after the rules that know what it was asked for. */
  constructor(program: Program, rules: HostRules, process: Process) {
    this.#program = program;
    this.#rules = rules;
    this.#process = process;
    this.#settings = rules.settings;
  }

  /** What the daemon would say now. */
  facts(): readonly InstanceFacts[] {
    const { core, kernel, turns } = this.#process;
    if (core === null) return [];
    const instances: InstanceFacts[] = [];
    for (let from: number | null = 0; from !== null;) {
      const part: CoreStatus = this.#program.status(core, from, kernel.clock);
      if (part.turns !== turns) lie("turns", part.turns, turns);
      instances.push(...part.instances);
      from = part.next;
    }
    return instances;
  }

  sent(
    _link: SimLink | undefined,
    packet: Packet,
    done: boolean,
    opened: string,
  ): void {
    const advert = said(packet);
    if (advert === null || !done) return;
    const seen = this.#of(opened, advert.vrid);
    seen.sent++;
    if (advert.priority === 0) seen.zeroSent++;
  }

  read(link: string, packet: Packet): void {
    const advert = said(packet);
    if (advert !== null) this.#of(link, advert.vrid).read++;
  }

  #of(link: string, vrid: number): Seen {
    const key = `${link} ${vrid}`;
    const known = this.#seen.get(key) ?? { sent: 0, zeroSent: 0, read: 0 };
    this.#seen.set(key, known);
    return known;
  }

  received(): void {
    const { settings } = this.#rules;
    if (settings === this.#settings) return;
    const before = new Map(
      this.#settings.instances.map((one) => [one.name, one]),
    );
    this.#settings = settings;
    const names = new Set(settings.instances.map(({ name }) => name));
    for (const name of before.keys()) {
      if (!names.has(name)) this.#others.add(name);
    }
    for (const instance of settings.instances) {
      const was = before.get(instance.name);
      if (was === instance) continue;
      this.#changed.add(instance.name);
      if (was === undefined || isOther(was, instance)) {
        this.#others.add(instance.name);
      }
    }
  }

  posted(message: FromCore): void {
    if (message.type !== "transition") return;
    const { transition: last } = message;
    const { count } = this.#told.get(last.instance) ?? { count: 0 };
    this.#told.set(last.instance, { last, count: count + 1 + last.missed });
    this.#version = -1;
  }

  turned(): void {
    const { core, kernel } = this.#process;
    const { machine } = this.#rules;
    if (core === null || kernel.ready().size > 0) return;
    if (this.#program.wakeAt(core) === -Infinity) return;
    const isSame = machine.version === this.#version;
    if (isSame && ++this.#rests % LOOK !== 0) return;
    this.#version = machine.version;
    this.check();
  }

  /** Compare all of it, when the daemon rests. */
  check(): void {
    const isQuiet = this.#process.kernel.sawAllEvents &&
      !this.#rules.refusedLately("add", "remove", "events", "dump") &&
      this.#rules.quietFor() >= 0;
    for (const facts of this.facts()) {
      const settings = settingsOf(this.#rules, facts.name);
      if (settings === undefined) {
        throw new Violation("status", `"${facts.name}" is not configured`);
      }
      this.#checkState(facts);
      this.#checkCounters(facts, settings);
      if (isQuiet) this.#checkAddresses(facts);
    }
  }

  /** States are those that the side was told of, where it was told of all. */
  #checkState(facts: InstanceFacts): void {
    const { name, state } = facts;
    const now = this.#rules.stateOf(name);
    if (state !== now?.name) return lie(`state of "${name}"`, state, now);
    const { isSelf = false, address, priority } = facts.master ?? {};
    if (isSelf !== (state === "MASTER")) {
      lie(`master of "${name}"`, facts.master, state);
    }
    if (isSelf && (priority !== now.priority || address !== now.source)) {
      lie(`master of "${name}"`, facts.master, now);
    }
    const drain = this.#rules.drains.get(name) ?? null;
    if (JSON.stringify(facts.drain) !== JSON.stringify(drain)) {
      lie(`order for "${name}"`, facts.drain, drain);
    }
    if (facts.yielded !== this.#rules.yielded.has(name)) {
      lie(`whether "${name}" handed over`, facts.yielded, !facts.yielded);
    }
    const told = this.#told.get(name);
    if (told === undefined || state === "INIT") return;
    if (!this.#process.side.idle) return;
    const { from, to, time, reason, missed } = told.last;
    const said = [facts.state, facts.since, facts.reason];
    const truth = [to, time, reason];
    if (JSON.stringify(said) !== JSON.stringify(truth)) {
      lie(`how "${name}" came into its state`, said, truth);
    }
    if (missed === 0 && facts.previous !== from) {
      lie(`state before of "${name}"`, facts.previous, from);
    }
    if (this.#others.has(name)) return;
    const { transitions } = facts.counters;
    const count = Object.values(transitions).reduce((sum, one) => sum + one);
    if (count !== told.count) {
      lie(`transitions of "${name}"`, transitions, told.count);
    }
  }

  /** What is counted was seen on the LAN. */
  #checkCounters(
    { name, counters, heard }: InstanceFacts,
    { virtualRouterId: vrid, interface: link }: InstanceSettings,
  ): void {
    const { sent, zeroSent, received, dropped } = counters;
    const seen = this.#of(link, vrid);
    const drops = Object.values(dropped).reduce((sum, one) => sum + one, 0);
    if (received + drops > seen.read) {
      lie(`adverts that "${name}" heard`, [received, dropped], seen.read);
    }
    const adverts = heard.reduce((sum, host) => sum + host.adverts, 0);
    const isWhole = heard.length < MOST_HEARD && !this.#changed.has(name);
    if (isWhole ? adverts !== received : adverts > received) {
      lie(`hosts that "${name}" heard`, heard, received);
    }
    if (this.#others.has(name)) return;
    if (sent !== seen.sent || zeroSent !== seen.zeroSent) {
      lie(`adverts of "${name}"`, [sent, zeroSent], seen);
    }
  }

  /** The kernel has what it says, and who added it. */
  #checkAddresses({ name, vips }: InstanceFacts): void {
    const { machine } = this.#rules;
    for (const { address, prefix, interface: link, owner } of vips) {
      const found = machine.byName(link)?.addresses.find(address, prefix);
      const isThere = found !== undefined;
      const isOurs = found?.protocol === ALIVED_PROTOCOL;
      const isTrue = machine.keepsProtocol
        ? owner === (isOurs ? "alived" : isThere ? "other" : null)
        : (owner !== null) === isThere;
      if (!isTrue) lie(`${address} of "${name}" on ${link}`, owner, found);
    }
  }
}

/** Whether a reload makes it another virtual router. */
function isOther(a: InstanceSettings, b: InstanceSettings): boolean {
  return a.interface !== b.interface || a.version !== b.version ||
    a.family !== b.family || a.virtualRouterId !== b.virtualRouterId;
}

function lie(what: string, told: unknown, truth: unknown): never {
  throw new Violation(
    "status",
    `${what}: ${JSON.stringify(told)}, where it is ${JSON.stringify(truth)}`,
  );
}
