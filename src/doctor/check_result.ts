/**
 * What one check says: plain data, for a person's line and for JSON.
 *
 * @module
 */

/**
 * `warning` can run and may not do what is expected; `failure` makes the host
 * unfit; `skipped` could not be checked.
 */
export type CheckStatus = "ok" | "warning" | "failure" | "skipped";

/** The outcome of one check. */
export interface CheckResult {
  /** Stable name of the check, such as `interface.address`. */
  readonly id: string;
  /** How it went. */
  readonly status: CheckStatus;
  /** What was found. */
  readonly found: string;
  /** What to do, or null where there is nothing. */
  readonly advice: string | null;
}

/** Nothing to do. */
export function ok(id: string, found: string): CheckResult {
  return { id, status: "ok", found, advice: null };
}

/** Something to think about. */
export function warning(
  id: string,
  found: string,
  advice: string,
): CheckResult {
  return { id, status: "warning", found, advice };
}

/** Something to put right. */
export function failure(
  id: string,
  found: string,
  advice: string,
): CheckResult {
  return { id, status: "failure", found, advice };
}

/** Not checked, and why. */
export function skipped(
  id: string,
  found: string,
  advice: string | null = null,
): CheckResult {
  return { id, status: "skipped", found, advice };
}
