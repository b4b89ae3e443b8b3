/**
 * The `sync_groups` section once its defaults are filled in: plain JSON data.
 *
 * @module
 */

import type { NotifyScripts } from "./notify.ts";
import type { TrackerSettings } from "./tracker.ts";

/** Instances that are master together or not at all. */
export interface SyncGroupSettings {
  /** Unique name. */
  readonly name: string;
  /** Names of its instances, two or more. */
  readonly instances: readonly string[];
  /** What moves the priority of all members or puts all in FAULT. */
  readonly trackers: readonly TrackerSettings[];
  /** Scripts that are told of states. */
  readonly notify: NotifyScripts;
}
