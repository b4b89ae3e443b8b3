/**
 * What a configuration says of programs: which, and who runs them.
 *
 * @module
 */

/** A program to start, without a shell: path and arguments. */
export type Command = readonly string[];

/** `user[:group]` that scripts run as, resolved to numbers. */
export interface ScriptUser {
  /** User id. */
  readonly uid: number;
  /** Group id. */
  readonly gid: number;
}
