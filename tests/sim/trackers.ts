/**
 * What is watched on a host: two numbers or services that move the priority of
 * all its instances, and one for each instance that means FAULT while down.
 *
 * @module
 */

import {
  type Tracker,
  type Verdict,
  weigh,
  type Weighing,
} from "../../src/vrrp/priority.ts";
import { act } from "./daemon.ts";
import { pick, type Prng, whole } from "./prng.ts";
import { type Host, type Instance, stateOf, type World } from "./world.ts";

/** Trackers for the instances of a host: those that they share. */
export function sharedTrackers(prng: Prng): readonly Tracker[] {
  return ["service", "number"].map((subject) => ({
    subject,
    weight: pick(prng, [-1, 1]) * whole(prng, 1, 60),
    reverse: prng() < 0.2,
  }));
}

/** The tracker of an instance that means FAULT while down. */
export function ownTracker(name: string): Tracker {
  return { subject: `${name} service`, weight: 0, reverse: false };
}

/** What the trackers make of an instance. */
export function weighed(host: Host, instance: Instance): Weighing {
  return weigh(instance.config.priority, instance.trackers, host.verdicts);
}

/** Any verdict on something that a host watches. */
export function randomVerdict(
  prng: Prng,
  { trackers }: Instance,
): [subject: string, Verdict] {
  const subject = trackers[whole(prng, 0, trackers.length - 1)]?.subject ?? "";
  const up = pick(prng, [true, true, false, null]);
  const value = subject === "number" ? whole(prng, -5, 5) : null;
  return [subject, { up, value }];
}

/** Tell the instances of a host what their trackers make of them. */
export function reweigh(world: World, host: Host): void {
  for (const instance of host.instances.values()) {
    const { priority, faults } = weighed(host, instance);
    const { name } = instance;
    act(world, host, name, { type: "priority", priority });
    const known = Object.keys(stateOf(host, name)?.faults ?? {});
    for (const cause of known.filter((cause) => cause.endsWith("service"))) {
      if (!faults.includes(cause)) {
        act(world, host, name, { type: "recover", cause });
      }
    }
    for (const cause of faults) {
      const reason = `${cause} is down`;
      act(world, host, name, { type: "fault", cause, reason });
    }
  }
}
