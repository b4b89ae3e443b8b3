/**
 * The effective priority of an instance, computed from all that is watched
 * for it whenever one of those changes; never added to or subtracted from.
 *
 * @module
 */

/** Something watched, as far as the priority goes. */
export interface Tracker {
  /** What it is, in words, and the key of its verdict. */
  readonly subject: string;
  /** −253 to 253; 0 means FAULT while down. */
  readonly weight: number;
  /** Whether up and down change places. */
  readonly reverse: boolean;
}

/** What is known of something watched. */
export interface Verdict {
  /** Null while nothing is known: it counts neither as up nor as down. */
  readonly up: boolean | null;
  /** A number that scales the weight, or null. */
  readonly value: number | null;
}

/** What the trackers make of an instance. */
export interface Weighing {
  /** Effective priority, 1 to 255. */
  readonly priority: number;
  /** What each tracker adds, where that is not 0. */
  readonly terms: readonly {
    readonly subject: string;
    readonly term: number;
  }[];
  /** The subjects that mean FAULT now. */
  readonly faults: readonly string[];
}

/** The priority of an owner, which never moves. */
const OWNER = 255;
/** A number in a file that takes at least so much away means FAULT. */
const FATAL = -254;

/**
 * Compute the effective priority.
 *
 * @param base Configured priority, 1 to 255.
 * @param trackers All trackers, each subject once.
 * @param verdicts What is known, by subject.
 *
 * @example
 * ```ts
 * import { weigh } from "./priority.ts";
 * import { strictEqual } from "node:assert/strict";
 * const verdicts = new Map([["check web", { up: false, value: null }]]);
 * const tracker = { subject: "check web", weight: -10, reverse: false };
 * strictEqual(weigh(100, [tracker], verdicts).priority, 90);
 * ```
 */
export function weigh(
  base: number,
  trackers: readonly Tracker[],
  verdicts: ReadonlyMap<string, Verdict>,
): Weighing {
  const weighed = trackers.map((tracker) => ({
    subject: tracker.subject,
    term: termOf(tracker, verdicts.get(tracker.subject)),
  }));
  const faults = weighed
    .filter(({ term }) => term === "fault")
    .map(({ subject }) => subject);
  const terms = weighed.flatMap(({ subject, term }) =>
    term === "fault" || term === 0 ? [] : [{ subject, term }]
  );
  const sum = terms.reduce((sum, { term }) => sum + term, base);
  const priority = base === OWNER
    ? OWNER
    : Math.min(Math.max(sum, 1), OWNER - 1);
  return { priority, terms, faults };
}

function termOf(
  { weight, reverse }: Tracker,
  verdict: Verdict | undefined,
): number | "fault" {
  if (verdict === undefined || verdict.up === null) return 0;
  if (verdict.value !== null && weight !== 0) {
    const term = verdict.value * weight * (reverse ? -1 : 1);
    return term <= FATAL ? "fault" : term;
  }
  const up = verdict.up !== reverse;
  if (weight === 0) return up ? 0 : "fault";
  return up === (weight > 0) ? weight : 0;
}
