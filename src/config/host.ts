/**
 * What a configuration asks of the host that it is for. The check of a text
 * stays pure: it is given the answers.
 *
 * @module
 */

import type { ScriptUser } from "./settings/script.ts";

/** Who a user is, or why nobody is. */
export type FoundUser =
  | { readonly user: ScriptUser }
  | { readonly problem: string };

/** Who a group is, or why there is none. */
export type FoundGroup =
  | { readonly gid: number }
  | { readonly problem: string };

/** An address that a host has. */
export interface HostAddress {
  /** Canonical text. */
  readonly address: string;
  /** Name of the link that has it. */
  readonly link: string;
  /** Who added it (`IFA_PROTO`), 0 for no mark; null: the kernel has no marks. */
  readonly protocol: number | null;
}

/** A host, as far as a configuration depends on it. */
export interface Host {
  /** Its name. */
  readonly name: () => string;
  /** Look up `user[:group]`, by names or numbers. */
  readonly findUser: (text: string) => FoundUser;
  /** Look up a group, by name or number. */
  readonly findGroup: (text: string) => FoundGroup;
  /** Why a program cannot be started, or null. */
  readonly programProblem: (path: string) => string | null;
  /** Why a file cannot be read, or null. */
  readonly fileProblem: (path: string) => string | null;
  /** Why a file is no good place for a secret, or null. */
  readonly secretFileProblem: (path: string) => string | null;
  /**
   * Who else could change a file, and the remedy, where that gives them power
   * over this process; or null.
   */
  readonly changeableBy: (path: string) => string | null;
  /** Names of its links, or null when it does not say. */
  readonly links: () => readonly string[] | null;
  /** Its IPv4 addresses; none when it does not say. */
  readonly addresses: () => readonly HostAddress[];
}
