/**
 * Who is told of states: plain JSON data, durations in milliseconds.
 *
 * @module
 */

import type { Command } from "./script.ts";

/** States and events that can be told of. */
export type NotifyEvent = "MASTER" | "BACKUP" | "FAULT" | "STOP";

/** Scripts that are told of an instance's states. */
export interface NotifyScripts {
  /** One program for each state; the state-specific ones get no arguments. */
  readonly byState: Readonly<Partial<Record<NotifyEvent, Command>>>;
  /** A program for all: `INSTANCE name STATE priority` are added, or null. */
  readonly any: Command | null;
}

/** Where mail goes, and how. */
export interface EmailSettings {
  /** Recipients. */
  readonly to: readonly string[];
  /** Sender. */
  readonly from: string;
  /** The server that takes the mail. */
  readonly smtp: {
    /** Address or host name. */
    readonly host: string;
    /** 1 to 65535. */
    readonly port: number;
    /** `tls` from the first byte, `starttls` required, or `none`. */
    readonly tls: "none" | "starttls" | "tls";
    /** Name to log in with, or null. */
    readonly user: string | null;
    /** File that holds the password, or null. */
    readonly passwordFile: string | null;
    /** PEM file of extra certification authorities, or null. */
    readonly caFile: string | null;
  };
}

/** One webhook. */
export interface WebhookSettings {
  /** `http:` or `https:` URL. */
  readonly url: string;
  /** Request headers. */
  readonly headers: Readonly<Record<string, string>>;
  /** Events that it is told of. */
  readonly events: readonly NotifyEvent[];
  /** Milliseconds for one attempt. */
  readonly timeout: number;
}

/** Who else is told. */
export interface NotificationSettings {
  /** Mail, or null. */
  readonly email: EmailSettings | null;
  /** Webhooks. */
  readonly webhooks: readonly WebhookSettings[];
}
