/**
 * What a reload has changed, in words for operators.
 *
 * @module
 */

import { equal, type InstanceDiff } from "../../config/diff.ts";
import type { Settings } from "../../config/settings.ts";
import type { InstanceSettings } from "../../config/settings/instance.ts";
import type { SyncGroupSettings } from "../../config/settings/sync_group.ts";
import type { ReloadOutcome } from "../../control/daemon_port.ts";
import type { EventOf, LogEvent } from "../../log/catalogue.ts";
import {
  type Change,
  changedKeys,
  checkChanges,
  globalChanges,
  instanceChanges,
} from "./reload_changes.ts";

/** Changes that have a line of their own at most. */
const MAX_LINES = 20;
/** Instances of a kind that are named at most. */
const MAX_NAMES = 8;
/** Of a reload that is not made. */
export const NO_CHANGE = {
  ...{ removed: 0, restarted: 0, changed: 0, added: 0, unchanged: 0 },
  sections: [],
  names: {},
} as const;
/** Sections of the file, beside the instances. */
const SECTIONS: Readonly<Record<string, keyof Settings>> = {
  global: "global",
  sync_groups: "syncGroups",
  health_checkers: "checks",
  notifications: "notifications",
};

/**
 * One event for the whole, one for each of the first 20 instances, groups,
 * checks and sections that are not as before, and one that says how many more
 * there are.
 */
export function reportReload(
  before: Settings,
  after: Settings,
  diff: InstanceDiff,
): readonly LogEvent[] {
  const details = [
    ...instanceDetails(before, diff),
    ...sectionDetails(before, after),
  ];
  const events = [summary(before, after, diff), ...details.slice(0, MAX_LINES)];
  const more = details.length - MAX_LINES;
  if (more <= 0) return events;
  return [...events, { event: "reload_more", count: more }];
}

/** The same for who asked for the reload: all of it. */
export function reloadOutcome(
  before: Settings,
  after: Settings,
  diff: InstanceDiff,
  issues: readonly string[],
): ReloadOutcome {
  const names = (instances: readonly Named[]): readonly string[] =>
    instances.map(({ name }) => name);
  const instances = instanceDetails(before, diff)
    .filter(({ change }) => change === "changed")
    .map(({ instance, changes }) => ({ name: instance, keys: changes }));
  const sections = sectionDetails(before, after)
    .map(({ section, item, change, changes }) => ({
      name: item === null ? section : `${section} "${item}"`,
      keys: change === "changed" ? changes : [change],
    }));
  return {
    ...{ ok: true, issues },
    added: names(diff.added),
    removed: names(diff.removed),
    restarted: names(diff.restarted),
    changed: [...instances, ...sections],
  };
}

function instanceDetails(
  before: Settings,
  { removed, restarted, changed, added }: InstanceDiff,
): readonly EventOf<"reload_instance">[] {
  const old = new Map(before.instances.map((one) => [one.name, one]));
  return [
    ...removed.map((one) => detail(one, "removed", [])),
    ...restarted.map((one) =>
      detail(one, "restarted", instanceChanges(old.get(one.name), one))
    ),
    ...changed.map((one) =>
      detail(one, "changed", instanceChanges(old.get(one.name), one))
    ),
    ...added.map((one) => detail(one, "added", [])),
  ];
}

function summary(
  before: Settings,
  after: Settings,
  diff: InstanceDiff,
): LogEvent {
  return {
    event: "reload",
    result: "done",
    error: null,
    removed: diff.removed.length,
    restarted: diff.restarted.length,
    changed: diff.changed.length,
    added: diff.added.length,
    unchanged: diff.unchanged.length,
    sections: Object.entries(SECTIONS)
      .filter(([, key]) => !equal(before[key], after[key]))
      .map(([name]) => name),
    names: {
      removed: namesOf(diff.removed),
      restarted: namesOf(diff.restarted),
      changed: namesOf(diff.changed),
      added: namesOf(diff.added),
    },
  };
}

function namesOf(entries: readonly Named[]): readonly string[] {
  return entries.slice(0, MAX_NAMES).map(({ name }) => name);
}

interface Named {
  readonly name: string;
}

function sectionDetails(
  before: Settings,
  after: Settings,
): readonly EventOf<"reload_section">[] {
  return [
    ...changed("global", null, globalChanges(before.global, after.global)),
    ...itemDetails("sync_groups", before.syncGroups, after.syncGroups, groups),
    ...itemDetails(
      "health_checkers",
      before.checks,
      after.checks,
      checkChanges,
    ),
    ...changed(
      "notifications",
      null,
      changedKeys("", { ...before.notifications }, { ...after.notifications }),
    ),
  ];
}

function groups(
  before: SyncGroupSettings,
  after: SyncGroupSettings,
): readonly Change[] {
  return changedKeys("", { ...before }, { ...after });
}

/** What goes, changes and comes of a section that is a list. */
function itemDetails<Item extends Named>(
  section: string,
  before: readonly Item[],
  after: readonly Item[],
  compare: (before: Item, after: Item) => readonly Change[],
): readonly EventOf<"reload_section">[] {
  const old = new Map(before.map((item) => [item.name, item]));
  const kept = new Set(after.map(({ name }) => name));
  return [
    ...before.filter(({ name }) => !kept.has(name))
      .map(({ name }) => sectionEvent(section, name, "removed", [])),
    ...after.flatMap((item) => {
      const was = old.get(item.name);
      return was === undefined
        ? [sectionEvent(section, item.name, "added", [])]
        : changed(section, item.name, compare(was, item));
    }),
  ];
}

function changed(
  section: string,
  item: string | null,
  changes: readonly Change[],
): readonly EventOf<"reload_section">[] {
  return changes.length === 0
    ? []
    : [sectionEvent(section, item, "changed", changes)];
}

function sectionEvent(
  section: string,
  item: string | null,
  change: EventOf<"reload_section">["change"],
  changes: readonly Change[],
): EventOf<"reload_section"> {
  return {
    event: "reload_section",
    section,
    item,
    change,
    ...inWords(changes),
  };
}

function inWords(
  changes: readonly Change[],
): Pick<EventOf<"reload_section">, "keys" | "changes"> {
  return {
    keys: changes.map(({ key }) => key),
    changes: changes.map(({ key, words }) => `${key} ${words}`),
  };
}

function detail(
  { name }: InstanceSettings,
  change: "removed" | "restarted" | "changed" | "added",
  changes: readonly Change[],
): EventOf<"reload_instance"> {
  return {
    ...{ event: "reload_instance", instance: name, change },
    ...inWords(changes),
  };
}
