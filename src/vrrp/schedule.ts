/**
 * What is due, of all virtual routers of an engine: known without a look at
 * each of them.
 *
 * @module
 */

import { advertDueAt, choreDueAt, takeOverDueAt } from "./deadline.ts";
import { DeadlineQueue } from "./deadline_queue.ts";
import type { RouterConfig, RouterState } from "./state.ts";

/** Those that take over together, and when. */
export interface DueUnit {
  /** Their names. */
  readonly members: readonly string[];
  /** When the last of them may. */
  readonly due: number;
}

/** A group, or an instance without one. */
interface Unit {
  readonly members: readonly string[];
  /**
   * When those that are not MASTER may take over, negated: last first. Empty
   * where there is one member.
   */
  readonly waits: DeadlineQueue<string>;
  /** Those that are MASTER. */
  readonly masters: Set<string>;
}

/** The deadlines of all instances, by instance and by unit. */
export class Schedule {
  readonly #adverts = new DeadlineQueue<string>();
  readonly #chores = new DeadlineQueue<string>();
  readonly #takeOvers = new DeadlineQueue<Unit>();
  readonly #units = new Map<string, Unit>();

  /** The earliest deadline of all, or Infinity. */
  get earliest(): number {
    return Math.min(
      this.#adverts.earliest,
      this.#chores.earliest,
      this.#takeOvers.earliest,
    );
  }

  /** When the next advert of a MASTER is due, or Infinity. */
  get earliestAdvert(): number {
    return this.#adverts.earliest;
  }

  /** When the first unit takes over, or Infinity. */
  get earliestTakeOver(): number {
    return this.#takeOvers.earliest;
  }

  /** The unit that takes over first, or null. */
  get firstTakeOver(): DueUnit | null {
    const unit = this.#takeOvers.first;
    return unit === undefined
      ? null
      : { members: unit.members, due: this.#takeOvers.earliest };
  }

  /** Take an instance's configuration and state in; O(log n). */
  set(instance: string, config: RouterConfig, state: RouterState): void {
    this.#adverts.set(instance, advertDueAt(config, state));
    this.#chores.set(instance, choreDueAt(config, state));
    const unit = this.#unitOf(instance);
    const serves = state.name === "MASTER";
    if (serves && unit.masters.has(instance)) return;
    if (serves) unit.masters.add(instance);
    else unit.masters.delete(instance);
    const due = takeOverDueAt(config, state);
    if (unit.members.length === 1) return this.#takeOvers.set(unit, due);
    if (serves) unit.waits.delete(instance);
    else unit.waits.set(instance, -due);
    this.#takeOvers.set(unit, lastOf(unit));
  }

  /** Forget an instance; its group keeps a place for it. */
  forget(instance: string): void {
    this.#adverts.delete(instance);
    this.#chores.delete(instance);
    const unit = this.#unitOf(instance);
    unit.waits.delete(instance);
    unit.masters.delete(instance);
    this.#takeOvers.set(unit, lastOf(unit));
    if (unit.members.length === 1) this.#units.delete(instance);
  }

  /** Replace the groups; every instance is to be set again. */
  regroup(groups: Iterable<readonly string[]>): void {
    this.#units.clear();
    this.#takeOvers.clear();
    for (const members of groups) {
      const unit = newUnit(members);
      for (const member of members) this.#units.set(member, unit);
    }
  }

  /** Those that an instance takes over with, itself among them. */
  unitOf(instance: string): readonly string[] {
    return this.#unitOf(instance).members;
  }

  /** When those that an instance takes over with do so, or Infinity; O(1). */
  takeOverAt(instance: string): number {
    return this.#takeOvers.get(this.#unitOf(instance));
  }

  /** Those of them that are MASTER; O(1). */
  mastersOf(instance: string): ReadonlySet<string> {
    return this.#unitOf(instance).masters;
  }

  /** Masters whose advert is due by a time, the earliest first. */
  adverts(by: number, most?: number): readonly string[] {
    return this.#adverts.until(by, most);
  }

  /** Instances with something else due by a time, the earliest first. */
  chores(by: number, most?: number): readonly string[] {
    return this.#chores.until(by, most);
  }

  /** Units that are due to take over by a time, the earliest first. */
  takeOvers(by: number, most?: number): readonly DueUnit[] {
    return this.#takeOvers.until(by, most)
      .map((unit) => ({
        members: unit.members,
        due: this.#takeOvers.get(unit),
      }));
  }

  #unitOf(instance: string): Unit {
    const known = this.#units.get(instance);
    if (known !== undefined) return known;
    const unit = newUnit([instance]);
    this.#units.set(instance, unit);
    return unit;
  }
}

function newUnit(members: readonly string[]): Unit {
  return { members, waits: new DeadlineQueue(), masters: new Set() };
}

/** When the last member may take over; never when all are MASTER. */
function lastOf({ waits }: Unit): number {
  return Math.abs(waits.earliest);
}
