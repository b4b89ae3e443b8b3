/**
 * Which faults somebody wanted: those of instances that are drained, and those
 * that a tracked file brings, such as one that stands for maintenance.
 *
 * @module
 */

import type { Settings } from "../../config/settings.ts";
import { OPERATOR } from "../../vrrp/fault.ts";
import { causeOf } from "../../vrrp/priority.ts";
import { GROUP } from "../../vrrp/sync_group.ts";
import type { Transition } from "../messages.ts";

/** Remembers which instances are in FAULT because somebody wants it. */
export class PlannedFaults {
  readonly #instances = new Set<string>();

  /**
   * An instance has changed its state.
   *
   * @param settings The configuration in force.
   * @returns Whether it is in FAULT now, and all that keeps it there is wanted:
   *   of one that is drained nothing else is looked at.
   */
  note(
    { instance, to, causes }: Transition,
    { checks, syncGroups }: Pick<Settings, "checks" | "syncGroups">,
  ): boolean {
    const files = new Set(
      checks.filter(({ probe }) => probe.type === "file")
        .map(({ name }) => causeOf({ type: "check", name })),
    );
    const members =
      syncGroups.find(({ instances }) => instances.includes(instance))
        ?.instances ?? [];
    const isWanted = causes.length > 0 &&
      causes.every((cause) =>
        files.has(cause) ||
        cause === GROUP && members.some((name) => this.#instances.has(name))
      );
    const isPlanned = to === "FAULT" &&
      (isWanted || causes.includes(OPERATOR));
    if (isPlanned) this.#instances.add(instance);
    else this.#instances.delete(instance);
    return isPlanned;
  }
}
