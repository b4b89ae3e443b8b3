/**
 * What this daemon holds of the kernel's resources, against what it wants to
 * hold: which changes lead from one to the other. No kernel in it.
 *
 * An address is its link, text and prefix. Lifetime and preference change in
 * place; scope and label do not, and another prefix is another address.
 *
 * @module
 */

import { addressKey } from "../../kernel/held_record.ts";
import type { AddressChange, HeldAddress } from "../../kernel/port.ts";
import { familyOf } from "../../wire/address.ts";

/** An address that an instance holds or wants. */
export interface Holding {
  /** The address. */
  readonly address: HeldAddress;
  /** Name of the instance. */
  readonly owner: string;
}

/** An address that serves. */
export interface Entry extends Holding {
  /** Whether this daemon added it; what it did not add it never removes. */
  readonly ours: boolean;
}

/** One change that is needed, and for whom. */
export interface LedgerStep extends Holding {
  /** {@linkcode addressKey} of the address. */
  readonly key: string;
  /** What to do. */
  readonly op: AddressChange["op"];
}

/** The addresses that serve, by key and by instance. */
export class Ledger {
  readonly #entries = new Map<string, Entry>();
  readonly #keys = new Map<string, Set<string>>();
  #version = 0;

  /** Grows with every change of what is ours. */
  get version(): number {
    return this.#version;
  }

  /** The address of this key, if it serves. */
  get(key: string): Entry | undefined {
    return this.#entries.get(key);
  }

  /** All that serve. */
  entries(): Iterable<Entry> {
    return this.#entries.values();
  }

  /** Those of an instance, in the order that they were added. */
  of(owner: string): readonly Entry[] {
    return Array.from(
      this.#keys.get(owner) ?? [],
      (key) => this.#entries.get(key),
    ).filter((entry) => entry !== undefined);
  }

  /** The instances that something serves for. */
  owners(): readonly string[] {
    return [...this.#keys.keys()];
  }

  /** An address serves from now on. */
  put(entry: Entry): void {
    const key = addressKey(entry.address);
    this.drop(key);
    this.#entries.set(key, entry);
    const keys = this.#keys.get(entry.owner) ?? new Set<string>();
    this.#keys.set(entry.owner, keys.add(key));
    if (entry.ours) this.#version++;
  }

  /** An address serves no more. */
  drop(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    const keys = this.#keys.get(entry.owner);
    keys?.delete(key);
    if (keys?.size === 0) this.#keys.delete(entry.owner);
    if (entry.ours) this.#version++;
  }

  /**
   * The changes that lead from what some instances hold to what they want.
   * What goes is removed first, so that another can have it; an address whose
   * prefix changes is there all the time. An address that one instance gives
   * to another stays where it is.
   *
   * @param owners The instances; what others hold stays.
   * @param wanted What they want, each key once.
   */
  plan(
    owners: Iterable<string>,
    wanted: ReadonlyMap<string, Holding>,
  ): readonly LedgerStep[] {
    const kept = new Set(
      Array.from(wanted.values(), ({ address }) => placeOf(address)),
    );
    const removals: LedgerStep[] = [];
    const late: LedgerStep[] = [];
    for (const owner of owners) {
      for (const { address, ours } of this.of(owner)) {
        const key = addressKey(address);
        if (wanted.has(key)) continue;
        const step = { key, op: "remove", address, owner } as const;
        if (!ours) this.drop(key);
        else if (makesBeforeBreak(address) && kept.has(placeOf(address))) {
          late.push(step);
        } else removals.push(step);
      }
    }
    const additions: LedgerStep[] = [];
    for (const [key, want] of wanted) additions.push(...this.#need(key, want));
    return [...removals, ...additions, ...late];
  }

  #need(key: string, { address, owner }: Holding): readonly LedgerStep[] {
    const add = { key, op: "add", address, owner } as const;
    const held = this.#entries.get(key);
    if (held === undefined) return [add];
    if (held.owner !== owner) this.put({ ...held, owner });
    if (!held.ours) return [];
    const { scope, label, lifetimeSeconds, preferred } = held.address;
    if (scope !== address.scope || label !== address.label) {
      return [{ key, op: "remove", address: held.address, owner }, add];
    }
    return lifetimeSeconds === address.lifetimeSeconds &&
        preferred === address.preferred
      ? []
      : [{ key, op: "renew", address, owner }];
  }
}

function placeOf({ index, address }: HeldAddress): string {
  return `${index} ${address}`;
}

/** A link has an IPv6 address once, an IPv4 address once for each prefix. */
function makesBeforeBreak({ address }: HeldAddress): boolean {
  return familyOf(address) === "ipv4";
}
