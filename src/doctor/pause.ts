/**
 * Waiting that a signal cuts short.
 *
 * @module
 */

/**
 * Let time pass.
 *
 * @param milliseconds How long, at the most.
 * @param signal Ends it early, at once when it is aborted already.
 */
export function pause(
  milliseconds: number,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done);
  });
}
