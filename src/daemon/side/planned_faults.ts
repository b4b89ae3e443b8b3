/**
 * Which faults somebody wanted: those that a tracked file brings, such as one
 * that stands for maintenance.
 *
 * @module
 */

import type { Settings } from "../../config/settings.ts";
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
   * @returns Whether it is in FAULT now, and all that keeps it there is wanted.
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
    const isPlanned = to === "FAULT" && causes.length > 0 &&
      causes.every((cause) =>
        files.has(cause) ||
        cause === GROUP && members.some((name) => this.#instances.has(name))
      );
    if (isPlanned) this.#instances.add(instance);
    else this.#instances.delete(instance);
    return isPlanned;
  }
}
