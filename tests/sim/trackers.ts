/**
 * What is watched on a host: two numbers or services that move the priority of
 * all its instances, and one for each instance that means FAULT while down.
 *
 * @module
 */

import {
  causeOf,
  isTrackerCause,
  type Tracker,
  type Verdict,
  type Watch,
  weigh,
  type Weighing,
} from "../../src/vrrp/priority.ts";
import { act } from "./daemon.ts";
import { pick, type Prng, whole } from "./prng.ts";
import { type Host, type Instance, stateOf, type World } from "./world.ts";

/** Trackers for the instances of a host: those that they share. */
export function sharedTrackers(prng: Prng): readonly Tracker[] {
  return ["service", "number"].map((name) => ({
    watch: { type: "check", name },
    weight: pick(prng, [-1, 1]) * whole(prng, 1, 60),
    reverse: prng() < 0.2,
  }));
}

/** The tracker of an instance that means FAULT while down. */
export function ownTracker(name: string): Tracker {
  const watch = { type: "check", name: `${name} service` } as const;
  return { watch, weight: 0, reverse: false };
}

/** What the trackers make of an instance. */
export function weighed(host: Host, instance: Instance): Weighing {
  const watched = instance.trackers.map((tracker) => ({
    tracker,
    verdict: host.verdicts.get(causeOf(tracker.watch)),
  }));
  return weigh(instance.config.priority, watched);
}

/** Any verdict on something that a host watches. */
export function randomVerdict(
  prng: Prng,
  { trackers }: Instance,
): [watch: Watch, Verdict] {
  const watch = trackers[whole(prng, 0, trackers.length - 1)]?.watch ??
    { type: "check", name: "none" };
  const up = pick(prng, [true, true, false, null]);
  const value = watch.name === "number" ? whole(prng, -5, 5) : null;
  return [watch, { up, value, detail: null }];
}

/** Tell the instances of a host what their trackers make of them. */
export function reweigh(world: World, host: Host): void {
  for (const instance of host.instances.values()) {
    const { priority, faults } = weighed(host, instance);
    const { name } = instance;
    act(world, host, name, { type: "priority", priority });
    const known = Object.keys(stateOf(host, name)?.faults ?? {});
    const causes = faults.map(({ tracker }) => causeOf(tracker.watch));
    for (const cause of known.filter(isTrackerCause)) {
      if (!causes.includes(cause)) {
        act(world, host, name, { type: "recover", cause });
      }
    }
    for (const cause of causes) {
      const reason = `${cause} is down`;
      act(world, host, name, { type: "fault", cause, reason });
    }
  }
}
