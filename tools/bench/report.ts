/**
 * All that a run found out, as it is written to a file and shown.
 *
 * @module
 */

import type { Measured, Row } from "./part.ts";
import { type Summary, summary } from "./statistics.ts";
import { judge, type Verdict } from "./verdict.ts";

/** Where, when and with what was measured. */
export interface Circumstances {
  /** Since when and until when, as in ISO 8601. */
  readonly from: string;
  readonly to: string;
  /** In words: kernel, processors, what they are. */
  readonly machine: string;
  /** Load average of a minute at the begin and at the end. */
  readonly load: readonly [begin: number, end: number];
  /** What the programs say of their version. */
  readonly versions: Readonly<Record<"alived" | "keepalived", string>>;
}

/** A row with what was measured. */
export interface Result extends Row {
  readonly values: Readonly<Record<"alived" | "keepalived", readonly number[]>>;
}

/** What could not be measured. */
export interface Failure {
  readonly part: string;
  readonly contender: string;
  readonly reason: string;
}

/** A whole run. */
export interface Report {
  readonly circumstances: Circumstances;
  readonly results: readonly Result[];
  readonly failures: readonly Failure[];
}

/** A result with its medians and what is thought of them. */
export interface Judged {
  readonly row: Row;
  readonly alived: Summary | null;
  readonly keepalived: Summary | null;
  readonly verdict: Verdict;
}

/** Collects values while they come. */
export class Collection {
  readonly #results = new Map<string, {
    readonly row: Row;
    readonly values: Record<"alived" | "keepalived", number[]>;
  }>();
  readonly #failures: Failure[] = [];

  /** @param rows All rows in the order of the table. */
  constructor(rows: readonly Row[]) {
    for (const row of rows) {
      const values = { alived: [], keepalived: [] };
      this.#results.set(row.name, { row, values });
    }
  }

  /** Add what a part measured; what it did not see is a failure. */
  add(
    part: string,
    contender: "alived" | "keepalived",
    measured: readonly Measured[],
  ): void {
    for (const [row, ...values] of measured) {
      for (const value of values) {
        if (Number.isFinite(value)) {
          this.#results.get(row.name)?.values[contender].push(value);
        } else {
          this.fail(part, contender, `did not see "${row.name}"`);
        }
      }
    }
  }

  /** Note that a part could not be measured. */
  fail(part: string, contender: string, reason: string): void {
    this.#failures.push({ part, contender, reason });
  }

  /** Everything that was collected. */
  report(circumstances: Circumstances): Report {
    const results = [...this.#results.values()]
      .map(({ row, values }) => ({ ...row, values }));
    return { circumstances, results, failures: this.#failures };
  }
}

/** Judge a result by its medians. */
export function judged({ values, ...row }: Result): Judged {
  const alived = summary(values.alived);
  const keepalived = summary(values.keepalived);
  const verdict = judge(
    row,
    alived?.median ?? null,
    keepalived?.median ?? null,
  );
  return { row, alived, keepalived, verdict };
}
