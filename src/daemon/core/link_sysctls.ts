/**
 * Kernel settings of links that must be on while this daemon runs, and are put
 * back when it stops, or when another does that finds them in the record.
 *
 * @module
 */

import {
  type LinkSysctl,
  linkSysctlPath,
  type RecordedSysctl,
  SYSCTL_ON,
} from "../../kernel/held_record.ts";
import { Failure, type Kernel, type LinkRef } from "../../kernel/port.ts";

const OFF = "0";

/** The settings that were turned on. */
export class LinkSysctls {
  readonly #kernel: Kernel;
  readonly #seen = new Set<string>();
  readonly #changed = new Map<string, RecordedSysctl>();
  // In the record already, and not yet turned on.
  readonly #coming = new Set<string>();
  #version = 0;

  /** @param kernel Has the settings. */
  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Grows with every change of what the record is to say. */
  get version(): number {
    return this.#version;
  }

  /** What was turned on or is about to be, with the values before. */
  get changed(): readonly RecordedSysctl[] {
    return [...this.#changed.values()];
  }

  /** What was turned on, and is. */
  get turnedOn(): readonly RecordedSysctl[] {
    return Array.from(this.#changed)
      .filter(([id]) => !this.#coming.has(id))
      .map(([, changed]) => changed);
  }

  /** The daemon before this one has turned a setting on, and handed it over. */
  takeOver(turnedOn: RecordedSysctl): void {
    this.#put(turnedOn);
  }

  /**
   * A daemon that was killed has turned a setting on: what was before it is the
   * host's own, unless somebody else has changed it since.
   *
   * @param name Name that the link has now.
   */
  adopt(left: RecordedSysctl, name: string): void {
    const value = this.#read(name, left.setting);
    if (value === SYSCTL_ON) this.#put({ ...left, link: name });
  }

  /** Note the value of a setting that will be turned on. */
  prepare({ index, name }: LinkRef, setting: LinkSysctl): void {
    const id = idOf(index, setting);
    if (this.#seen.has(id) || this.#changed.has(id)) return;
    if (this.#read(name, setting) !== OFF) return;
    this.#coming.add(id);
    this.#put({ index, link: name, setting, before: OFF });
  }

  /**
   * Turn a setting on, once for each link.
   *
   * @returns True when it was off before; false when nothing had to be done.
   */
  enable(link: LinkRef, setting: LinkSysctl): boolean | Failure {
    const { index, name } = link;
    const id = idOf(index, setting);
    if (this.#seen.has(id)) return false;
    const value = this.#read(name, setting);
    if (value instanceof Failure) return value;
    const isOff = value === OFF;
    if (isOff) {
      this.prepare(link, setting);
      const path = linkSysctlPath(name, setting);
      const failure = this.#kernel.writeSysctl(path, SYSCTL_ON);
      if (failure !== null) return failure;
      this.#coming.delete(id);
    } else if (this.#coming.has(id)) {
      // Somebody else was faster.
      this.#drop(id);
    }
    this.#seen.add(id);
    return isOff;
  }

  /**
   * Give the settings that were turned on the values that they had. What the
   * kernel refuses stays noted.
   *
   * @param nameOf Name of a link by its index and the name that it had, or
   *   null when it is gone with its settings.
   * @returns What was put back.
   */
  restore(
    nameOf: (index: number, last: string) => string | null,
  ): readonly { readonly link: string; readonly setting: LinkSysctl }[] {
    const restored: { link: string; setting: LinkSysctl }[] = [];
    for (const [id, changed] of this.#changed) {
      const { index, setting, before } = changed;
      const link = nameOf(index, changed.link);
      if (link !== null && !this.#coming.has(id)) {
        const path = linkSysctlPath(link, setting);
        if (this.#kernel.writeSysctl(path, before) !== null) continue;
        restored.push({ link, setting });
      }
      this.#drop(id);
    }
    this.#seen.clear();
    return restored;
  }

  #read(link: string, setting: LinkSysctl): string | Failure {
    const value = this.#kernel.readSysctl(linkSysctlPath(link, setting));
    return value instanceof Failure ? value : value.trim();
  }

  #put(sysctl: RecordedSysctl): void {
    this.#changed.set(idOf(sysctl.index, sysctl.setting), sysctl);
    this.#version++;
  }

  #drop(id: string): void {
    this.#changed.delete(id);
    this.#coming.delete(id);
    this.#version++;
  }
}

function idOf(index: number, setting: LinkSysctl): string {
  return `${index} ${setting}`;
}
