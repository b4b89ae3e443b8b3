/**
 * What comes to the process from outside and is no message: signals, and errors
 * that nobody caught.
 *
 * @module
 */

import type { Log } from "../../log/log.ts";

/** What signals ask for. */
export interface SignalHandlers {
  /** SIGTERM or SIGINT: each time that it comes. */
  stop(signal: string): void;
  /** SIGHUP. */
  reload(): void;
}

/** Take the signals that ask for something. */
export function takeSignals({ stop, reload }: SignalHandlers): void {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    Deno.addSignalListener(signal, () => stop(signal));
  }
  Deno.addSignalListener("SIGHUP", reload);
}

/** An error on the side must not end the election. */
export function surviveErrors(log: Log): void {
  for (const type of ["error", "unhandledrejection"] as const) {
    globalThis.addEventListener(type, (event) => {
      event.preventDefault();
      const error = "reason" in event ? event.reason : event.error;
      const message = `Error beside the election: ${error?.stack ?? error}`;
      log.log({ level: "error", event: "side_error", message });
    });
  }
}
