/**
 * What came of telling: in the log, and for the status.
 *
 * @module
 */

import type { NotifyEvent } from "../config/settings/notify.ts";
import type { LogEvent } from "../log/catalogue.ts";
import type { Notification, Outcome, ReceiverKind } from "./notification.ts";

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

/** How often receivers were told of something, by their kind. */
export type Counts = Readonly<Record<ReceiverKind, number>>;

/** What came of telling since the start. */
export interface JournalStatus {
  /** How often somebody was told. */
  readonly delivered: Counts;
  /** How often somebody could not be. */
  readonly failed: Counts;
  /** The last of these, or null. */
  readonly lastFailure: Failure | null;
}

/** Whom to tell. */
export interface Addressee {
  /** How it is called in log and status: no secrets. */
  readonly name: string;
  /** What it is. */
  readonly kind: ReceiverKind;
}

/** Keeps account. */
export class Journal {
  readonly #log: (event: LogEvent) => void;
  readonly #delivered = { script: 0, email: 0, webhook: 0 };
  readonly #failed = { script: 0, email: 0, webhook: 0 };
  #lastFailure: Failure | null = null;

  /**
   * Open a journal.
   *
   * @param log Gets what was told, and what could not be.
   */
  constructor(log: (event: LogEvent) => void) {
    this.#log = log;
  }

  /**
   * A receiver was told, or could not be.
   *
   * @param duration Milliseconds that it took.
   */
  told(
    { name, state }: Notification,
    { name: receiver, kind }: Addressee,
    { ok, detail }: Outcome,
    duration: number,
  ): void {
    if (ok) this.#delivered[kind]++;
    else {
      this.#failed[kind]++;
      this.#lastFailure = { time: Date.now(), name, state, receiver, detail };
    }
    const told = { instance: name, receiver, state, detail };
    this.#log(
      ok
        ? { event: "notified", ...told, duration }
        : { event: "notify_failed", ...told },
    );
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
    this.#log({
      ...{ event: "notify_dropped", instance: name, receivers, state },
      newer: newer?.state ?? null,
    });
  }

  /** Everything so far. */
  status(): JournalStatus {
    return {
      delivered: { ...this.#delivered },
      failed: { ...this.#failed },
      lastFailure: this.#lastFailure,
    };
  }
}
