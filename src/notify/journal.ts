/**
 * What came of telling: in the log, and for the status.
 *
 * @module
 */

import type { NotifyEvent } from "../config/settings/notify.ts";
import type { Notification, NotifyLogEvent, Outcome } from "./notification.ts";

/** Deliveries that are remembered. */
const REMEMBERED = 256;

/** What came of telling one receiver. */
export interface Delivery extends Outcome {
  /** What has changed. */
  readonly kind: Notification["kind"];
  /** Its name. */
  readonly name: string;
  /** What was told. */
  readonly state: NotifyEvent;
  /** Whom: a script, recipients of mail, or the origin of a webhook. */
  readonly receiver: string;
  /** When it began, in milliseconds since 1970 UTC. */
  readonly time: number;
  /** How long it took, in milliseconds. */
  readonly duration: number;
}

/** Counters since the start, and what came last. */
export interface JournalStatus {
  /** Deliveries that succeeded. */
  readonly delivered: number;
  /** Deliveries that failed. */
  readonly failed: number;
  /** Notifications that gave way to newer ones, or to the end. */
  readonly dropped: number;
  /**
   * The last delivery of each instance to each receiver, oldest first; at most
   * 256.
   */
  readonly deliveries: readonly Delivery[];
}

/** Keeps account. */
export interface Journal {
  /** A delivery has ended. */
  record(delivery: Delivery): void;
  /**
   * Receivers will not be told.
   *
   * @param newer What they will be told instead; null when there is no time.
   */
  drop(
    dropped: Notification,
    receivers: readonly string[],
    newer: Notification | null,
  ): void;
  /** Everything so far. */
  status(): JournalStatus;
}

/**
 * Open a journal.
 *
 * @param log Gets what failed as warnings, all else as debug.
 */
export function openJournal(log: (event: NotifyLogEvent) => void): Journal {
  const deliveries = new Map<string, Delivery>();
  let delivered = 0;
  let failed = 0;
  let dropped = 0;

  return {
    record(delivery): void {
      const { kind, name, receiver, state, ok, detail, duration } = delivery;
      if (ok) delivered++;
      else failed++;
      // Deleted first, so that it becomes the youngest.
      const key = `${kind} ${name} ${receiver}`;
      deliveries.delete(key);
      deliveries.set(key, delivery);
      const [oldest = ""] = deliveries.keys();
      if (deliveries.size > REMEMBERED) deliveries.delete(oldest);
      log({
        level: ok ? "debug" : "warning",
        message: ok
          ? `Told ${receiver} of ${state} in ${duration} ms: ${detail}`
          : `Cannot tell ${receiver} of ${state}: ${detail}`,
        event: ok ? "notified" : "notify_failed",
        instance: name,
      });
    },
    drop({ name, state }, receivers, newer): void {
      dropped++;
      const why = newer === null
        ? "no time is left"
        : `${newer.state} is newer`;
      log({
        level: newer === null ? "warning" : "debug",
        message: `Did not tell ${receivers.join(" and ")} of ${state}: ${why}`,
        event: "notify_dropped",
        instance: name,
      });
    },
    status: () => ({
      delivered,
      failed,
      dropped,
      deliveries: [...deliveries.values()],
    }),
  };
}
