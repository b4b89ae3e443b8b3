/**
 * The plainest cluster: two hosts, h0 of priority 150 and h1 of 100, that
 * share one virtual router, and what they tell.
 *
 * @module
 */

import { ok } from "node:assert/strict";
import type { VirtualIp } from "../../src/config/settings/instance.ts";
import type { Transition } from "../../src/daemon/messages.ts";
import { DAEMON } from "../../src/sim/daemon.ts";
import type { Host } from "../../src/sim/host.ts";
import { perform } from "../../src/sim/story/act.ts";
import {
  type Cluster,
  type InstancePlan,
  virtualIp,
} from "../../src/sim/story/cluster.ts";
import type { Act, LinkAct, ProcessAct } from "../../src/sim/story/story.ts";
import { newWorld, type Trace, type World } from "../../src/sim/world.ts";
import { type Told, told } from "../lab/told.ts";

/** The VIP of the plain instance. */
export const VIP = virtualIp("10.0.5.100", 32, null, {});

/** The instance of the plain pair. */
export const INSTANCE: InstancePlan = {
  name: "VI_1",
  vrid: 1,
  segment: 0,
  version: 2,
  intervals: [1000, 1000],
  priorities: [150, 100],
  password: null,
  unicast: false,
  virtualIps: [VIP],
  excluded: [],
  trackers: [],
};

const CLUSTER: Cluster = {
  seed: 1,
  hosts: [0, 1].map((number) => ({
    number,
    suffix: number + 1,
    keepsProtocol: true,
    promotes: false,
    startsAt: 0,
  })),
  segments: [1],
  instances: [INSTANCE],
  groups: [],
  crossed: false,
  preempt: true,
  preemptDelay: 0,
  downTimerAdverts: 3,
  linkDelay: { down: 0, up: 0 },
  garp: { repeat: 5, delay: 5000, refresh: 0, interval: 0 },
  vipLeaseSeconds: null,
  startupDelay: 0,
  lateness: 0.1,
};

/** A pair at work. */
export class Pair {
  /** All of it. */
  readonly world: World;
  /** Changes of state so far, by name of the host. */
  readonly transitions: (Transition & { readonly host: string })[] = [];
  /** Lines of the log so far. */
  readonly lines: (Told & { readonly host: string })[] = [];
  /** Whether each host said that it has started. */
  readonly ready = new Set<string>();

  /**
   * Make it and start its daemons.
   *
   * @param change What is otherwise in the cluster.
   */
  constructor(change: Partial<Cluster> = {}, trace: Trace | null = null) {
    const cluster = { ...CLUSTER, ...change };
    this.world = newWorld(cluster, DAEMON, trace, (host, message) => {
      if (message.type === "transition") {
        this.transitions.push({ ...message.transition, host });
      }
      if (message.type === "log") {
        this.lines.push({ ...told(message.event), host });
      }
      if (message.type === "ready") this.ready.add(host);
    });
    for (const host of this.world.hosts.values()) host.start();
  }

  /** A host. */
  host(number: number): Host {
    const host = this.world.hosts.get(number);
    ok(host !== undefined);
    return host;
  }

  /** Let so many milliseconds pass. */
  pass(milliseconds: number): this {
    this.world.agenda.runUntil(this.world.agenda.now + milliseconds);
    return this;
  }

  /** Let something happen. */
  act(act: Act): this {
    perform(this.world, act);
    return this;
  }

  /** Something happens to a link of a host. */
  link(host: number, what: LinkAct, segment = 0, lasts = 0): this {
    return this.act({ type: "link", host, segment, what, lasts });
  }

  /** Something happens to the daemon of a host. */
  process(host: number, what: ProcessAct, lasts = 0): this {
    return this.act({ type: "process", host, what, lasts });
  }

  /** The states of an instance on all hosts. */
  states(instance = "VI_1"): readonly string[] {
    return Array.from(
      this.world.hosts.values(),
      (host) =>
        host.process?.hasEnded === false
          ? host.rules?.stateOf(instance)?.name ?? "none"
          : "dead",
    );
  }

  /** What a host holds of others than its own addresses, and how. */
  held(host: number): readonly string[] {
    return Array.from(this.host(host).machine.addresses())
      .filter(([, { owner }]) => owner === "alived")
      .map(([link, { address, prefix }]) =>
        `${address}/${prefix} ${link.name}`
      );
  }

  /** Changes of state of an instance on a host, such as `BACKUP MASTER`. */
  changes(host: number, instance = "VI_1"): readonly string[] {
    return this.transitions
      .filter((one) => one.host === `h${host}` && one.instance === instance)
      .map(({ from, to }) => `${from} ${to}`);
  }

  /** VIPs with these settings in place of those of the instance. */
  reload(virtualIps: readonly VirtualIp[]): this {
    for (const host of this.world.hosts.values()) {
      host.reload({
        ...host.settings,
        instances: host.settings.instances.map((one) => ({
          ...one,
          virtualIps,
        })),
      });
    }
    return this;
  }
}
