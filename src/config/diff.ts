/**
 * What a reload changes.
 *
 * @module
 */

import type { InstanceSettings } from "./settings/instance.ts";

/** Instances by what a reload does to them; the settings are the new ones. */
export interface InstanceDiff {
  /** Names that were not there: started. */
  readonly added: readonly InstanceSettings[];
  /** Names that are there no more, as they were: stopped. */
  readonly removed: readonly InstanceSettings[];
  /** The same virtual router with other settings: changed as it runs. */
  readonly changed: readonly InstanceSettings[];
  /** The name of another virtual router now: stopped, then started. */
  readonly restarted: readonly InstanceSettings[];
  /** Nothing differs: not touched. */
  readonly unchanged: readonly InstanceSettings[];
}

/**
 * Compare the instances of two configurations by name. A new name may take the
 * VRID or an address of one that goes: removals come before additions.
 *
 * @param before Instances that run, each name once.
 * @param after Instances that are to run, each name once.
 * @returns All of `after` in its order, and the rest of `before` in its own.
 */
export function diffInstances(
  before: readonly InstanceSettings[],
  after: readonly InstanceSettings[],
): InstanceDiff {
  const old = new Map(before.map((instance) => [instance.name, instance]));
  const kept = new Set(after.map(({ name }) => name));
  const kind = (instance: InstanceSettings): keyof InstanceDiff => {
    const was = old.get(instance.name);
    if (was === undefined) return "added";
    if (!sameRouter(was, instance)) return "restarted";
    return equal(was, instance) ? "unchanged" : "changed";
  };
  const groups = Map.groupBy(after, kind);
  return {
    added: groups.get("added") ?? [],
    removed: before.filter(({ name }) => !kept.has(name)),
    changed: groups.get("changed") ?? [],
    restarted: groups.get("restarted") ?? [],
    unchanged: groups.get("unchanged") ?? [],
  };
}

/** Whether two instances are one virtual router to their peers. */
function sameRouter(a: InstanceSettings, b: InstanceSettings): boolean {
  return a.interface === b.interface && a.family === b.family &&
    a.version === b.version && a.virtualRouterId === b.virtualRouterId;
}

/** Whether two pieces of plain JSON data say the same. */
export function equal(a: unknown, b: unknown): boolean {
  if (!isObject(a) || !isObject(b)) return a === b;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
