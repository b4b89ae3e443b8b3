/**
 * Time that a busy machine does not make longer.
 *
 * @module
 */

/** Milliseconds that this thread has run: others may be busy beside it. */
export function cpuTime(): number {
  const [nanoseconds] = Deno.readTextFileSync("/proc/thread-self/schedstat")
    .split(" ");
  return Number(nanoseconds) / 1e6;
}
