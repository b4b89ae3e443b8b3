/**
 * The simulated world: segments, hosts, time and what runs.
 *
 * @module
 */

import type { FromCore } from "../daemon/messages.ts";
import { Agenda } from "./agenda.ts";
import type { Cluster } from "./story/cluster.ts";
import { Host } from "./host.ts";
import { Segment } from "./lan.ts";
import { streamOf } from "./prng.ts";
import type { Program } from "./program.ts";

/** Takes a line for each thing that happens. */
export type Trace = (line: string) => void;

/** A world. */
export interface World {
  /** What it was made from. */
  readonly cluster: Cluster;
  /** Time. */
  readonly agenda: Agenda;
  /** The segments, by number. */
  readonly segments: readonly Segment[];
  /** The hosts, by number. */
  readonly hosts: ReadonlyMap<number, Host>;
  /** What runs on the hosts. */
  readonly program: Program;
  /** Takes a line for each thing that happens, or null. */
  readonly trace: Trace | null;
  /** Hears what cores tell their sides, or null. */
  readonly listener: Listener | null;
  /** When everything that was begun has ended. */
  busyUntil: number;
}

/** Hears what the core of a host tells its side. */
export type Listener = (host: string, message: FromCore) => void;

/**
 * Make a world; nothing runs in it yet.
 *
 * @param listener Hears what cores tell their sides.
 */
export function newWorld(
  cluster: Cluster,
  program: Program,
  trace: Trace | null,
  listener: Listener | null = null,
): World {
  const agenda = new Agenda();
  const { seed } = cluster;
  const hosts = new Map<number, Host>();
  const world: World = {
    cluster,
    agenda,
    segments: cluster.segments.map((maxDelay, i) =>
      new Segment(agenda, streamOf(seed, `segment ${i}`), maxDelay)
    ),
    hosts,
    program,
    trace: trace &&
      ((line) => trace(`${agenda.now.toFixed(3).padStart(11)} ${line}`)),
    listener,
    busyUntil: 0,
  };
  for (const plan of cluster.hosts) {
    hosts.set(plan.number, new Host(world, plan));
  }
  return world;
}

/** Have something happen later that belongs to what happens now. */
export function later(world: World, delay: number, run: () => void): void {
  const time = world.agenda.now + delay;
  world.busyUntil = Math.max(world.busyUntil, time);
  world.agenda.at(time, run);
}
