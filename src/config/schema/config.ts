/**
 * The top level of a configuration.
 *
 * @module
 */

import * as v from "valibot";
import type { CheckSettings } from "../settings/check.ts";
import { type GlobalKeys, globalSchema } from "./global.ts";
import { checkerSchema } from "./health.ts";
import { type InstanceEntry, instanceSchema } from "./instance.ts";
import { type NotificationKeys, notificationsSchema } from "./notifications.ts";
import { type SyncGroupEntry, syncGroupSchema } from "./sync_group.ts";
import { list, section } from "./values.ts";

/** A whole configuration as the file has it, each part sound in itself. */
export interface ConfigKeys {
  /** The daemon. */
  readonly global: GlobalKeys;
  /** Virtual routers, at least one. */
  readonly vrrp_instances: readonly InstanceEntry[];
  /** Instances that move together. */
  readonly sync_groups: readonly SyncGroupEntry[];
  /** Health checks. */
  readonly health_checkers: readonly CheckSettings[];
  /** Mail and webhooks. */
  readonly notifications: NotificationKeys;
}

/** Schema of a whole configuration. */
export const configSchema: v.GenericSchema<unknown, ConfigKeys> = section({
  global: v.pipe(v.nullish(globalSchema, {}), v.description("The daemon")),
  vrrp_instances: v.pipe(
    v.nullish(list(instanceSchema, "instances"), []),
    v.minLength(1, "at least one instance is required"),
    v.description("Virtual routers"),
  ),
  sync_groups: v.pipe(
    v.nullish(list(syncGroupSchema, "groups"), []),
    v.description("Instances that move together"),
  ),
  health_checkers: v.pipe(
    v.nullish(list(checkerSchema, "health checkers"), []),
    v.description("Health checks"),
  ),
  notifications: v.pipe(
    v.nullish(notificationsSchema, {}),
    v.description("Mail and webhooks"),
  ),
});
