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

/** A host, as far as a configuration depends on it. */
export interface Host {
  /** Its name. */
  readonly name: () => string;
  /** Look up `user[:group]`, by names or numbers. */
  readonly findUser: (text: string) => FoundUser;
  /** Why a program cannot be started, or null. */
  readonly programProblem: (path: string) => string | null;
  /** Why a file cannot be read, or null. */
  readonly fileProblem: (path: string) => string | null;
  /** Why a file is no good place for a secret, or null. */
  readonly secretFileProblem: (path: string) => string | null;
}
