/**
 * What comes to the process from outside and is no message: signals, and errors
 * that nobody caught.
 *
 * @module
 */

import { listenToSignal } from "../../kernel/signals.ts";
import type { Log } from "../../log/log.ts";

/**
 * Hear of signals that stop the daemon, each time that one comes, and of those
 * that came since the start of the process, once. The core hears of them by
 * itself: this is for what is left to the side, and for a core that hangs.
 */
export function listenForStop(stop: (signal: string) => void): void {
  for (const signal of ["SIGTERM", "SIGINT", "SIGQUIT"] as const) {
    listenToSignal(signal, () => stop(signal));
  }
}

/** An error on the side must not end the election. */
export function surviveErrors(log: Log): void {
  for (const type of ["error", "unhandledrejection"] as const) {
    globalThis.addEventListener(type, (event) => {
      event.preventDefault();
      const error = "reason" in event ? event.reason : event.error;
      log.log({ event: "side_error", error: `${error?.stack ?? error}` });
    });
  }
}
