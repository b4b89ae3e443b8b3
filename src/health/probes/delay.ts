/**
 * Waiting that can be ended. That of node:timers/promises goes on after an
 * abort in older runtimes (2.4).
 *
 * @module
 */

/**
 * Wait.
 *
 * @param time Milliseconds.
 * @throws The reason of the signal when it is aborted before.
 */
export function delay(time: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", abort);
      resolve();
    }, time);
    signal.addEventListener("abort", abort, { once: true });
  });
}
