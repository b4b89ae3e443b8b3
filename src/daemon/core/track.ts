/**
 * From what is watched to the priority and the faults of instances.
 *
 * @module
 */

import type { SyncGroupSettings } from "../../config/settings/sync_group.ts";
import type { TrackerSettings } from "../../config/settings/tracker.ts";
import { linkFault } from "../../kernel/linux/links.ts";
import {
  causeOf,
  type Effect,
  isTrackerCause,
  type Verdict,
  type Watch,
  weigh,
  type Weighing,
} from "../../vrrp/priority.ts";
import { type Core, log, stateOf } from "./core_state.ts";
import { feed } from "./execute.ts";
import type { Instance } from "./instance.ts";

/** A health check has this verdict now: weigh everything again. */
export function applyVerdict(
  core: Core,
  check: string,
  verdict: Verdict,
  now: number,
): void {
  core.verdicts.set(causeOf({ type: "check", name: check }), verdict);
  weighAll(core, now);
}

/** Look at the links that are tracked, and weigh everything again. */
export function weighAll(core: Core, now: number): void {
  for (const instance of core.instances.values()) {
    for (const { watch } of trackersOf(core, instance)) {
      if (watch.type !== "interface") continue;
      const up = linkFault(watch.name, core.links.byName(watch.name)) === null;
      core.verdicts.set(causeOf(watch), { up, value: null, detail: null });
    }
  }
  for (const instance of core.instances.values()) {
    weighInstance(core, instance, now);
  }
}

/** The effective priority of an instance by what is known now. */
export function effectivePriority(core: Core, instance: Instance): number {
  return weighing(core, instance).priority;
}

function weighing(core: Core, instance: Instance): Weighing {
  const watched = trackersOf(core, instance).map((tracker) => ({
    tracker,
    verdict: core.verdicts.get(causeOf(tracker.watch)),
  }));
  return weigh(instance.settings.priority, watched);
}

function weighInstance(core: Core, instance: Instance, now: number): void {
  const state = stateOf(core, instance);
  if (state === undefined) return;
  const { priority, terms, faults } = weighing(core, instance);
  if (priority !== state.priority) {
    const because = terms
      .map(({ tracker, term }) =>
        `${subjectOf(tracker.watch)} ${term > 0 ? "+" : ""}${term}`
      )
      .join(", ");
    log(core, {
      level: "info",
      event: "priority",
      instance: instance.settings.name,
      message: `Priority ${state.priority} → ${priority}` +
        (because === "" ? "" : ` (${because})`),
      priority,
    });
    feed(core, instance, { type: "priority", priority }, now);
  }
  const causes = new Map(
    faults.map((fault) => [causeOf(fault.tracker.watch), fault]),
  );
  for (const cause of Object.keys(state.faults)) {
    if (!isTrackerCause(cause) || causes.has(cause)) continue;
    feed(core, instance, { type: "recover", cause }, now);
  }
  for (const [cause, fault] of causes) {
    const reason = inWords(fault);
    feed(core, instance, { type: "fault", cause, reason }, now);
  }
}

function inWords(
  { tracker: { watch }, verdict: { up, value } }: Effect,
): string {
  const subject = subjectOf(watch);
  if (value !== null) return `${subject} gives ${value}`;
  return `${subject} is ${up ? "up" : "down"}`;
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
  const all = [
    ...settings.trackers,
    ...group.trackers,
    ...weightedTrackers(core, group),
  ];
  const byCause = new Map<string, TrackerSettings>();
  for (const tracker of all) {
    const cause = causeOf(tracker.watch);
    if (!byCause.has(cause)) byCause.set(cause, tracker);
  }
  return [...byCause.values()];
}

function weightedTrackers(
  core: Core,
  group: SyncGroupSettings,
): readonly TrackerSettings[] {
  return group.instances
    .flatMap((name) => core.instances.get(name)?.settings.trackers ?? [])
    .filter(({ weight }) => weight !== 0);
}

function subjectOf({ type, name }: Watch): string {
  return `${type} "${name}"`;
}
