/**
 * What the bench is made of: parts, each of which measures some rows of one
 * program at a time.
 *
 * @module
 */

import type { Contender } from "./contender.ts";

/** What a row of alived is to reach. */
export interface Goal {
  /**
   * How `value` is meant: at most or at least so much, or at most so many times
   * what keepalived needs in the same run.
   */
  readonly kind: "most" | "least" | "ratio";
  readonly value: number;
}

/** One line of the table. */
export interface Row {
  /** Unlike that of any other row. */
  readonly name: string;
  readonly unit: string;
  readonly goal?: Goal;
  /** Whether more is better; less is unless told. */
  readonly moreIsBetter?: boolean;
}

/** Values of a row, measured once or several times. */
export type Measured = readonly [row: Row, ...values: number[]];

/** How long and how often things are watched. */
export interface Effort {
  /** Takeovers of one process after its first. */
  readonly later: number;
  /** Milliseconds that many instances run before they are counted. */
  readonly settling: number;
  /** Milliseconds that they are counted, of the rhythm of a second twice. */
  readonly counted: number;
  /** Milliseconds that one instance runs before its idleness is measured. */
  readonly idleSettling: number;
  /** Milliseconds of idleness that are measured. */
  readonly idle: number;
  /** Milliseconds of an hour. */
  readonly hour: number;
}

/** One thing that is measured. */
export interface Part {
  /** In words; `--only` looks for its text here. */
  readonly name: string;
  /** All rows that it can give values of. */
  readonly rows: readonly Row[];
  /** Whether alived alone is measured; both are unless told. */
  readonly alivedAlone?: boolean;
  /** Measure once. */
  measure(contender: Contender, effort: Effort): Promise<readonly Measured[]>;
}

/** A goal: at most this. */
export function atMost(value: number): Goal {
  return { kind: "most", value };
}

/** A goal: at least this. */
export function atLeast(value: number): Goal {
  return { kind: "least", value };
}

/** A goal: at most so many times what keepalived needs. */
export function timesKeepalived(value: number): Goal {
  return { kind: "ratio", value };
}
