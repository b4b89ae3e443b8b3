/**
 * What is told of how trackers made a priority is true.
 *
 * @module
 */

import type { SyncGroupSettings } from "../../config/settings/sync_group.ts";
import type { TrackerSettings } from "../../config/settings/tracker.ts";
import type { PrioritySum, PriorityTerm } from "../../vrrp/reason.ts";
import type { Before } from "./fault_truth.ts";

const OWNER = 255;

/**
 * Whether a priority is the sum that is told; one that is told without a sum is
 * as configured.
 */
export function isSum(
  host: Before,
  name: string,
  priority: number,
  sum: PrioritySum | undefined,
): boolean {
  const configured = host.settingsLately(name).map((one) => one.priority);
  if (sum === undefined) return configured.includes(priority);
  const { terms } = sum;
  const total = terms.reduce((sum, { amount }) => sum + amount, sum.configured);
  return configured.includes(sum.configured) && terms.length > 0 &&
    new Set(terms.map(({ what }) => what)).size === terms.length &&
    priority === Math.min(Math.max(total, 1), OWNER - 1) &&
    terms.every((term) =>
      term.what === "operator"
        ? priority === 1 && wasLastResort(host, name)
        : trackersLately(host, name)
          .some((tracker) => adds(host, tracker, term))
    );
}

/** Whether it, or another of its group, was drained as last resort. */
function wasLastResort(host: Before, name: string): boolean {
  return membersLately(host, name).some((member) =>
    host.ordersOf(member).some((order) =>
      order.verb === "drain" && order.drain.lastResort
    )
  );
}

/** Whether a tracker adds just that, by how what it looks at was. */
function adds(
  host: Before,
  { watch: { type, name }, weight, reverse }: TrackerSettings,
  { what, amount }: PriorityTerm,
): boolean {
  if (what !== `${type} "${name}"` || amount !== weight) return false;
  const up = (weight > 0) !== reverse;
  if (type === "check") return host.had(name, up);
  const { past } = host.machine;
  return past.was(name, (was) => (was === "up") === up, host.span);
}

/** The trackers that count for an instance, and those that did. */
function trackersLately(
  host: Before,
  name: string,
): readonly TrackerSettings[] {
  return [
    ...membersLately(host, name)
      .flatMap((member) => host.settingsLately(member)),
    ...groupsLately(host, name),
  ].flatMap(({ trackers }) => trackers);
}

/** An instance, and the others of its groups. */
function membersLately(host: Before, name: string): readonly string[] {
  const members = groupsLately(host, name)
    .flatMap(({ instances }) => instances);
  return [name, ...members];
}

function groupsLately(
  host: Before,
  name: string,
): readonly SyncGroupSettings[] {
  return host.groupsLately
    .filter(({ instances }) => instances.includes(name));
}
