/**
 * One entry of `sync_groups`.
 *
 * @module
 */

import * as v from "valibot";
import type { SyncGroupSettings } from "../settings/sync_group.ts";
import { about } from "./editor.ts";
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
    name: v.pipe(
      name(),
      about("Name of the group", "Unique name, for the log and scripts"),
    ),
    instances: v.pipe(
      uniqueList(
        v.pipe(name(), about("Member", "Name of an instance")),
        "names of instances",
        (name) => name,
      ),
      v.minLength(2, "at least two instances are required"),
      about(
        "Members",
        "Names of two or more instances, each in no other group",
      ),
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
  about("Sync group", "Instances that are master together or not at all"),
);
