/**
 * The parts of a configuration, each held against its schema once. What is
 * sound in them can then be held against each other although other things are
 * not.
 *
 * @module
 */

import * as v from "valibot";
import type { VirtualIp } from "../settings/instance.ts";
import type { CheckSettings } from "../settings/check.ts";
import { type Finding, formatPath, isMap, type Path } from "../issue.ts";
import { outlineSchema } from "../schema/config.ts";
import { Rest } from "./rest.ts";
import { type GlobalKeys, globalSchema } from "../schema/global.ts";
import { checkerSchema } from "../schema/health.ts";
import { type InstanceEntry, instanceSchema } from "../schema/instance.ts";
import {
  type NotificationKeys,
  notificationsSchema,
} from "../schema/notifications.ts";
import { type SyncGroupEntry, syncGroupSchema } from "../schema/sync_group.ts";

/** A part, as far as it is sound, and its place. */
export interface Placed<Value> {
  /** For example `vrrp_instances`, 0. */
  readonly path: Path;
  /** What it says; of {@linkcode Placed.wrong} keys it has made-up values. */
  readonly value: Value;
  /** Keys that are wrong. */
  readonly wrong: ReadonlySet<string>;
  /** Of lists with wrong items: where the others stood, by the list's key. */
  readonly moved: ReadonlyMap<string, readonly number[]>;
}

/** What is sound. */
export interface SoundParts {
  /** The `global` section, or null. */
  readonly global: GlobalKeys | null;
  /** Entries of `vrrp_instances`. */
  readonly instances: readonly Placed<InstanceEntry>[];
  /** Entries of `sync_groups`. */
  readonly groups: readonly Placed<SyncGroupEntry>[];
  /** Entries of `health_checkers`. */
  readonly checkers: readonly Placed<CheckSettings>[];
  /** The `notifications` section, or null. */
  readonly notifications: NotificationKeys | null;
  /** Names of all instances, sound or not. */
  readonly instanceNames: readonly string[];
  /** Names of all health checkers, sound or not. */
  readonly checkerNames: readonly string[];
}

/** Stand for keys that an entry cannot be without. */
const MADE_UP = {
  vrrp_instances: { name: "-", interface: "-", virtual_router_id: 1 },
  sync_groups: { name: "-", instances: ["-", "--"] },
  health_checkers: { name: "-" },
};

/**
 * Hold the data of a file against the schema.
 *
 * @param data What the YAML says, sound or not.
 * @returns The parts, and what is wrong in each of them.
 */
export function parseParts(
  data: unknown,
): { readonly parts: SoundParts; readonly findings: readonly Finding[] } {
  const file = isMap(data) ? data : {};
  const findings = findingsOf([], v.safeParse(outlineSchema, data).issues);
  const refused = new Set(findings.map(({ path: [key] }) => key));
  function part<Output>(
    schema: v.GenericSchema<unknown, Output>,
    path: Path,
    value: unknown,
    madeUp: object = {},
  ): Placed<Output>[] {
    const { success, output, issues } = v.safeParse(schema, value);
    if (success) {
      return [{ path, value: output, wrong: new Set(), moved: new Map() }];
    }
    findings.push(...findingsOf(path, issues));
    return isMap(value) ? salvage(schema, path, value, issues, madeUp) : [];
  }
  const section = <Output>(
    schema: v.GenericSchema<unknown, Output>,
    key: "global" | "notifications",
  ): Output | null => part(schema, [key], file[key] ?? {})[0]?.value ?? null;
  const entries = <Output>(
    schema: v.GenericSchema<unknown, Output>,
    key: keyof typeof MADE_UP,
  ): Placed<Output>[] =>
    // Of a list that is too long nothing more is said.
    (refused.has(key) ? [] : entriesOf(file[key]))
      .flatMap((entry, i) => part(schema, [key, i], entry, MADE_UP[key]));
  const parts = {
    global: section(globalSchema, "global"),
    instances: entries(instanceSchema, "vrrp_instances"),
    groups: entries(syncGroupSchema, "sync_groups"),
    checkers: entries(checkerSchema, "health_checkers"),
    notifications: section(notificationsSchema, "notifications"),
    instanceNames: namesOf(file.vrrp_instances),
    checkerNames: namesOf(file.health_checkers),
  };
  return { parts, findings };
}

/** Times that a part is looked at again without what is wrong in it. */
const MAX_ROUNDS = 5;

/**
 * What a part says without the keys and the items of lists that are wrong, and
 * without those that are wrong once these are left out.
 */
function salvage<Output>(
  schema: v.GenericSchema<unknown, Output>,
  path: Path,
  value: Readonly<Record<string, unknown>>,
  issues: readonly v.BaseIssue<unknown>[],
  madeUp: object,
): Placed<Output>[] {
  const rest = new Rest(value);
  let left: typeof issues = issues;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    if (!rest.leaveOut(left)) break;
    const result = v.safeParse(schema, { ...madeUp, ...rest.data() });
    if (result.success) {
      const { wrong, moved } = rest;
      return [{ path, value: result.output, wrong, moved }];
    }
    left = result.issues;
  }
  return [];
}

/**
 * The place in the file of what was found in what is left of a part.
 *
 * @param parts Parts that findings are about.
 */
export function originalPlace(
  { instances, groups, checkers }: SoundParts,
): (finding: Finding) => Finding {
  const moved = new Map(
    [...instances, ...groups, ...checkers].flatMap(({ path, moved }) =>
      [...moved].map(([key, kept]) => [formatPath([...path, key]), kept])
    ),
  );
  return (finding) => {
    const [section, entry, key, item, ...rest] = finding.path;
    if (section === undefined || entry === undefined || key === undefined) {
      return finding;
    }
    const kept = moved.get(formatPath([section, entry, key]));
    return kept === undefined || typeof item !== "number" ? finding : {
      ...finding,
      path: [section, entry, key, kept[item] ?? item, ...rest],
    };
  };
}

function findingsOf(
  place: Path,
  issues: readonly v.BaseIssue<unknown>[] = [],
): Finding[] {
  return issues.map(({ path = [], message }) => ({
    path: [
      ...place,
      ...path.map(({ key }) => typeof key === "number" ? key : String(key)),
    ],
    at: path.at(-1)?.origin === "key" ? "key" : "value",
    problem: message,
  }));
}

/**
 * The link that carries an address; null when the instance does not say it
 * soundly.
 */
export function carrierOf(
  { value: { settings }, wrong }: Placed<InstanceEntry>,
  { interface: link }: VirtualIp,
): string | null {
  return link ?? (wrong.has("interface") ? null : settings.interface);
}

function namesOf(list: unknown): string[] {
  return entriesOf(list)
    .map((entry) => isMap(entry) ? entry.name : null)
    .filter((name) => typeof name === "string");
}

function entriesOf(list: unknown): readonly unknown[] {
  return Array.isArray(list) ? list : [];
}
