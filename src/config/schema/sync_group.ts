/**
 * One entry of `sync_groups`.
 *
 * @module
 */

import * as v from "valibot";
import type { SyncGroupSettings } from "../settings/sync_group.ts";
import { notifyKeys, notifyScripts } from "./notify.ts";
import { type PlacedTracker, placedTrackers, trackerKeys } from "./trackers.ts";
import { section, uniqueList } from "./values.ts";
import { name } from "./words.ts";

/** A sound entry of `sync_groups`. */
export interface SyncGroupEntry {
  /** The group. */
  readonly settings: SyncGroupSettings;
  /** Its trackers, with their places in the entry. */
  readonly trackers: readonly PlacedTracker[];
}

/** Schema of one entry of `sync_groups`. */
export const syncGroupSchema: v.GenericSchema<unknown, SyncGroupEntry> = v.pipe(
  section({
    name: v.pipe(name(), v.description("Unique name of the group")),
    instances: v.pipe(
      uniqueList(name(), "names of instances", (name) => name),
      v.minLength(2, "at least two instances are required"),
      v.description("Names of its instances, two or more"),
    ),
    ...trackerKeys,
    ...notifyKeys,
  }),
  v.transform((keys) => {
    const trackers = placedTrackers(keys);
    return {
      settings: {
        name: keys.name,
        instances: keys.instances,
        trackers: trackers.map(({ settings }) => settings),
        notify: notifyScripts(keys),
      },
      trackers,
    };
  }),
);
