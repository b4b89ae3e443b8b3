/**
 * Names that stand for another part of a configuration.
 *
 * @module
 */

import type { Finding, Path } from "../issue.ts";
import { quote } from "../issue.ts";
import type { Placed, SoundParts } from "./parts.ts";
import type { PlacedTracker } from "../schema/trackers.ts";
import { didYouMean } from "../suggest.ts";

const OWNER = 255;

/** What has trackers: an instance, or a group by its members. */
interface Tracking {
  /** Its place. */
  readonly path: Path;
  /** Its trackers. */
  readonly trackers: readonly PlacedTracker[];
  /** Name of an instance that they move and that is an owner, or null. */
  readonly owner: string | null;
}

/**
 * Find names that stand for nothing, and weights that can move nothing.
 *
 * @param parts What is sound in a configuration.
 */
export function badReferences(parts: SoundParts): Finding[] {
  return [
    ...parts.groups.flatMap(({ path, value: { settings }, wrong }) =>
      (wrong.has("instances") ? [] : settings.instances)
        .map((name, i) => ({ name, path: [...path, "instances", i] }))
        .filter(({ name }) => !parts.instanceNames.includes(name))
        .map(({ name, path }) =>
          unknown(path, name, "an instance", parts.instanceNames)
        )
    ),
    ...tracking(parts).flatMap(({ path, trackers, owner }) =>
      trackers.flatMap((tracker) => [
        ...unknownChecker(path, tracker, parts.checkerNames),
        ...(owner === null || tracker.plain ? [] : stuck(path, tracker, owner)),
      ])
    ),
  ];
}

/**
 * Find plain names, whose weight nobody chose, that can move nothing.
 *
 * @param parts What is sound in a configuration.
 */
export function uselessTrackers(parts: SoundParts): Finding[] {
  return tracking(parts).flatMap(({ path, trackers, owner }) =>
    owner === null ? [] : trackers
      .filter(({ plain }) => plain)
      .flatMap((tracker) => stuck(path, tracker, owner))
  );
}

function tracking({ instances, groups }: SoundParts): Tracking[] {
  const owners = instances
    .filter(({ value }) => value.settings.priority === OWNER)
    .map(({ value }) => value.settings.name);
  const of = (
    names: readonly string[],
    { path, value }: Placed<Pick<Tracking, "trackers">>,
  ): Tracking => ({
    path,
    trackers: value.trackers,
    owner: owners.find((name) => names.includes(name)) ?? null,
  });
  return [
    ...instances.map((part) => of([part.value.settings.name], part)),
    ...groups.map((part) => of(part.value.settings.instances, part)),
  ];
}

function stuck(
  path: Path,
  { path: place, plain, settings }: PlacedTracker,
  owner: string,
): Finding[] {
  return settings.weight === 0 ? [] : [{
    path: [...path, ...place, ...(plain ? [] : ["weight"])],
    at: "value",
    problem: `cannot move "${owner}", an owner: ` +
      "priority 255 stays (weight: 0 means FAULT while down)",
  }];
}

function unknownChecker(
  path: Path,
  { path: place, plain, check, settings: { watch } }: PlacedTracker,
  known: readonly string[],
): Finding[] {
  return watch.type === "interface" || check !== null ||
      known.includes(watch.name)
    ? []
    : [unknown(
      [...path, ...place, ...(plain ? [] : ["name"])],
      watch.name,
      "a health checker",
      known,
    )];
}

function unknown(
  path: Path,
  name: string,
  what: string,
  known: readonly string[],
): Finding {
  return {
    path,
    at: "value",
    problem: `${quote(name)} is not the name of ${what}` +
      didYouMean(name, known),
  };
}
