/**
 * What goes wrong: one random disturbance at a time.
 *
 * @module
 */

import { schedule } from "./agenda.ts";
import { type Cluster, randomPriority } from "./cluster.ts";
import { tell } from "./daemon.ts";
import {
  crash,
  pause,
  reload,
  resume,
  start,
  steal,
  stop,
  toggleLink,
} from "./host.ts";
import { between, pick, whole } from "./prng.ts";
import { causeOf } from "../../src/vrrp/priority.ts";
import { randomVerdict, reweigh } from "./trackers.ts";

/** Do something bad to a cluster, or mend something. */
export function disturb(cluster: Cluster): void {
  const { world, hosts, segments } = cluster;
  const { prng } = world;
  const host = hosts[whole(prng, 0, hosts.length - 1)];
  const segment = segments[whole(prng, 0, segments.length - 1)];
  if (host === undefined || segment === undefined) return;
  const instances = [...host.instances.values()];
  const instance = instances[whole(prng, 0, instances.length - 1)];
  if (instance === undefined) return;
  const kind = pick(prng, KINDS);
  world.trace?.(`${host.name} ${instance.name} ! ${kind}`);
  switch (kind) {
    case "lose":
      segment.loss = pick(prng, [0, 0.1, 0.4, 1]);
      return;
    case "double":
      segment.duplication = pick(prng, [0, 0.5]);
      return;
    case "part":
      for (const port of segment.ports) port.part = whole(prng, 0, 2);
      return;
    case "join":
      for (const port of segment.ports) port.part = 0;
      return;
    case "deafen":
      instance.port.deaf = !instance.port.deaf;
      return;
    case "refuse":
      instance.refuses = !instance.refuses;
      return;
    case "steal":
      steal(world, host, instance);
      return;
    case "crash":
      if (host.engine !== null) crash(host);
      else start(world, host);
      return;
    case "pause": {
      const duration = between(prng, 0.1, 6) * cluster.longestInterval;
      pause(world, host, pick(prng, ["process", "machine"]), duration);
      return;
    }
    case "stop":
      if (host.engine === null) start(world, host);
      else if (host.paused === null) stop(world, host);
      return;
    case "link":
      toggleLink(world, host, instance);
      return;
    case "flap": {
      toggleLink(world, host, instance);
      const { up, down } = instance.linkDelay;
      const duration = between(prng, 0, Math.max(up, down));
      schedule(world.agenda, world.agenda.now + duration, () => {
        toggleLink(world, host, instance);
      });
      return;
    }
    case "verdict": {
      const [watch, verdict] = randomVerdict(prng, instance);
      tell(world, host, () => {
        host.verdicts.set(causeOf(watch), verdict);
        reweigh(world, host);
      });
      return;
    }
    case "reload": {
      const changed = host.group.length > 0 ? instances : [instance];
      const priority = randomPriority(prng, cluster.preempt);
      reload(world, host, changed, priority);
      return;
    }
    default:
      return kind satisfies never;
  }
}

const KINDS = [
  "lose",
  "double",
  "part",
  "join",
  "deafen",
  "refuse",
  "steal",
  "crash",
  "pause",
  "stop",
  "link",
  "flap",
  "verdict",
  "verdict",
  "reload",
] as const;

/**
 * End what is no condition to live in; parts, faults and crashes may last. A
 * sync group has the same parts on all its segments then.
 */
export function calm({ world, hosts, segments }: Cluster): void {
  for (const segment of segments) {
    segment.loss = 0;
    segment.duplication = 0;
    for (const port of segment.ports) port.deaf = false;
  }
  for (const host of hosts) {
    const [first] = host.instances.values();
    for (const instance of host.instances.values()) {
      instance.refuses = false;
      if (first === undefined || host.group.length === 0) continue;
      instance.port.part = first.port.part;
    }
    resume(world, host);
  }
}
