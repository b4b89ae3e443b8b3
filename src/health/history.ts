/**
 * What a check found of late, and how often each came. Pure.
 *
 * @module
 */

/** Runs that are kept. */
const MOST = 20;

/** How a run ended; an error of alived's own is a failure as well. */
export type RunOutcome = "ok" | "fail" | "timeout";

/** One run of a check. */
export interface CheckRun {
  /** When it ended, in milliseconds since 1970 UTC. */
  readonly time: number;
  /** Milliseconds that it took. */
  readonly duration: number;
  /** Success or failure; null after an error of alived itself. */
  readonly ok: boolean | null;
  /** What it found, for people. */
  readonly detail: string;
}

/** The runs of a check. */
export interface CheckHistory {
  /** The last 20, the newest last. */
  readonly last: readonly CheckRun[];
  /** All since it began, by how they ended. */
  readonly runs: Readonly<Record<RunOutcome, number>>;
}

/** It has not run yet. */
export const noRuns: CheckHistory = {
  last: [],
  runs: { ok: 0, fail: 0, timeout: 0 },
};

/** Take one run in. */
export function addRun(
  { last, runs }: CheckHistory,
  run: CheckRun,
  outcome: RunOutcome,
): CheckHistory {
  return {
    last: [...last.slice(1 - MOST), run],
    runs: { ...runs, [outcome]: runs[outcome] + 1 },
  };
}
