/**
 * What a configuration says once its defaults are filled in: plain JSON data,
 * all durations in milliseconds, all addresses in canonical text. The other
 * rooms read this and never the YAML.
 *
 * @module
 */

import type { CheckSettings } from "./settings/check.ts";
import type { GlobalSettings } from "./settings/global.ts";
import type { InstanceSettings } from "./settings/instance.ts";
import type { NotificationSettings } from "./settings/notify.ts";
import type { SyncGroupSettings } from "./settings/sync_group.ts";

/** A whole configuration. */
export interface Settings {
  /** The `global` section. */
  readonly global: GlobalSettings;
  /** The `vrrp_instances` section, in file order. */
  readonly instances: readonly InstanceSettings[];
  /** The `sync_groups` section. */
  readonly syncGroups: readonly SyncGroupSettings[];
  /**
   * The `health_checkers` section that trackers use, and one check for each
   * tracked file and process.
   */
  readonly checks: readonly CheckSettings[];
  /** The `notifications` section. */
  readonly notifications: NotificationSettings;
}
