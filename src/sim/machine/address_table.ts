/**
 * The addresses of one link as Linux keeps them: what it refuses, which of
 * them are secondary, and what goes when a primary one goes.
 *
 * @module
 */

import { type Family, ipBytes } from "../../wire/address.ts";
import { IFA_F_SECONDARY } from "../../wire/rtnetlink.ts";
import type { ErrorCode } from "./refusal.ts";

/** Who added an address: the host, the daemon, or somebody else. */
export type Owner = "host" | "alived" | "foreign";

/** IFA_F_PERMANENT, IFA_F_DEPRECATED and IFA_F_TENTATIVE of rtnetlink(7). */
const PERMANENT = 0x80;
const DEPRECATED = 0x20;
/** IFA_F_TENTATIVE of rtnetlink(7). */
export const TENTATIVE = 0x40;

/** Numbers that are remembered. */
const MAX_NUMBERS = 10_000;

/** One address. */
export interface KernelAddress {
  /** Family of the address. */
  readonly family: Family;
  /** Canonical text. */
  readonly address: string;
  /** Bits of the prefix. */
  readonly prefix: number;
  /** `RT_SCOPE_` number. */
  readonly scope: number;
  /** IPv4 label, or null. */
  readonly label: string | null;
  /** IFA_PROTO, or null. */
  readonly protocol: number | null;
  /** Seconds that were asked for last, or null for ever. */
  lifetimeSeconds: number | null;
  /** When it expires in virtual milliseconds, or Infinity. */
  expiresAt: number;
  /** Whether the host may choose it as a source. */
  readonly preferred: boolean;
  /** Who added it; no kernel knows. */
  readonly owner: Owner;
  /** The daemon that added it, or null. */
  readonly addedBy: unknown;
  /** `IFA_F_` flags. */
  flags: number;
}

/** Told of each change: what came or changed, or what went. */
export type Notify = (address: KernelAddress, gone: boolean) => void;

/** Addresses of one link. */
export class AddressTable {
  #ipv4: KernelAddress[] = [];
  #ipv6: KernelAddress[] = [];
  readonly #notify: Notify;

  /** @param notify Told of each change, when it is made. */
  constructor(notify: Notify) {
    this.#notify = notify;
  }

  /** All of them in the kernel's order, IPv4 first. */
  all(): readonly KernelAddress[] {
    return [...this.#ipv4, ...this.#ipv6];
  }

  /** One address with this prefix, or with any. */
  find(address: string, prefix?: number): KernelAddress | undefined {
    const matches = (known: KernelAddress): boolean =>
      known.address === address &&
      (prefix === undefined || known.prefix === prefix);
    return this.#ipv4.find(matches) ?? this.#ipv6.find(matches);
  }

  /**
   * Add an address; flags are set here.
   *
   * @returns Why not, or null.
   */
  add(added: KernelAddress): ErrorCode | null {
    const problem = added.family === "ipv4"
      ? this.#addIpv4(added)
      : this.#addIpv6(added);
    if (problem === null) this.#notify(added, false);
    return problem;
  }

  #addIpv4(added: KernelAddress): ErrorCode | null {
    let behind = 0;
    let secondary = false;
    for (const [i, known] of this.#ipv4.entries()) {
      const isSecondary = (known.flags & IFA_F_SECONDARY) !== 0;
      if (!isSecondary && added.scope <= known.scope) behind = i + 1;
      if (!sameSubnet(known, added)) continue;
      if (known.address === added.address) return "EEXIST";
      if (known.scope !== added.scope) return "EINVAL";
      secondary = true;
    }
    added.flags = flagsOf(added) | (secondary ? IFA_F_SECONDARY : 0);
    this.#ipv4.splice(secondary ? this.#ipv4.length : behind, 0, added);
    return null;
  }

  #addIpv6(added: KernelAddress): ErrorCode | null {
    if (this.#ipv6.some(({ address }) => address === added.address)) {
      return "EEXIST";
    }
    const tentative = added.flags & TENTATIVE;
    added.flags = flagsOf(added) | tentative;
    this.#ipv6.push(added);
    return null;
  }

  /** The secondary addresses of a primary one. */
  dependants(known: KernelAddress): readonly KernelAddress[] {
    if (known.family === "ipv6" || (known.flags & IFA_F_SECONDARY) !== 0) {
      return [];
    }
    return this.#ipv4.filter((other) =>
      other !== known && sameSubnet(other, known)
    );
  }

  /**
   * Give an address its lifetime anew; one that is not there is added, as
   * Linux does without NLM_F_CREATE too.
   */
  renew(wanted: KernelAddress): ErrorCode | null {
    const known = wanted.family === "ipv4"
      ? this.find(wanted.address, wanted.prefix)
      : this.find(wanted.address);
    if (known === undefined) return this.add(wanted);
    known.lifetimeSeconds = wanted.lifetimeSeconds;
    known.expiresAt = wanted.expiresAt;
    this.#notify(known, false);
    return null;
  }

  /**
   * Remove an address, and with the primary one of a subnet its secondary ones
   * unless the first of them is promoted.
   */
  remove(
    address: string,
    prefix: number,
    promotes: boolean,
  ): ErrorCode | null {
    const known = this.find(address, prefix);
    if (known === undefined) return "EADDRNOTAVAIL";
    if (known.family === "ipv6") {
      this.#ipv6 = this.#ipv6.filter((other) => other !== known);
      this.#notify(known, true);
      return null;
    }
    const dependants = this.dependants(known);
    this.#ipv4 = this.#ipv4.filter((other) => other !== known);
    if (!promotes) {
      this.#ipv4 = this.#ipv4.filter((other) => !dependants.includes(other));
      for (const dependant of dependants) this.#notify(dependant, true);
    }
    this.#notify(known, true);
    const [heir] = promotes ? dependants : [];
    if (heir !== undefined) this.#promote(heir);
    return null;
  }

  /** The first of the secondary ones becomes primary. */
  #promote(heir: KernelAddress): void {
    this.#ipv4 = this.#ipv4.filter((other) => other !== heir);
    const behind = this.#ipv4.findLastIndex(({ flags, scope }) =>
      (flags & IFA_F_SECONDARY) === 0 && heir.scope <= scope
    );
    this.#ipv4.splice(behind + 1, 0, heir);
    heir.flags &= ~IFA_F_SECONDARY;
    this.#notify(heir, false);
  }

  /** An IPv6 address is no duplicate: it may be used from now on. */
  settle(address: string): void {
    const known = this.find(address);
    if (known === undefined || (known.flags & TENTATIVE) === 0) return;
    known.flags &= ~TENTATIVE;
    this.#notify(known, false);
  }

  /** Remove all of a family; where nothing is promoted, as in a flush. */
  flush(family: Family): void {
    const gone = family === "ipv4" ? this.#ipv4 : this.#ipv6;
    if (family === "ipv4") this.#ipv4 = [];
    else this.#ipv6 = [];
    for (const address of gone) this.#notify(address, true);
  }
}

function flagsOf({ lifetimeSeconds, preferred }: KernelAddress): number {
  return (lifetimeSeconds === null ? PERMANENT : 0) |
    (preferred ? 0 : DEPRECATED);
}

function sameSubnet(a: KernelAddress, b: KernelAddress): boolean {
  if (a.prefix !== b.prefix) return false;
  if (a.prefix === 32) return a.address === b.address;
  const mask = a.prefix === 0 ? 0 : -1 << (32 - a.prefix);
  return ((number(a.address) ^ number(b.address)) & mask) === 0;
}

/** Numbers of addresses that were asked for: there are few, and often. */
const numbers = new Map<string, number>();

function number(address: string): number {
  const known = numbers.get(address);
  if (known !== undefined) return known;
  const [a = 0, b = 0, c = 0, d = 0] = ipBytes(address);
  const number = a << 24 | b << 16 | c << 8 | d;
  if (numbers.size > MAX_NUMBERS) numbers.clear();
  numbers.set(address, number);
  return number;
}
