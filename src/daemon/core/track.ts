/**
 * From what is watched to the priority and the faults of instances.
 *
 * @module
 */

import type { TrackerSettings } from "../../config/settings/tracker.ts";
import { linkCondition } from "../../kernel/link_condition.ts";
import {
  causeOf,
  OWNER,
  type Verdict,
  type Watch,
  watchOf,
  type Weighing,
} from "../../vrrp/priority.ts";
import {
  type CheckReason,
  type FaultReason,
  isSameReason,
  type LinkReason,
  type LinksReason,
  type OwnRecovery,
} from "../../vrrp/reason.ts";
import { reasonInWords } from "../../log/reason_words.ts";
import type { TermStatus } from "../core_status.ts";
import { type Core, log, stateOf } from "./core.ts";
import type { Instance } from "./instance.ts";
import { feed } from "./perform.ts";
import { afford } from "./tell.ts";
import { namedTerms, verdictOf, weighing } from "./weighing.ts";

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
  found: Weighing,
): void {
  const { priority } = found;
  const { name, priority: configured } = instance.settings;
  const from = stateOf(core, name)?.priority ?? priority;
  if (from === priority) return;
  if (!afford(core, instance, "priority", core.kernel.now())) return;
  log(core, {
    ...{ event: "priority", instance: name, priority, from, configured },
    terms: namedTerms(found),
  });
}

/** All trackers of an instance and what each does now. */
export function termsOf(
  core: Core,
  instance: Instance,
): readonly TermStatus[] {
  const { terms, faults } = weighing(core, instance);
  // What an owner's trackers add moves nothing.
  const owns = instance.settings.priority === OWNER;
  const added = new Map(
    owns ? [] : terms.map(({ tracker, term }) => [tracker, term]),
  );
  const fatal = new Set(faults.map(({ tracker }) => tracker));
  return instance.trackers.map((tracker) => {
    const { watch, weight, reverse } = tracker;
    const { up = null, value = null } = verdictOf(core, watch) ?? {};
    return {
      ...{ kind: watch.type, tracker: watch.name, weight, reverse, up, value },
      term: added.get(tracker) ?? 0,
      isFault: fatal.has(tracker),
      detail: up === false ? whyDown(core, watch) : null,
    };
  });
}

function whyDown(core: Core, watch: Watch): string | null {
  return watch.type === "check"
    ? core.verdicts.get(watch.name)?.detail ?? null
    : reasonInWords(lookUp(core, watch.name));
}

/**
 * Give an instance the priority and the faults that its trackers make, and an
 * operator.
 */
export function weighInstance(
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
    const watch = watchOf(cause);
    if (watch === null || causes.has(cause)) continue;
    const reason = recovery(core, instance, watch, state.faults[cause]);
    feed(core, name, { type: "recover", cause, reason }, now);
  }
  for (const [cause, { tracker: { watch } }] of causes) {
    const reason = situation(core, watch);
    if (isSameReason(state.faults[cause], reason)) continue;
    feed(core, name, { type: "fault", cause, reason }, now);
  }
}

/** What is well again, or means FAULT no more. */
function recovery(
  core: Core,
  { trackers }: Instance,
  watch: Watch,
  fault: FaultReason | undefined,
): OwnRecovery {
  if (fault?.kind === "links") return { kind: "links", known: true };
  const cause = causeOf(watch);
  const reason = situation(core, watch);
  return trackers.some((tracker) => causeOf(tracker.watch) === cause) &&
      !isSameReason(fault, reason)
    ? reason
    : { kind: "unwatched", ...watch };
}

/** What is known of something that is watched. */
function situation(
  core: Core,
  { type, name }: Watch,
): CheckReason | LinkReason | LinksReason {
  if (type === "interface") return lookUp(core, name);
  const { up = null, value = null, detail = null } = core.verdicts.get(name) ??
    {};
  return { kind: "check", check: name, up, value, detail };
}

/** How a link is; one that is not known may be there while none are listed. */
export function lookUp(
  { links, following }: Core,
  name: string,
): LinkReason | LinksReason {
  const link = links.byName(name);
  return link === undefined && following.isLost
    ? { kind: "links", known: false }
    : {
      kind: "interface",
      interface: name,
      condition: linkCondition(link),
      carries: null,
    };
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
