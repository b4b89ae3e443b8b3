/**
 * The parts of a configuration that are sound in themselves, so that they can
 * be held against each other although others are not.
 *
 * @module
 */

import * as v from "valibot";
import type { CheckSettings } from "../settings/check.ts";
import { isMap, type Path } from "../issue.ts";
import { type GlobalKeys, globalSchema } from "../schema/global.ts";
import { checkerSchema } from "../schema/health.ts";
import { type InstanceEntry, instanceSchema } from "../schema/instance.ts";
import {
  type NotificationKeys,
  notificationsSchema,
} from "../schema/notifications.ts";
import { type SyncGroupEntry, syncGroupSchema } from "../schema/sync_group.ts";

/** A sound entry of a list and its place. */
export interface Placed<Value> {
  /** For example `vrrp_instances`, 0. */
  readonly path: Path;
  /** What it says. */
  readonly value: Value;
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

/**
 * Take from the data of a file what is sound.
 *
 * @param data What the YAML says, sound or not.
 */
export function soundParts(data: unknown): SoundParts {
  const file = isMap(data) ? data : {};
  return {
    global: sound(globalSchema, file.global ?? {}),
    instances: soundEntries(file, "vrrp_instances", instanceSchema),
    groups: soundEntries(file, "sync_groups", syncGroupSchema),
    checkers: soundEntries(file, "health_checkers", checkerSchema),
    notifications: sound(notificationsSchema, file.notifications ?? {}),
    instanceNames: namesOf(file.vrrp_instances),
    checkerNames: namesOf(file.health_checkers),
  };
}

function sound<Output>(
  schema: v.GenericSchema<unknown, Output>,
  value: unknown,
): Output | null {
  const result = v.safeParse(schema, value);
  return result.success ? result.output : null;
}

function soundEntries<Output>(
  file: Readonly<Record<string, unknown>>,
  key: string,
  schema: v.GenericSchema<unknown, Output>,
): Placed<Output>[] {
  return entriesOf(file[key]).flatMap((entry, i) => {
    const value = sound(schema, entry);
    return value === null ? [] : [{ path: [key, i], value }];
  });
}

function namesOf(list: unknown): string[] {
  return entriesOf(list)
    .map((entry) => isMap(entry) ? entry.name : null)
    .filter((name) => typeof name === "string");
}

function entriesOf(list: unknown): readonly unknown[] {
  return Array.isArray(list) ? list : [];
}
