/**
 * Sync groups that cannot move together.
 *
 * @module
 */

import type { Finding } from "../issue.ts";
import { quote } from "../issue.ts";
import type { SoundParts } from "./parts.ts";

const OWNER = 255;

/**
 * Find owners in groups: an owner is master at once, whatever the others are.
 *
 * @param parts What is sound in a configuration.
 */
export function ownersInGroups(parts: SoundParts): Finding[] {
  const priorities = prioritiesOf(parts);
  return parts.groups.flatMap(({ path, value }) =>
    value.settings.instances.flatMap((name, i): Finding[] =>
      priorities.get(name) !== OWNER ? [] : [{
        path: [...path, "instances", i],
        at: "value",
        problem: `${quote(name)} is an owner (priority 255), ` +
          "which waits for nobody: an owner cannot be in a group",
      }]
    )
  );
}

/**
 * Find groups whose members have different priorities: another host may be
 * better on one link and worse on another, and then neither can hold both.
 *
 * @param parts What is sound in a configuration.
 */
export function unequalGroups(parts: SoundParts): Finding[] {
  const of = prioritiesOf(parts);
  return parts.groups.flatMap(({ path, value }): Finding[] => {
    const priorities = value.settings.instances.map((name) => of.get(name));
    if (priorities.includes(undefined)) return [];
    return new Set(priorities).size === 1 ? [] : [{
      path: [...path, "instances"],
      at: "value",
      problem: `the instances have different priorities ` +
        `(${priorities.join(", ")}): give those of a group the same`,
    }];
  });
}

/** Sound priority by name; of two instances of a name that of the first. */
function prioritiesOf({ instances }: SoundParts): ReadonlyMap<string, number> {
  return new Map(
    instances
      .filter(({ wrong }) => !wrong.has("priority") && !wrong.has("name"))
      .map(({ value: { settings } }) =>
        [settings.name, settings.priority] as const
      )
      .reverse(),
  );
}
