/**
 * Kernel settings of links that must be on while this daemon runs, and are put
 * back when it stops.
 *
 * @module
 */

import { Failure, type Kernel, type LinkRef } from "../../kernel/port.ts";

/**
 * `promote_secondaries`: without it, removing a VIP that is the primary
 * address of its subnet removes the host's own address there too.
 * `accept_local`: without it the kernel drops the adverts of an owner, whose
 * source is an address that this host holds as well while it is master.
 */
export type LinkSysctl = "promote_secondaries" | "accept_local";

/** The settings that were turned on. */
export class LinkSysctls {
  readonly #kernel: Kernel;
  readonly #seen = new Set<string>();
  readonly #changed = new Map<string, { index: number; setting: LinkSysctl }>();

  /** @param kernel Has the settings. */
  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /**
   * Turn a setting on, once for each link.
   *
   * @returns True when it was off before; false when nothing had to be done.
   */
  enable({ index, name }: LinkRef, setting: LinkSysctl): boolean | Failure {
    const id = `${index} ${setting}`;
    if (this.#seen.has(id)) return false;
    const path = pathOf(name, setting);
    const value = this.#kernel.readSysctl(path);
    if (value instanceof Failure) return value;
    if (value.trim() === "0") {
      const failure = this.#kernel.writeSysctl(path, "1");
      if (failure !== null) return failure;
      this.#changed.set(id, { index, setting });
    }
    this.#seen.add(id);
    return this.#changed.has(id);
  }

  /**
   * Turn off again what was turned on.
   *
   * @param nameOf Name of a link, or null when it is gone with its settings.
   * @returns What was turned off.
   */
  restore(
    nameOf: (index: number) => string | null,
  ): readonly { readonly link: string; readonly setting: LinkSysctl }[] {
    const restored: { link: string; setting: LinkSysctl }[] = [];
    for (const { index, setting } of this.#changed.values()) {
      const link = nameOf(index);
      if (link === null) continue;
      const failure = this.#kernel.writeSysctl(pathOf(link, setting), "0");
      if (failure === null) restored.push({ link, setting });
    }
    this.#changed.clear();
    this.#seen.clear();
    return restored;
  }
}

function pathOf(link: string, setting: LinkSysctl): string {
  return `net/ipv4/conf/${link}/${setting}`;
}
