/**
 * One simulated host: its kernel, its configuration, and the daemon on it.
 *
 * @module
 */

import type { InstanceSettings } from "../config/settings/instance.ts";
import type { Order, Reload, ToCore } from "../daemon/messages.ts";
import type { HostPlan } from "./story/cluster.ts";
import {
  type HostSettings,
  hostSettings,
  ownAddress,
} from "./story/host_settings.ts";
import { EPOCH } from "./machine/kernel.ts";
import { Machine, type NewAddress, type SimLink } from "./machine/machine.ts";
import { Operators } from "./operators.ts";
import { between, happens, type Prng, streamOf } from "./prng.ts";
import { Process } from "./process.ts";
import { bothWatch } from "./rules/both_watch.ts";
import { HostRules } from "./rules/host_rules.ts";
import { StatusRule } from "./rules/status_rule.ts";
import { whenTakenIn } from "./rules/taken_in.ts";
import type { World } from "./world.ts";

/** Milliseconds in which an order counts. */
const ORDER_LIFE = 400;
/** A link that carries nothing, for events that concern nobody. */
export const SPARE = "spare";
/** What the side knows of a check. */
export interface CheckVerdict {
  /** Whether it is healthy, or null while nothing is known. */
  readonly up: boolean | null;
  /** A number that scales weights, or null. */
  readonly value: number | null;
}

/** A host. */
export class Host {
  readonly #world: World;
  readonly #boot: number;
  /** What it was made from. */
  readonly plan: HostPlan;
  /** Name in traces. */
  readonly name: string;
  /** Chance of its own. */
  readonly prng: Prng;
  /** Its kernel. */
  readonly machine: Machine;
  /** What it is configured to do now. */
  settings: HostSettings;
  /** What its side knows of checks, by name. */
  readonly verdicts = new Map<string, CheckVerdict>();
  /** What it was ordered by operators. */
  readonly operators = new Operators();
  /** What a message of the side asks for, by the message. */
  readonly asked = new WeakMap<object, HostSettings>();
  /** The daemon, or null. */
  process: Process | null = null;
  /** What it is held to. */
  rules: HostRules | null = null;
  /** What the daemon says of itself is held against. */
  statuses: StatusRule | null = null;
  /** Kernel settings before any daemon ran. */
  readonly sysctls: ReadonlyMap<string, string>;
  /** Whether a daemon ended without putting them back. */
  leftSysctls = false;

  /** Make it, with its links up and no daemon. */
  constructor(world: World, plan: HostPlan) {
    const { cluster, agenda, segments } = world;
    this.#world = world;
    this.plan = plan;
    this.name = `h${plan.number}`;
    this.prng = streamOf(cluster.seed, this.name);
    this.#boot = between(this.prng, 1e5, 1e9);
    this.settings = hostSettings(cluster, plan);
    this.machine = new Machine(agenda, this.prng, plan.keepsProtocol);
    if (plan.promotes) {
      this.machine.sysctls.set(
        "net/ipv4/conf/default/promote_secondaries",
        "1",
      );
    }
    const spare = this.machine.addLink(SPARE, "02:00:00:00:00:99", null);
    this.machine.setUp(spare, true);
    for (const [i, segment] of segments.entries()) {
      const nic = this.machine.plug(segment, plan.number);
      const link = this.machine.addLink(`eth${i}`, this.mac(i, 0), nic);
      this.machine.setUp(link, true);
      this.addOwnAddress(link, i);
    }
    this.sysctls = this.machine.sysctls.snapshot();
  }

  /** A MAC address of a network card. */
  mac(segment: number, change: number): string {
    const two = (n: number): string => n.toString(16).padStart(2, "0");
    return `02:00:${two(this.plan.number)}:00:${two(change)}:${two(segment)}`;
  }

  /** Give a link the host's own address. */
  addOwnAddress(link: SimLink, segment: number, isFirst = true): void {
    const { cluster } = this.#world;
    const own = hostAddress(ownAddress(cluster, segment, this.plan, isFirst));
    this.machine.addAddress(link, own, "host");
  }

  /** Write down what happens. */
  trace(line: string): void {
    this.#world.trace?.(`${this.name} ${line}`);
  }

  /** Start the daemon. */
  start(): void {
    if (this.process !== null && !this.process.hasEnded) return;
    if (this.machine.asleep) return;
    const { cluster, agenda, program, trace } = this.#world;
    this.trace("starts");
    this.operators.expire(EPOCH + agenda.now);
    const process = new Process(
      {
        name: this.name,
        agenda,
        prng: this.prng,
        machine: this.machine,
        program,
        boot: this.#boot,
        lateness: cluster.lateness,
        trace: trace && ((line) => trace(`${this.name} ${line}`)),
        watch: (process) => {
          this.rules = new HostRules(this.#world, this, process);
          this.statuses = new StatusRule(program, this.rules, process);
          const both = bothWatch(this.rules, this.statuses);
          return { ...both, received: whenTakenIn(process, both.received) };
        },
        obeyed: (id, outcomes) => this.operators.obeyed(id, outcomes),
      },
      {
        instances: this.settings.instances,
        syncGroups: this.settings.syncGroups,
        vipLeaseSeconds: this.settings.vipLeaseSeconds,
        logLevel: happens(this.prng, 0.5) ? "info" : "debug",
        startupDelay: cluster.startupDelay,
        logStyle: "json",
        realtime: happens(this.prng, 0.1),
        watchdog: happens(this.prng, 0.3) ? 10_000 : null,
        drains: Object.fromEntries(this.operators.drains),
      },
    );
    this.process = process;
    for (const [check, verdict] of this.verdicts) this.tell(check, verdict);
  }

  /** The daemon is killed. */
  kill(): void {
    if (this.process === null || this.process.hasEnded) return;
    this.trace("is killed");
    // The next one knows of them by the record.
    const { refusedAt } = this.machine.conditions;
    if (refusedAt.record !== undefined) this.leftSysctls = true;
    this.process.kill();
  }

  /** The daemon is asked to stop: core and side hear of it on their own. */
  stop(): void {
    if (this.process?.hasEnded === false) {
      this.rules?.askedToStop();
      this.process.kernel.signal("SIGTERM");
    }
    this.send({ type: "stop" });
  }

  /** The side sends a message. */
  send(message: ToCore): void {
    if (this.process?.hasEnded === false) this.process.side.send(message);
  }

  /** A check has a verdict. */
  tell(check: string, verdict: CheckVerdict): void {
    this.verdicts.set(check, verdict);
    const detail = verdict.up === false ? failureOf(check) : null;
    this.send({ type: "verdict", check, ...verdict, detail });
  }

  /** An operator orders something. */
  operate(order: Order, ...instances: readonly string[]): void {
    if (this.process === null || this.process.hasEnded) return;
    const id = this.operators.give(order);
    const validUntil = EPOCH + this.#world.agenda.now + ORDER_LIFE;
    this.send({ type: "operate", id, order, instances, validUntil });
  }

  /** The configuration is another one from now on. */
  reload(next: HostSettings): void {
    const before = this.settings;
    this.settings = next;
    const message = difference(before, next);
    this.asked.set(message, next);
    this.send(message);
    // Its checks may be new to the core.
    for (const [check, verdict] of this.verdicts) this.tell(check, verdict);
  }
}

/** Why a check fails, in its own words. */
export function failureOf(check: string): string {
  return `"${check}" does not answer`;
}

/** An address of the host's own. */
export function hostAddress(address: string): NewAddress {
  return {
    address,
    prefix: 24,
    scope: 0,
    label: null,
    protocol: null,
    lifetimeSeconds: null,
    preferred: true,
  };
}

function difference(before: HostSettings, after: HostSettings): Reload {
  const old = new Map(before.instances.map((one) => [one.name, one]));
  const kept = new Set(after.instances.map(({ name }) => name));
  const restarted: InstanceSettings[] = [];
  const changed: InstanceSettings[] = [];
  const added: InstanceSettings[] = [];
  for (const instance of after.instances) {
    const was = old.get(instance.name);
    if (was === undefined) added.push(instance);
    else if (!isSameRouter(was, instance)) restarted.push(instance);
    else if (JSON.stringify(was) !== JSON.stringify(instance)) {
      changed.push(instance);
    }
  }
  const { syncGroups, vipLeaseSeconds } = after;
  return {
    type: "reload",
    removed: before.instances.map(({ name }) => name).filter((name) =>
      !kept.has(name)
    ),
    restarted,
    changed,
    added,
    settings: { syncGroups, vipLeaseSeconds, logLevel: "info" },
  };
}

function isSameRouter(a: InstanceSettings, b: InstanceSettings): boolean {
  return a.interface === b.interface && a.family === b.family &&
    a.version === b.version && a.virtualRouterId === b.virtualRouterId;
}
