/**
 * Limits in time that leave no timer behind.
 *
 * @module
 */

/**
 * Call something that ends early when its signal is aborted: after `limit`, or
 * when `signal` is.
 *
 * @param limit Milliseconds.
 * @throws What `call` throws, which is the signal's reason when it was aborted.
 */
export async function withDeadline<T>(
  signal: AbortSignal,
  limit: number,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const abort = (): void => controller.abort(signal.reason);
  const timer = setTimeout(() => {
    const text = `No answer within ${Math.round(limit)} ms`;
    controller.abort(new DOMException(text, "TimeoutError"));
  }, limit);
  signal.addEventListener("abort", abort);
  if (signal.aborted) abort();
  try {
    return await call(controller.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
  }
}

/**
 * Wait for something that cannot be aborted, until the signal is. What it was
 * doing goes on.
 *
 * @throws What `promise` throws, or the reason of the signal.
 */
export function abandonable<T>(
  promise: Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener("abort", abort);
    if (signal.aborted) abort();
    promise.then(resolve, reject).finally(() =>
      signal.removeEventListener("abort", abort)
    );
  });
}

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
