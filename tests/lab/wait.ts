/**
 * Waiting with a limit: a lab never hangs, and says what it waited for.
 *
 * @module
 */

/** How long to wait and for what. */
export interface Patience {
  /** Milliseconds before giving up; {@linkcode PATIENCE} unless told. */
  readonly within?: number;
  /** What is waited for, as the error names it. */
  readonly what?: string;
}

/**
 * Milliseconds that are waited when nothing else is said: a machine that stands
 * still for some seconds is no fault of what is tested. So many times more as
 * `ALIVED_PATIENCE` says, where that runs in an emulator.
 */
export const PATIENCE = 30_000 * Number(Deno.env.get("ALIVED_PATIENCE") ?? 1);

/** Milliseconds since the epoch with a fraction, as captures have them. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** Let `milliseconds` pass. */
export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/**
 * Ask again and again until the answer is no longer null or false.
 *
 * @returns That answer.
 * @throws {Error} When it does not come in time.
 */
export async function until<T>(
  ask: () => Promise<T | null | false> | T | null | false,
  { within = PATIENCE, what = "an answer" }: Patience = {},
): Promise<T> {
  const end = performance.now() + within;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== false) return answer;
    if (performance.now() > end) {
      throw new Error(`Waited ${within} ms in vain for ${what}`);
    }
    await sleep(10);
  }
}
