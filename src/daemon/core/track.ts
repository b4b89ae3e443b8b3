/**
 * From what is watched to the priority and the faults of instances.
 *
 * @module
 */

import type { TrackerSettings } from "../../config/settings/tracker.ts";
import { linkFault } from "../../kernel/link_condition.ts";
import {
  causeOf,
  type Effect,
  isTrackerCause,
  type Verdict,
  weigh,
  type Weighing,
} from "../../vrrp/priority.ts";
import { type Core, log, stateOf } from "./core.ts";
import type { Instance } from "./instance.ts";
import { feed } from "./perform.ts";
import { afford } from "./tell.ts";

/**
 * A health check has this verdict now: weigh what it counts for. One that
 * counts for nothing is of a check that was just removed.
 */
export function applyVerdict(
  core: Core,
  check: string,
  verdict: Verdict,
  now: number,
): void {
  for (const instance of core.instances.values()) {
    const counts = instance.trackers.some(({ watch }) =>
      watch.type === "check" && watch.name === check
    );
    if (!counts) continue;
    core.verdicts.set(check, verdict);
    weighInstance(core, instance, now);
  }
}

/** Weigh everything again. */
export function weighAll(core: Core, now: number): void {
  for (const instance of core.instances.values()) {
    weighInstance(core, instance, now);
  }
}

/**
 * Find out which trackers count for which instance, and forget the verdicts of
 * checks that count for none.
 */
export function collectTrackers(core: Core): void {
  const checks = new Set<string>();
  for (const instance of core.instances.values()) {
    instance.trackers = trackersOf(core, instance);
    for (const { watch } of instance.trackers) {
      if (watch.type === "check") checks.add(watch.name);
    }
  }
  for (const check of core.verdicts.keys()) {
    if (!checks.has(check)) core.verdicts.delete(check);
  }
}

/**
 * The effective priority of an instance by what is known now; told, when it
 * was another before.
 */
export function effectivePriority(core: Core, instance: Instance): number {
  const found = weighing(core, instance);
  tellPriority(core, instance, found);
  return found.priority;
}

function tellPriority(
  core: Core,
  instance: Instance,
  { priority, terms }: Weighing,
): void {
  const { name, priority: configured } = instance.settings;
  const from = stateOf(core, name)?.priority ?? priority;
  if (from === priority) return;
  if (!afford(core, instance, "priority", core.kernel.now())) return;
  log(core, {
    ...{ event: "priority", instance: name, priority, from, configured },
    terms: terms.map(({ tracker, term: amount }) => ({
      what: subjectOf(tracker.watch),
      amount,
    })),
  });
}

function weighing(core: Core, { settings, trackers }: Instance): Weighing {
  return weigh(
    settings.priority,
    trackers.map((tracker) => ({
      tracker,
      verdict: verdictOf(core, tracker.watch),
    })),
  );
}

function verdictOf(
  core: Core,
  { type, name }: TrackerSettings["watch"],
): Verdict | undefined {
  if (type === "check") return core.verdicts.get(name);
  const detail = linkFault(name, core.links.byName(name));
  return { up: detail === null, value: null, detail };
}

/** Give an instance the priority and the faults that its trackers make. */
function weighInstance(
  core: Core,
  instance: Instance,
  now: number,
): void {
  const { name } = instance.settings;
  const state = stateOf(core, name);
  if (state === undefined) return;
  const found = weighing(core, instance);
  const { priority, faults } = found;
  if (priority !== state.priority) {
    tellPriority(core, instance, found);
    feed(core, name, { type: "priority", priority }, now);
  }
  const causes = new Map(
    faults.map((fault) => [causeOf(fault.tracker.watch), fault]),
  );
  for (const cause of Object.keys(state.faults)) {
    if (!isTrackerCause(cause) || causes.has(cause)) continue;
    feed(core, name, { type: "recover", cause }, now);
  }
  for (const [cause, fault] of causes) {
    const reason = inWords(fault);
    if (state.faults[cause] === reason) continue;
    feed(core, name, { type: "fault", cause, reason }, now);
  }
}

function inWords({ tracker, verdict }: Effect): string {
  const { up, value, detail } = verdict;
  const subject = subjectOf(tracker.watch);
  if (value !== null) return `${subject} gives ${value}`;
  if (tracker.watch.type === "interface" && detail !== null) return detail;
  const why = up || detail === null ? "" : `: ${detail}`;
  return `${subject} is ${up ? "up" : "down"}${why}`;
}

/**
 * The trackers that count for an instance: its own, those of its group, and
 * those of the other members that have a weight. One subject counts once.
 */
function trackersOf(
  core: Core,
  { settings }: Instance,
): readonly TrackerSettings[] {
  const group = core.settings.syncGroups.find(({ instances }) =>
    instances.includes(settings.name)
  );
  if (group === undefined) return settings.trackers;
  const weighted = group.instances
    .flatMap((name) => core.instances.get(name)?.settings.trackers ?? [])
    .filter(({ weight }) => weight !== 0);
  const counting = new Map<string, TrackerSettings>();
  for (
    const tracker of [...settings.trackers, ...group.trackers, ...weighted]
  ) {
    const cause = causeOf(tracker.watch);
    if (!counting.has(cause)) counting.set(cause, tracker);
  }
  return [...counting.values()];
}

function subjectOf({ type, name }: TrackerSettings["watch"]): string {
  return `${type} "${name}"`;
}
