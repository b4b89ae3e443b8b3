/**
 * What differs between two entries of a configuration, key by key, in words
 * for operators: what was and what is, but nothing secret.
 *
 * @module
 */

import { equal } from "../../config/diff.ts";
import { formatDuration } from "../../config/duration.ts";
import type { Settings } from "../../config/settings.ts";
import type { CheckSettings } from "../../config/settings/check.ts";
import type { InstanceSettings } from "../../config/settings/instance.ts";

/** Items of a list that are named at most. */
const MAX_ITEMS = 4;

/** Keys that are called otherwise in the file. */
const NAMES: Readonly<Record<string, string>> = {
  password: "auth_pass",
  higherPriorityAdvert: "higher_prio_send_advert",
  vipLeaseSeconds: "vip_lease",
};
/** What may hold a secret: a password, or one in a command. */
const SECRET: ReadonlySet<string> = new Set([
  ...["password", "notify", "email", "webhooks"],
]);
/** Milliseconds. */
const DURATIONS: ReadonlySet<string> = new Set([
  ...["advertInterval", "preemptDelay", "linkUpDelay", "linkDownDelay"],
  ...["garp.delay", "garp.refresh", "garp.interval"],
  ...["startupDelay", "interval", "timeout"],
]);
/** A key whose value is another. */
export interface Change {
  /** As the file has it. */
  readonly key: string;
  /** `100 → 150`, `+a -b`, or `changed`. */
  readonly words: string;
}

/** An entry of the configuration. */
type Entry = Readonly<Record<string, unknown>>;

/** What differs between an instance as it was and as it is. */
export function instanceChanges(
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

/** What differs between the `global` section as it was and as it is. */
export function globalChanges(
  { log: logBefore, ...before }: Settings["global"],
  { log: logAfter, ...after }: Settings["global"],
): readonly Change[] {
  return [
    ...changedKeys("", before, after),
    ...changedKeys("log.", logBefore, logAfter),
  ];
}

/** What differs between a check as it was and as it is; any may be secret. */
export function checkChanges(
  { probe: probeBefore, ...before }: CheckSettings,
  { probe: probeAfter, ...after }: CheckSettings,
): readonly Change[] {
  const probe = changedKeys("", { ...probeBefore }, { ...probeAfter });
  return [
    ...changedKeys("", before, after),
    ...probe.map(({ key }) => ({ key, words: "changed" })),
  ];
}

/**
 * What differs between the keys of two entries.
 *
 * @param prefix Put before each.
 */
export function changedKeys(
  prefix: string,
  before: Entry,
  after: Entry,
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
