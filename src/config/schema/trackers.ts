/**
 * Trackers: what is watched, and what it does to an instance or a group.
 *
 * @module
 */

import * as v from "valibot";
import type {
  CheckSettings,
  FileProbe,
  ProcessProbe,
} from "../settings/check.ts";
import type { TrackerSettings } from "../settings/tracker.ts";
import { isMap, type Path } from "../issue.ts";
import { joinedKey } from "../suggest.ts";
import { about, shared } from "./editor.ts";
import { processKeys, processProblem, toProcessProbe } from "./process.ts";
import {
  flag,
  formOf,
  section,
  shortOrLong,
  uniqueList,
  whole,
} from "./values.ts";
import { absolutePath, line, linkName, name } from "./words.ts";

/** A tracker as an entry has it. */
export interface Tracker {
  /** What becomes of it. */
  readonly settings: TrackerSettings;
  /** Check that runs for it, of a file or a process. */
  readonly check: CheckSettings | null;
  /** Whether it is the plain name, without a map. */
  readonly plain: boolean;
}

/** A tracker with its place in its instance or group. */
export interface PlacedTracker extends Tracker {
  /** For example `track_scripts`, 0. */
  readonly path: Path;
}

/** What a plain name in `track_scripts` does, as in go-alived. */
const PENALTY = { weight: -10, reverse: false } as const;

/** What a plain name in any other list does: FAULT while down. */
const FAULT = { weight: 0, reverse: false } as const;

/** The rhythm of the check of a tracked file or process. */
const RHYTHM = { interval: 1000, timeout: 1000, rise: 1, fall: 1 } as const;

const weightKeys = {
  weight: v.optional(
    v.pipe(
      whole(-253, 253),
      about(
        "Weight",
        "Added to the priority: a negative one while the thing is " +
          "down, a positive one while it is up. 0 means FAULT while " +
          "it is down",
      ),
    ),
    0,
  ),
  reverse: v.optional(
    v.pipe(flag(), about("Reverse", "Whether up and down change places")),
    false,
  ),
};

/** What a tracker does. */
type Effect = Pick<TrackerSettings, "weight" | "reverse">;

/** A tracker of what needs no check of its own. */
function tracker(
  watch: TrackerSettings["watch"],
  { weight, reverse }: Effect,
  plain: boolean,
): Tracker {
  return { settings: { watch, weight, reverse }, check: null, plain };
}

/**
 * A tracker with a check of its own. A check is known by its name, so that
 * trackers of the same thing share one; the space in it keeps it from being
 * the name of a health checker.
 */
function ownTracker(
  probe: FileProbe | ProcessProbe,
  name: string,
  effect: Effect | null,
): Tracker {
  return {
    ...tracker({ type: "check", name }, effect ?? FAULT, effect === null),
    check: { name, ...RHYTHM, probe },
  };
}

function fileTracker(
  path: string,
  effect: Effect | null,
): Tracker {
  const number = effect !== null && effect.weight !== 0;
  return ownTracker(
    { type: "file", path, maxAge: null, number },
    `${number ? "number in" : "file"} ${path}`,
    effect,
  );
}

function processTracker(
  probe: ProcessProbe,
  effect: Effect | null,
): Tracker {
  const { name, pidFile, quorum } = probe;
  const words = [
    "process",
    ...(name === null ? [] : [name]),
    ...(pidFile === null ? [] : [`of ${pidFile}`]),
    ...(quorum === 1 ? [] : [`× ${quorum}`]),
  ];
  return ownTracker(probe, words.join(" "), effect);
}

const scriptItem = shortOrLong(
  v.pipe(
    name(),
    v.transform((name) => tracker({ type: "check", name }, PENALTY, true)),
  ),
  v.pipe(
    section({
      name: v.pipe(
        name(),
        about("Health checker", "Name of an entry of health_checkers"),
      ),
      ...weightKeys,
    }),
    v.transform((keys) =>
      tracker({ type: "check", name: keys.name }, keys, false)
    ),
  ),
);

const interfaceItem = shortOrLong(
  v.pipe(
    linkName(),
    v.transform((name) => tracker({ type: "interface", name }, FAULT, true)),
  ),
  v.pipe(
    section({
      name: v.pipe(
        linkName(),
        about("Interface", "Name of the interface that is watched"),
      ),
      ...weightKeys,
    }),
    v.transform((keys) =>
      tracker({ type: "interface", name: keys.name }, keys, false)
    ),
  ),
);

const processByName: v.GenericSchema<unknown, Tracker> = v.pipe(
  line(),
  v.transform((name) =>
    processTracker({ type: "process", name, pidFile: null, quorum: 1 }, null)
  ),
);

const processByKeys: v.GenericSchema<unknown, Tracker> = v.pipe(
  section({ ...processKeys, ...weightKeys }),
  v.rawTransform(({ dataset: { value }, addIssue, NEVER }) => {
    const problem = processProblem(value);
    if (problem === null) return processTracker(toProcessProbe(value), value);
    addIssue({ message: problem });
    return NEVER;
  }),
);

/** Any text is the name of a process, also `pid_file:/run/a.pid`. */
function isMeantAsKeys(input: unknown): boolean {
  return isMap(input) || typeof input === "string" &&
      joinedKey(input, Object.keys(processKeys)) !== null;
}

const processItem = formOf(
  [processByName, processByKeys],
  (input) => isMeantAsKeys(input) ? processByKeys : processByName,
);

const fileItem = shortOrLong(
  v.pipe(absolutePath(), v.transform((path) => fileTracker(path, null))),
  v.pipe(
    section({
      path: v.pipe(
        absolutePath(),
        about("File", "File that is watched: absolute path"),
      ),
      ...weightKeys,
    }),
    v.transform((keys) => fileTracker(keys.path, keys)),
  ),
);

type TrackerKey =
  | "track_scripts"
  | "track_interfaces"
  | "track_processes"
  | "track_files";

function trackers(
  key: TrackerKey,
  item: v.GenericSchema<unknown, Tracker>,
  what: string,
  description: string,
): v.GenericSchema<unknown, readonly Tracker[]> {
  return v.pipe(
    v.nullish(
      uniqueList(
        v.pipe(item, about("Tracker", "A name, or a map with its weight")),
        what,
        ({ settings }) => settings.watch.name,
      ),
      [],
    ),
    shared(key),
    about(`Tracked ${what}`, description),
  );
}

/** The keys of trackers, for an instance or a group. */
export const trackerKeys: Readonly<
  Record<TrackerKey, v.GenericSchema<unknown, readonly Tracker[]>>
> = {
  track_scripts: trackers(
    "track_scripts",
    scriptItem,
    "health checkers",
    "Names of health checkers, or maps; a plain name has weight -10",
  ),
  track_interfaces: trackers(
    "track_interfaces",
    interfaceItem,
    "interfaces",
    "Names of interfaces, or maps; a plain name means FAULT while it is down",
  ),
  track_processes: trackers(
    "track_processes",
    processItem,
    "processes",
    "Names of processes, or maps; a plain name means FAULT while there is none",
  ),
  track_files: trackers(
    "track_files",
    fileItem,
    "files",
    "Paths of files, or maps; a plain path means FAULT while there is none",
  ),
};

/** All trackers of an instance or a group, each with its place. */
export function placedTrackers(
  keys: Readonly<Record<TrackerKey, readonly Tracker[]>>,
): PlacedTracker[] {
  const place = (key: TrackerKey): PlacedTracker[] =>
    keys[key].map((tracker, i) => ({ ...tracker, path: [key, i] }));
  return [
    ...place("track_scripts"),
    ...place("track_interfaces"),
    ...place("track_processes"),
    ...place("track_files"),
  ];
}
