/**
 * The top level of a configuration.
 *
 * @module
 */

import * as v from "valibot";
import { about } from "./editor.ts";
import { globalSchema } from "./global.ts";
import { checkerSchema } from "./health.ts";
import { instanceSchema } from "./instance.ts";
import { notificationsSchema } from "./notifications.ts";
import { syncGroupSchema } from "./sync_group.ts";
import { list, section } from "./values.ts";

/** Entries that a list of the top level can have: more than a host can run. */
export const MAX_ENTRIES = {
  vrrp_instances: 10_000,
  sync_groups: 10_000,
  health_checkers: 2000,
} as const;

type Schema = v.GenericSchema<unknown, unknown>;

/** Schemas of what stands below the top level. */
interface Parts {
  readonly global: Schema;
  readonly instance: Schema;
  readonly group: Schema;
  readonly checker: Schema;
  readonly notifications: Schema;
}

function topLevel(parts: Parts): Schema {
  return section({
    global: v.pipe(
      v.nullish(parts.global, {}),
      about(
        "Daemon",
        "What concerns the daemon as a whole: its name, log, lease " +
          "and user of scripts",
      ),
    ),
    vrrp_instances: v.pipe(
      v.nullish(
        list(parts.instance, "instances", MAX_ENTRIES.vrrp_instances),
        [],
      ),
      v.minLength(1, "at least one instance is required"),
      about(
        "VRRP instances",
        "One entry for each virtual router; at least one",
      ),
    ),
    sync_groups: v.pipe(
      v.nullish(list(parts.group, "groups", MAX_ENTRIES.sync_groups), []),
      about("Sync groups", "Instances that are master together or not at all"),
    ),
    health_checkers: v.pipe(
      v.nullish(
        list(parts.checker, "health checkers", MAX_ENTRIES.health_checkers),
        [],
      ),
      about(
        "Health checkers",
        "Checks that track_scripts can name; one that is in no such " +
          "list does not run",
      ),
    ),
    notifications: v.pipe(
      v.nullish(parts.notifications, {}),
      about(
        "Notifications",
        "Mail and webhooks, which are told of the states of all " +
          "instances and groups",
      ),
    ),
  });
}

/** Schema of a whole configuration, for who reads it as JSON Schema. */
export const configSchema: Schema = topLevel({
  global: globalSchema,
  instance: instanceSchema,
  group: syncGroupSchema,
  checker: checkerSchema,
  notifications: notificationsSchema,
});

/** Schema of the top level alone: what the sections hold is not looked at. */
export const outlineSchema: Schema = topLevel({
  global: v.unknown(),
  instance: v.unknown(),
  group: v.unknown(),
  checker: v.unknown(),
  notifications: v.unknown(),
});
