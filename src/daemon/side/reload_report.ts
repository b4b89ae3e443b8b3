/**
 * What a reload has changed, in words for operators.
 *
 * @module
 */

import { equal, type InstanceDiff } from "../../config/diff.ts";
import { formatDuration } from "../../config/duration.ts";
import type { Settings } from "../../config/settings.ts";
import type { InstanceSettings } from "../../config/settings/instance.ts";
import type { LogEvent } from "../../log/catalogue.ts";

/** Instances that have a line of their own at most. */
const MAX_LINES = 20;
/** Items of a list that are named at most. */
const MAX_ITEMS = 4;

/** Keys that are called otherwise in the file. */
const NAMES: Readonly<Record<string, string>> = {
  password: "auth_pass",
  higherPriorityAdvert: "higher_prio_send_advert",
};
/** What may hold a secret: a password, or one in a command. */
const SECRET: ReadonlySet<string> = new Set(["password", "notify"]);
/** Milliseconds. */
const DURATIONS: ReadonlySet<string> = new Set([
  ...["advertInterval", "preemptDelay", "linkUpDelay", "linkDownDelay"],
  ...["garp.delay", "garp.refresh", "garp.interval"],
]);
/** Of a reload that is not made. */
export const NO_CHANGE = {
  ...{ removed: 0, restarted: 0, changed: 0, added: 0, unchanged: 0 },
  sections: [],
} as const;
/** Sections of the file, beside the instances. */
const SECTIONS: Readonly<Record<string, keyof Settings>> = {
  global: "global",
  sync_groups: "syncGroups",
  health_checkers: "checks",
  notifications: "notifications",
};

/**
 * One event for the whole, one for each of the first 20 instances that are not
 * as before, and one that says how many more there are.
 */
export function reportReload(
  before: Settings,
  after: Settings,
  diff: InstanceDiff,
): readonly LogEvent[] {
  const old = new Map(before.instances.map((one) => [one.name, one]));
  const details = [
    ...diff.removed.map((one) => detail(one, "removed", [])),
    ...diff.restarted.map((one) =>
      detail(one, "restarted", changesOf(old.get(one.name), one))
    ),
    ...diff.changed.map((one) =>
      detail(one, "changed", changesOf(old.get(one.name), one))
    ),
    ...diff.added.map((one) => detail(one, "added", [])),
  ];
  const events = [summary(before, after, diff), ...details.slice(0, MAX_LINES)];
  const more = details.length - MAX_LINES;
  if (more <= 0) return events;
  return [...events, { event: "reload_more", count: more }];
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
  };
}

interface Change {
  readonly key: string;
  readonly words: string;
}

function detail(
  { name }: InstanceSettings,
  change: "removed" | "restarted" | "changed" | "added",
  changes: readonly Change[],
): LogEvent {
  return {
    event: "reload_instance",
    instance: name,
    change,
    keys: changes.map(({ key }) => key),
    changes: changes.map(({ key, words }) => `${key} ${words}`),
  };
}

function changesOf(
  before: InstanceSettings | undefined,
  after: InstanceSettings,
): readonly Change[] {
  if (before === undefined) return [];
  const { garp: garpBefore, ...restBefore } = before;
  const { garp: garpAfter, ...restAfter } = after;
  return [
    ...changedKeys("", restBefore, restAfter),
    ...changedKeys("garp.", { ...garpBefore }, { ...garpAfter }),
  ];
}

function changedKeys(
  prefix: string,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): readonly Change[] {
  return Object.keys(after)
    .filter((key) => !equal(before[key], after[key]))
    .map((key) => ({
      key: prefix + (NAMES[key] ?? snakeCase(key)),
      words: wordsOf(prefix + key, before[key], after[key]),
    }));
}

function wordsOf(key: string, before: unknown, after: unknown): string {
  if (SECRET.has(key)) return "changed";
  if (Array.isArray(before) && Array.isArray(after)) {
    return listWords(before, after);
  }
  if (isObject(before) || isObject(after)) return "changed";
  return `${valueOf(key, before)} → ${valueOf(key, after)}`;
}

/** `+192.0.2.7/32 -192.0.2.8/32`, or `changed` where none comes or goes. */
function listWords(
  before: readonly unknown[],
  after: readonly unknown[],
): string {
  const old = new Set(before.map(itemName));
  const next = new Set(after.map(itemName));
  const items = [
    ...[...next].filter((item) => !old.has(item)).map((item) => `+${item}`),
    ...[...old].filter((item) => !next.has(item)).map((item) => `-${item}`),
  ];
  if (items.length === 0) return "changed";
  const more = items.length - MAX_ITEMS;
  const shown = items.slice(0, MAX_ITEMS).join(" ");
  return more > 0 ? `${shown} and ${more} more` : shown;
}

/** What operators know an address, a peer or a tracker by. */
function itemName(item: unknown): string {
  if (!isObject(item)) return String(item);
  const { address, prefix, watch } = item;
  if (isObject(watch)) return `${watch.type} "${watch.name}"`;
  return prefix === undefined ? `${address}` : `${address}/${prefix}`;
}

function valueOf(key: string, value: unknown): string {
  if (value === null || value === undefined) return "none";
  return DURATIONS.has(key) ? formatDuration(Number(value)) : String(value);
}

function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
