/**
 * The effective priority of an instance, computed from all that is watched
 * for it whenever one of those changes; never added to or subtracted from.
 *
 * @module
 */

/** What a tracker looks at. */
export interface Watch {
  /** The verdict of a health check, or whether a link is up. */
  readonly type: "check" | "interface";
  /** Name of the check or of the link. */
  readonly name: string;
}

/** Something watched, as far as the priority goes. */
export interface Tracker {
  /** What it looks at. */
  readonly watch: Watch;
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
  /** Why it is so, in words, or null. */
  readonly detail: string | null;
}

/** A tracker beside what is known, or not, of what it looks at. */
export interface Watched {
  /** The tracker. */
  readonly tracker: Tracker;
  /** Absent while nothing is known. */
  readonly verdict?: Verdict | undefined;
}

/** A tracker that does something, because of a verdict. */
export interface Effect {
  /** The tracker. */
  readonly tracker: Tracker;
  /** The verdict. */
  readonly verdict: Verdict;
}

/** A tracker that adds something. */
export interface Term extends Effect {
  /** What it adds; not 0. */
  readonly term: number;
}

/** What the trackers make of an instance. */
export interface Weighing {
  /** Effective priority, 1 to 255. */
  readonly priority: number;
  /** What each tracker adds, where that is not 0. */
  readonly terms: readonly Term[];
  /** What an operator takes away, who wants it to be the last resort; or 0. */
  readonly operator: number;
  /** The trackers that mean FAULT now. */
  readonly faults: readonly Effect[];
}

/** The priority of an owner, which never moves. */
export const OWNER = 255;
/** Serves only when nobody else does. */
const LAST_RESORT = 1;
/** A number in a file that takes at least so much away means FAULT. */
const FATAL = -254;
/** Faults by a tracker have causes that begin with this. */
const CAUSE = "tracker ";

/**
 * Compute the effective priority.
 *
 * @param base Configured priority, 1 to 255.
 * @param watched All trackers, what each looks at once.
 * @param isLastResort Whether an operator wants it to serve only when nobody
 *   else does.
 *
 * @example
 * ```ts
 * import { weigh } from "./priority.ts";
 * import { strictEqual } from "node:assert/strict";
 * const watch = { type: "check", name: "web" } as const;
 * const tracker = { watch, weight: -10, reverse: false };
 * const verdict = { up: false, value: null, detail: "HTTP 503" };
 * strictEqual(weigh(100, [{ tracker, verdict }]).priority, 90);
 * ```
 */
export function weigh(
  base: number,
  watched: readonly Watched[],
  isLastResort = false,
): Weighing {
  const terms: Term[] = [];
  const faults: Effect[] = [];
  for (const { tracker, verdict } of watched) {
    if (verdict === undefined) continue;
    const term = termOf(tracker, verdict);
    if (term === "fault") faults.push({ tracker, verdict });
    else if (term !== 0) terms.push({ tracker, verdict, term });
  }
  const sum = terms.reduce((sum, { term }) => sum + term, base);
  const priority = base === OWNER
    ? OWNER
    : isLastResort
    ? LAST_RESORT
    : Math.min(Math.max(sum, 1), OWNER - 1);
  const operator = priority === LAST_RESORT && isLastResort
    ? LAST_RESORT - sum
    : 0;
  return { priority, terms, operator, faults };
}

/**
 * The cause of the fault that a tracker of this brings; also a key for what is
 * known of it. No two that differ have the same.
 */
export function causeOf({ type, name }: Watch): string {
  return `${CAUSE}${type} ${name}`;
}

/** What a tracker of this cause looks at; null when the cause is no tracker. */
export function watchOf(cause: string): Watch | null {
  if (!cause.startsWith(CAUSE)) return null;
  const [type = "", ...name] = cause.slice(CAUSE.length).split(" ");
  return {
    type: type === "interface" ? type : "check",
    name: name.join(" "),
  };
}

function termOf(
  { weight, reverse }: Tracker,
  { up: isUp, value }: Verdict,
): number | "fault" {
  if (isUp === null) return 0;
  if (value !== null && weight !== 0) {
    const term = value * weight * (reverse ? -1 : 1);
    return term <= FATAL ? "fault" : term;
  }
  const up = isUp !== reverse;
  if (weight === 0) return up ? 0 : "fault";
  return up === (weight > 0) ? weight : 0;
}
