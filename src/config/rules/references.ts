/**
 * Names that stand for another part of a configuration.
 *
 * @module
 */

import type { Finding, Path } from "../issue.ts";
import { quote } from "../issue.ts";
import type { Placed, SoundParts } from "./parts.ts";
import type { PlacedTracker } from "../schema/trackers.ts";
import { MAX_TOLD } from "../mistakes.ts";
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
  const instances = new Names("an instance", parts.instanceNames);
  const checkers = new Names("a health checker", parts.checkerNames);
  return [
    ...parts.groups.flatMap(({ path, value: { settings }, wrong }) =>
      (wrong.has("instances") ? [] : settings.instances)
        .flatMap((name, i) => instances.miss(name, [...path, "instances", i]))
    ),
    ...tracking(parts).flatMap(({ path, trackers, owner }) =>
      trackers.flatMap((tracker) => [
        ...unknownChecker(path, tracker, checkers),
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
  const owners = new Set(
    instances
      .filter(({ value }) => value.settings.priority === OWNER)
      .map(({ value }) => value.settings.name),
  );
  const of = (
    names: readonly string[],
    { path, value }: Placed<Pick<Tracking, "trackers">>,
  ): Tracking => ({
    path,
    trackers: value.trackers,
    owner: names.find((name) => owners.has(name)) ?? null,
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
  known: Names,
): Finding[] {
  return watch.type === "interface" || check !== null
    ? []
    : known.miss(watch.name, [...path, ...place, ...(plain ? [] : ["name"])]);
}

/** Names that can be referred to. */
class Names {
  readonly #what: string;
  readonly #names: readonly string[] | null;
  readonly #known: ReadonlySet<string>;
  #missed = 0;

  /**
   * @param what What they are names of.
   * @param names The names; null when one is not known: it may be any.
   */
  constructor(what: string, names: readonly string[] | null) {
    this.#what = what;
    this.#names = names;
    this.#known = new Set(names);
  }

  /** What to say when a name is not one of them. */
  miss(name: string, path: Path): Finding[] {
    if (this.#names === null || this.#known.has(name)) return [];
    // A guess takes long among thousands, and only so many are told.
    const guess = this.#missed++ < MAX_TOLD
      ? didYouMean(name, this.#names)
      : "";
    const problem = `${quote(name)} is not the name of ${this.#what}${guess}`;
    return [{ path, at: "value", problem }];
  }
}
