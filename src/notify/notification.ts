/**
 * What is told, and what came of telling it.
 *
 * @module
 */

import type { NotifyEvent } from "../config/settings/notify.ts";

/** A state that an instance or a sync group has entered. */
export interface Notification {
  /** What has changed. */
  readonly kind: "INSTANCE" | "GROUP";
  /** Its name. */
  readonly name: string;
  /** What it is now. */
  readonly state: NotifyEvent;
  /** What it was before. */
  readonly previousState: "INIT" | "BACKUP" | "MASTER" | "FAULT";
  /** Effective priority, 1 to 255; 0 for a group. */
  readonly priority: number;
  /** Why, in words. */
  readonly reason: string;
  /** Interface of the instance; empty for a group. */
  readonly interface: string;
  /** Its virtual addresses, with their prefix lengths. */
  readonly virtualIps: readonly string[];
  /** When, in milliseconds since 1970 UTC. */
  readonly time: number;
}

/** Kinds of receivers. */
export const RECEIVER_KINDS = ["script", "email", "webhook"] as const;

/** Kind of a receiver. */
export type ReceiverKind = typeof RECEIVER_KINDS[number];

/** What came of telling one receiver. */
export interface Outcome {
  /** Whether it has taken the notification. */
  readonly ok: boolean;
  /** What happened, in words without secrets. */
  readonly detail: string;
}

/** What happened, in a sentence of one line. */
export function describe(notification: Notification, router: string): string {
  const { kind, name, state, previousState, reason } = notification;
  const what = kind === "GROUP" ? `Group ${name}` : name;
  const change = `${what} on ${router} went from ${previousState} to ${state}`;
  return reason === "" ? change : `${change}: ${reason}`;
}
