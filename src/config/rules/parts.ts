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
import { FOLLOWS, REQUIRED } from "../schema/unknown_keys.ts";

/** A part, as far as it is sound, and its place. */
export interface Placed<Value> {
  /** For example `vrrp_instances`, 0. */
  readonly path: Path;
  /** What it says; of {@linkcode Placed.wrong} keys it has made-up values. */
  readonly value: Value;
  /** Keys that are wrong as a whole, or missing. */
  readonly wrong: ReadonlySet<string>;
  /**
   * Keys, such as `email.to`, that are wrong or hold something that is; also
   * unknown ones.
   */
  readonly incomplete: ReadonlySet<string>;
  /** Whether nothing is left out of what has this path in it. */
  readonly isWhole: (path: Path) => boolean;
  /** Where in the file's entry that stands which has a path in this one. */
  readonly original: (path: Path) => Path;
}

/** What is sound. */
export interface SoundParts {
  /** The `global` section, or null. */
  readonly global: Placed<GlobalKeys> | null;
  /** Entries of `vrrp_instances`. */
  readonly instances: readonly Placed<InstanceEntry>[];
  /** Entries of `sync_groups`. */
  readonly groups: readonly Placed<SyncGroupEntry>[];
  /** Entries of `health_checkers`. */
  readonly checkers: readonly Placed<CheckSettings>[];
  /** The `notifications` section, or null. */
  readonly notifications: Placed<NotificationKeys> | null;
  /** Names of all instances, sound or not; null when one is not known. */
  readonly instanceNames: readonly string[] | null;
  /** Names of all health checkers, sound or not; null when one is not known. */
  readonly checkerNames: readonly string[] | null;
  /** Whether each entry of each list of the top level is among the parts. */
  readonly complete: boolean;
}

/** What stands for keys that an entry cannot be without. */
interface MadeUp {
  /** Their values. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Keys that are made up together, because one depends on the other. */
  readonly together: readonly string[];
}

const MADE_UP: Readonly<
  Record<"vrrp_instances" | "sync_groups" | "health_checkers", MadeUp>
> = {
  vrrp_instances: {
    values: { name: "-", interface: "-", virtual_router_id: 1 },
    together: [],
  },
  sync_groups: {
    values: { name: "-", instances: ["-", "--"] },
    together: [],
  },
  health_checkers: {
    values: { name: "-", type: "ping", config: { host: "localhost" } },
    together: ["type", "config"],
  },
};
const NOTHING: MadeUp = { values: {}, together: [] };

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
  const outline = v.safeParse(outlineSchema, data).issues ?? [];
  const findings = findingsOf([], outline);
  const refused = new Set(outline.map(({ path }) => path?.[0].key));
  let lost = false;
  function part<Output>(
    schema: v.GenericSchema<unknown, Output>,
    path: Path,
    value: unknown,
    madeUp: MadeUp = NOTHING,
  ): Placed<Output>[] {
    const { success, output, issues } = v.safeParse(schema, value);
    if (success) {
      return [{ path, value: output, ...ALL_OF_IT }];
    }
    findings.push(...findingsOf(path, issues));
    const rest = isMap(value)
      ? salvage(schema, path, value, issues, madeUp)
      : [];
    lost ||= rest.length === 0;
    return rest;
  }
  const section = <Output>(
    schema: v.GenericSchema<unknown, Output>,
    key: "global" | "notifications",
  ): Placed<Output> | null => part(schema, [key], file[key] ?? {})[0] ?? null;
  const entries = <Output>(
    schema: v.GenericSchema<unknown, Output>,
    key: keyof typeof MADE_UP,
  ): Placed<Output>[] =>
    // Of a list that is too long nothing more is said.
    (refused.has(key) ? [] : entriesOf(file[key]))
      .flatMap((entry, i) => part(schema, [key, i], entry, MADE_UP[key]));
  const names = (key: keyof typeof MADE_UP): readonly string[] | null =>
    refused.has(key) ? null : namesOf(entriesOf(file[key]));
  const parts = {
    global: section(globalSchema, "global"),
    instances: entries(instanceSchema, "vrrp_instances"),
    groups: entries(syncGroupSchema, "sync_groups"),
    checkers: entries(checkerSchema, "health_checkers"),
    notifications: section(notificationsSchema, "notifications"),
    instanceNames: names("vrrp_instances"),
    checkerNames: names("health_checkers"),
  };
  return {
    parts: { ...parts, complete: !lost && refused.size === 0 },
    findings: withoutMisplaced(findings),
  };
}

/** A key that stands elsewhere in its entry is not said to be missing, too. */
function withoutMisplaced(findings: readonly Finding[]): readonly Finding[] {
  const nameOf = ({ path }: Finding): string =>
    JSON.stringify([...path.slice(0, 2), path.at(-1)]);
  const unknown = new Set(
    findings
      .filter(({ at, problem }) => at === "key" && problem !== REQUIRED)
      .map(nameOf),
  );
  return findings.filter((each) =>
    each.problem !== REQUIRED || !unknown.has(nameOf(each))
  );
}

/** Of a part that is sound. */
const ALL_OF_IT: Omit<Placed<unknown>, "path" | "value"> = {
  wrong: new Set(),
  incomplete: new Set(),
  isWhole: () => true,
  original: (path) => path,
};

/** Times that a part is looked at again without what is wrong in it. */
const MAX_ROUNDS = 5;

/**
 * What a part says without what is wrong in it, and without what is wrong once
 * that is left out.
 */
function salvage<Output>(
  schema: v.GenericSchema<unknown, Output>,
  path: Path,
  value: Readonly<Record<string, unknown>>,
  issues: readonly v.BaseIssue<unknown>[],
  { values, together }: MadeUp,
): Placed<Output>[] {
  const rest = new Rest(value);
  let left: typeof issues = issues;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    if (!rest.leaveOut(left)) break;
    if (together.some((key) => rest.wrong.has(key))) rest.drop(together);
    const result = v.safeParse(schema, { ...values, ...rest.data() });
    if (result.success) {
      const { wrong, incomplete } = rest;
      const original = (path: Path): Path => rest.original(path);
      const isWhole = (path: Path): boolean => rest.isWhole(path);
      const value = result.output;
      return [{ path, value, wrong, incomplete, isWhole, original }];
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
  { global, notifications, instances, groups, checkers }: SoundParts,
): (finding: Finding) => Finding {
  const entries = [...instances, ...groups, ...checkers];
  const sections = [global, notifications].filter((each) => each !== null);
  const damaged = new Map(
    [...sections, ...entries]
      .filter(({ incomplete }) => incomplete.size > 0)
      .map((part) => [formatPath(part.path), part]),
  );
  return (finding) => {
    for (const length of [1, 2]) {
      const place = finding.path.slice(0, length);
      const part = damaged.get(formatPath(place));
      if (part === undefined) continue;
      const below = part.original(finding.path.slice(length));
      return { ...finding, path: [...place, ...below] };
    }
    return finding;
  };
}

function findingsOf(
  place: Path,
  issues: readonly v.BaseIssue<unknown>[] = [],
): Finding[] {
  return issues.filter(({ message }) => message !== FOLLOWS).map((
    { path = [], message },
  ) => ({
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

/** The names of entries; null when one does not tell its. */
function namesOf(entries: readonly unknown[]): string[] | null {
  const names = entries
    .map((entry) => isMap(entry) ? entry.name : null)
    .filter((name) => typeof name === "string");
  return names.length < entries.length ? null : names;
}

function entriesOf(list: unknown): readonly unknown[] {
  return Array.isArray(list) ? list : [];
}
