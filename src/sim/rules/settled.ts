/**
 * What must hold when nothing has disturbed a world for long enough: one
 * master in each part where there can be one, the best if it may preempt, and
 * its clients find it.
 *
 * @module
 */

import { longest } from "../story/cluster.ts";
import type { Host } from "../host.ts";
import { BACK_OFF } from "./host_rules.ts";
import { PARTS } from "../lan.ts";
import { allVips, settingsOf, unitObstacle, unitOf } from "./oracle.ts";
import type { RouterState } from "../../vrrp/state.ts";
import { Violation } from "./violation.ts";
import type { World } from "../world.ts";

/** Milliseconds that anything may take that has no interval of its own. */
const SLACK = 3000;
/** Intervals within which a group settles whose ties cross. */
const TIES = 200;
/** Milliseconds between two looks. */
const LOOK = 100;
/** Milliseconds by which a refresh is put off by others, at the most. */
const REFRESH_SLACK = 1500;

/**
 * Let a calm world settle, and see that it stays as it is.
 *
 * @throws {Violation} When it does not settle in time.
 */
export function settle(world: World): void {
  const { agenda, cluster } = world;
  const { interval } = longest(cluster);
  const latest = settlesBy(world);
  const step = Math.max(LOOK, interval / 2);
  for (;;) {
    agenda.runUntil(agenda.now + step);
    if (agenda.now < world.busyUntil) continue;
    const problem = unsettled(world);
    if (problem === null && staysSettled(world, 3 * interval)) break;
    if (agenda.now > latest) {
      throw new Violation("unsettled", problem ?? "it does not stay so");
    }
  }
  for (const host of world.hosts.values()) checkMasters(world, host);
  checkClients(world);
}

/** Each backup names the master of its part, which it has heard lately. */
function checkMasters({ hosts, cluster }: World, host: Host): void {
  const down = longest(cluster).down;
  for (
    const { name, master, heard } of runs(host) && host.statuses?.facts() || []
  ) {
    if (stateOf(host, name)?.name !== "BACKUP") continue;
    const part = partOf(host, name);
    const serving = [...hosts.values()].find((other) =>
      part !== null && partOf(other, name) === part &&
      stateOf(other, name)?.name === "MASTER"
    );
    const truth = serving && stateOf(serving, name);
    if (truth === undefined) continue;
    const said = heard.find(({ address }) => address === truth.source);
    const isTrue = master?.address === truth.source &&
      master.priority === truth.priority && !master.isSelf &&
      said?.priority === truth.priority && said.ago <= down;
    if (isTrue) continue;
    throw new Violation(
      "status",
      `${host.name} names ${JSON.stringify({ master, heard })} as master of ` +
        `"${name}", which is ${serving?.name}`,
    );
  }
}

/** The part of the segment that an instance of a host is in, or null. */
function partOf({ rules }: Host, name: string): number | null {
  const settings = rules && settingsOf(rules, name);
  if (!settings) return null;
  return rules.machine.byName(settings.interface)?.nic?.part ?? null;
}

/** When a world has settled at the latest. */
function settlesBy(world: World): number {
  const { cluster, agenda, hosts } = world;
  const { interval, down } = longest(cluster);
  const { preemptDelay, linkDelay, startupDelay, groups } = cluster;
  const toleration = preemptDelay > 0 ? preemptDelay + down : 0;
  const ordinary = 2 * down + 3 * interval + toleration + startupDelay +
    2 * (linkDelay.up + linkDelay.down) + SLACK;
  const refused = [...hosts.values()].some(({ machine, rules }) =>
    Object.keys(machine.conditions.refusedAt).length > 0 || rules === null
  );
  return Math.max(agenda.now, world.busyUntil) + ordinary +
    (refused ? BACK_OFF : 0) + (groups.length > 0 ? TIES * interval : 0);
}

function staysSettled(world: World, duration: number): boolean {
  const { agenda } = world;
  const until = agenda.now + duration;
  const before = mastersOf(world);
  while (agenda.now < until) {
    agenda.runUntil(Math.min(until, agenda.now + LOOK * 3));
    if (unsettled(world) !== null) return false;
  }
  return mastersOf(world) === before;
}

function mastersOf({ hosts, cluster }: World): string {
  return [...hosts.values()].flatMap((host) =>
    cluster.instances.map(({ name }) => stateOf(host, name)?.name)
  ).join();
}

function stateOf(host: Host, name: string): RouterState | undefined {
  return runs(host) ? host.rules?.stateOf(name) : undefined;
}

function runs({ process, machine }: Host): boolean {
  return process !== null && !process.hasEnded && !machine.asleep;
}

/** Why a world has not settled, or null when it has. */
function unsettled(world: World): string | null {
  for (const host of world.hosts.values()) {
    if (!runs(host)) continue;
    const problem = hostProblem(host);
    if (problem !== null) return `${host.name}: ${problem}`;
  }
  for (const { name } of world.cluster.instances) {
    for (let part = 0; part < PARTS; part++) {
      const problem = partProblem(world, name, part);
      if (problem !== null) return `${name} in part ${part}: ${problem}`;
    }
  }
  return null;
}

/** Each instance serves if it can, and each side knows. */
function hostProblem(
  { rules, process, settings, operators }: Host,
): string | null {
  if (rules === null || process === null) return null;
  if (rules.settings !== settings && !process.side.idle) return "reloads";
  if (!process.side.ready) return "is not ready";
  const [kept, obeyed] = [operators.drains, rules.drains];
  if (
    process.side.idle && [...kept.keys()].sort().join() !==
      [...obeyed.keys()].sort().join()
  ) {
    return `keeps drains of ${[...kept.keys()]}, and obeys those of ` +
      `${[...obeyed.keys()]}`;
  }
  for (const { name, instances } of settings.syncGroups) {
    const states = instances.map((member) => rules.stateOf(member)?.name);
    if (new Set(states).size > 1) return `group "${name}" is ${states}`;
  }
  for (const { name } of settings.instances) {
    const state = rules.stateOf(name);
    if (state === undefined) return `"${name}" does not run`;
    if (state.name === "INIT") return `"${name}" has not started`;
    const obstacle = unitObstacle(rules, name);
    if (obstacle === null && state.name === "FAULT") {
      return `"${name}" is in FAULT without a cause: ` +
        JSON.stringify(state.faults);
    }
    if (obstacle !== null && state.name !== "FAULT") {
      return `"${name}" is ${state.name} with ${obstacle}`;
    }
    const told = process.side.stateOf(name);
    if (process.side.idle && told !== state.name) {
      return `the side takes "${name}" for ${told}, and it is ${state.name}`;
    }
    if (state.name === "BACKUP" && state.claimsSince !== null) {
      return `"${name}" claims`;
    }
  }
  return null;
}

/** One master in each part. */
function partProblem(
  { hosts, cluster }: World,
  name: string,
  part: number,
): string | null {
  const able = [...hosts.values()].filter((host) => {
    const state = stateOf(host, name);
    const settings = host.rules && settingsOf(host.rules, name);
    if (state === undefined || !settings) return false;
    const link = host.machine.byName(settings.interface);
    return link?.nic?.part === part &&
      (state.name === "BACKUP" || state.name === "MASTER");
  });
  if (able.length === 0) return null;
  const masters = able.filter((host) => stateOf(host, name)?.name === "MASTER");
  const [master] = masters;
  if (master === undefined || masters.length > 1) {
    return `${masters.length} masters of ${able.map(({ name }) => name)}`;
  }
  if (!cluster.preempt) return null;
  const priority = (host: Host): number => stateOf(host, name)?.priority ?? 0;
  const preempting = able.filter((host) => !leaves(host, name));
  const best = Math.max(...preempting.map(priority));
  return priority(master) === best
    ? null
    : `${master.name} is master, which is not the best`;
}

/**
 * Whether an instance leaves the addresses to whoever lives, be it because of
 * its group: one that was restarted waits for those that still do.
 */
function leaves({ rules }: Host, name: string): boolean {
  return rules !== null &&
    unitOf(rules, name).some((member) => rules.yielded.has(member));
}

/** Those who use an address find it at the master. */
function checkClients(world: World): void {
  const { agenda, cluster, segments, hosts } = world;
  const { refresh } = cluster.garp;
  if (refresh === 0) return;
  agenda.runUntil(agenda.now + refresh + REFRESH_SLACK);
  for (const host of hosts.values()) {
    if (!runs(host)) continue;
    for (const instance of host.settings.instances) {
      if (stateOf(host, instance.name)?.name !== "MASTER") continue;
      for (const vip of allVips(instance)) {
        const link = host.machine.byName(vip.interface ?? instance.interface);
        const { nic } = link ?? {};
        if (link === undefined || !nic?.live()) continue;
        // On another link than the adverts there may be another master.
        if (vip.interface !== null && segments.length > 1) continue;
        const beliefs = nic.segment.beliefs(nic.part, vip.address);
        if (beliefs.every((mac) => mac === link.mac) && beliefs.length > 0) {
          continue;
        }
        throw new Violation(
          "clients",
          `${vip.address} is at ${link.mac}, and clients know ` +
            `${beliefs.join(", ") || "nothing"}`,
        );
      }
    }
  }
}
