/**
 * From what is watched to the priority and the faults of instances.
 *
 * @module
 */

import type { SyncGroupSettings } from "../../config/settings/sync_group.ts";
import type { TrackerSettings } from "../../config/settings/tracker.ts";
import { linkFault } from "../../kernel/linux/links.ts";
import { type Tracker, type Verdict, weigh } from "../../vrrp/priority.ts";
import { type Core, log, stateOf } from "./core_state.ts";
import { feed } from "./execute.ts";
import type { Instance } from "./instance.ts";

/** Faults by a tracker have causes that begin with this. */
const CAUSE = "tracker ";

/** A health check has this verdict now: weigh everything again. */
export function applyVerdict(
  core: Core,
  check: string,
  verdict: Verdict,
  now: number,
): void {
  core.verdicts.set(checkSubject(check), verdict);
  weighAll(core, now);
}

/** Look at the links that are tracked, and weigh everything again. */
export function weighAll(core: Core, now: number): void {
  for (const instance of core.instances.values()) {
    for (const { watch } of trackersOf(core, instance)) {
      if (watch.type !== "interface") continue;
      const up = linkFault(watch.name, core.links.byName(watch.name)) === null;
      core.verdicts.set(subjectOf(watch), { up, value: null });
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

function weighing(core: Core, instance: Instance): ReturnType<typeof weigh> {
  const trackers = trackersOf(core, instance).map((tracker): Tracker => ({
    subject: subjectOf(tracker.watch),
    weight: tracker.weight,
    reverse: tracker.reverse,
  }));
  return weigh(instance.settings.priority, trackers, core.verdicts);
}

function weighInstance(core: Core, instance: Instance, now: number): void {
  const state = stateOf(core, instance);
  if (state === undefined) return;
  const { priority, terms, faults } = weighing(core, instance);
  if (priority !== state.priority) {
    const because = terms
      .map(({ subject, term }) => `${subject} ${term > 0 ? "+" : ""}${term}`)
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
  const causes = new Map(faults.map((subject) => [CAUSE + subject, subject]));
  for (const cause of Object.keys(state.faults)) {
    if (!cause.startsWith(CAUSE) || causes.has(cause)) continue;
    feed(core, instance, { type: "recover", cause }, now);
  }
  for (const [cause, subject] of causes) {
    const reason = inWords(subject, core.verdicts.get(subject));
    feed(core, instance, { type: "fault", cause, reason }, now);
  }
}

function inWords(subject: string, verdict: Verdict | undefined): string {
  const { up = null, value = null } = verdict ?? {};
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
  const bySubject = new Map<string, TrackerSettings>();
  for (const tracker of all) {
    const subject = subjectOf(tracker.watch);
    if (!bySubject.has(subject)) bySubject.set(subject, tracker);
  }
  return [...bySubject.values()];
}

function weightedTrackers(
  core: Core,
  group: SyncGroupSettings,
): readonly TrackerSettings[] {
  return group.instances
    .flatMap((name) => core.instances.get(name)?.settings.trackers ?? [])
    .filter(({ weight }) => weight !== 0);
}

function subjectOf(watch: TrackerSettings["watch"]): string {
  return watch.type === "check"
    ? checkSubject(watch.name)
    : `interface "${watch.name}"`;
}

function checkSubject(name: string): string {
  return `check "${name}"`;
}
