/**
 * Trying again what failed for a reason that may pass.
 *
 * @module
 */

import type { Outcome } from "./notification.ts";
import type { Turn } from "./queue.ts";

/** What came of one attempt. */
export interface Attempt extends Outcome {
  /** Whether the next attempt may fare better. */
  readonly retry: boolean;
}

/**
 * Attempt something until it succeeds, cannot succeed, or is out of attempts;
 * no further attempt is made once the turn is over or overtaken.
 *
 * @param attempt Must not reject.
 * @param pauses Milliseconds before each further attempt.
 * @returns The outcome of the last attempt.
 */
export async function withRetries(
  attempt: () => Promise<Attempt>,
  pauses: readonly number[],
  { signal, overtaken }: Turn,
): Promise<Outcome> {
  let { retry, ...outcome } = await attempt();
  for (const pause of pauses) {
    if (outcome.ok || !retry || overtaken()) break;
    await sleep(pause, signal);
    if (signal.aborted || overtaken()) break;
    ({ retry, ...outcome } = await attempt());
  }
  return outcome;
}

/** Wait some milliseconds, or until the signal is aborted. */
function sleep(time: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, time);
    signal.addEventListener("abort", end);
  });
}
