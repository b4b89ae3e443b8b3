/**
 * Waiting that has an end.
 *
 * @module
 */

/**
 * Wait for a promise, but not longer than some milliseconds.
 *
 * @returns Whether it was fulfilled in time; rejects when it does.
 */
export async function within(
  promise: Promise<unknown>,
  time: number,
): Promise<boolean> {
  const { promise: over, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(() => resolve(false), time);
  try {
    return await Promise.race([promise.then(() => true as const), over]);
  } finally {
    clearTimeout(timer);
  }
}
