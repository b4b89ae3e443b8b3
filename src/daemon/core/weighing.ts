/**
 * What the trackers of an instance make of its priority by what is known now,
 * and in which words that is told.
 *
 * @module
 */

import type { TrackerSettings } from "../../config/settings/tracker.ts";
import { linkCondition } from "../../kernel/link_condition.ts";
import {
  OWNER,
  type Verdict,
  weigh,
  type Weighing,
} from "../../vrrp/priority.ts";
import type { OwnReason, PriorityTerm, Reason } from "../../vrrp/reason.ts";
import type { Core } from "./core.ts";
import type { Instance } from "./instance.ts";

/** Weigh the trackers that count for an instance. */
export function weighing(
  core: Core,
  { settings, trackers }: Instance,
): Weighing {
  return weigh(
    settings.priority,
    trackers.map((tracker) => ({
      tracker,
      verdict: verdictOf(core, tracker.watch),
    })),
    isLastResort(core, settings.name),
  );
}

/** A group is the last resort as a whole. */
function isLastResort(
  { engine, drains, instances }: Core,
  name: string,
): boolean {
  return drains.size > 0 &&
    engine.schedule.unitOf(name).some((member) =>
      instances.has(member) && drains.get(member)?.lastResort === true
    );
}

/** What each tracker adds, with its name, and what an operator takes away. */
export function namedTerms(
  { terms, operator }: Weighing,
): readonly PriorityTerm[] {
  const named = terms.map((
    { tracker: { watch: { type, name } }, term: amount },
  ) => ({ what: `${type} "${name}"`, amount }));
  return operator === 0
    ? named
    : [...named, { what: "operator", amount: operator }];
}

/**
 * Add to a comparison of priorities what the own one is made of, where
 * trackers have part in it and it has not changed since.
 */
export function explained(
  core: Core,
  instance: Instance,
  reason: Reason,
): Reason {
  if (reason.kind !== "group") return withSum(core, instance, reason);
  const { instance: name, because } = reason;
  const member = core.instances.get(name);
  return member === undefined
    ? reason
    : { ...reason, because: withSum(core, member, because) };
}

function withSum(
  core: Core,
  instance: Instance,
  reason: OwnReason,
): OwnReason {
  const { kind } = reason;
  if (kind !== "better" && kind !== "preempt" && kind !== "tie") return reason;
  const compared = kind === "tie" ? reason.priority : reason.ownPriority;
  const found = weighing(core, instance);
  const { priority: configured } = instance.settings;
  const isOwner = found.priority === OWNER;
  const terms = namedTerms(found);
  if (found.priority !== compared || terms.length === 0 || isOwner) {
    return reason;
  }
  return { ...reason, ownSum: { configured, terms } };
}

/** What is known of something watched; undefined for nothing. */
export function verdictOf(
  core: Core,
  { type, name }: TrackerSettings["watch"],
): Verdict | undefined {
  if (type === "check") return core.verdicts.get(name);
  const up = linkCondition(core.links.byName(name)) === "up";
  return { up, value: null, detail: null };
}
