/**
 * What came of telling: in the log, and for the status.
 *
 * @module
 */

import type { NotifyEvent } from "../config/settings/notify.ts";
import type { Notification, NotifyLogEvent, Outcome } from "./notification.ts";

/** A receiver that could not be told. */
export interface Failure {
  /** When that was found, in milliseconds since 1970 UTC. */
  readonly time: number;
  /** Name of the instance or group. */
  readonly name: string;
  /** What it should have been told. */
  readonly state: NotifyEvent;
  /** Whom: a script, recipients of mail, or the origin of a webhook. */
  readonly receiver: string;
  /** Why not, in words without secrets. */
  readonly detail: string;
}

/** Failures since the start. */
export interface JournalStatus {
  /** How many receivers could not be told of something. */
  readonly failed: number;
  /** The last of them, or null. */
  readonly lastFailure: Failure | null;
}

/** Keeps account. */
export class Journal {
  readonly #log: (event: NotifyLogEvent) => void;
  #failed = 0;
  #lastFailure: Failure | null = null;

  /**
   * Open a journal.
   *
   * @param log Gets what failed as warnings, all else as debug.
   */
  constructor(log: (event: NotifyLogEvent) => void) {
    this.#log = log;
  }

  /**
   * A receiver was told, or could not be.
   *
   * @param duration Milliseconds that it took.
   */
  told(
    { name, state }: Notification,
    receiver: string,
    { ok, detail }: Outcome,
    duration: number,
  ): void {
    if (!ok) {
      this.#failed++;
      this.#lastFailure = { time: Date.now(), name, state, receiver, detail };
    }
    this.#log({
      level: ok ? "debug" : "warning",
      message: ok
        ? `Told ${receiver} of ${state} in ${duration} ms: ${detail}`
        : `Cannot tell ${receiver} of ${state}: ${detail}`,
      event: ok ? "notified" : "notify_failed",
      instance: name,
    });
  }

  /**
   * Receivers will not be told.
   *
   * @param newer What they will be told instead; null when there is no time.
   */
  dropped(
    { name, state }: Notification,
    receivers: readonly string[],
    newer: Notification | null,
  ): void {
    const why = newer === null ? "no time is left" : `${newer.state} is newer`;
    this.#log({
      level: newer === null ? "warning" : "debug",
      message: `Did not tell ${receivers.join(" and ")} of ${state}: ${why}`,
      event: "notify_dropped",
      instance: name,
    });
  }

  /** Everything so far. */
  status(): JournalStatus {
    return { failed: this.#failed, lastFailure: this.#lastFailure };
  }
}
