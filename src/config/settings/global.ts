/**
 * The `global` section once its defaults are filled in: plain JSON data.
 *
 * @module
 */

import type { ScriptUser } from "./script.ts";

/** Least severe event that is logged. */
export type LogLevel = "debug" | "info" | "warning" | "error";

/**
 * How a log line is written: `journald` is text behind a `<N>` priority,
 * `auto` is journald under systemd and text (coloured on a terminal) elsewhere.
 */
export type LogFormat = "auto" | "text" | "json" | "journald";

/** The `global` section. */
export interface GlobalSettings {
  /** Name of this host in logs, or null for the host name. */
  readonly routerId: string | null;
  /** Log level and format. */
  readonly log: { readonly level: LogLevel; readonly format: LogFormat };
  /** Milliseconds to wait at start before any instance takes part. */
  readonly startupDelay: number;
  /** Seconds that the kernel keeps a VIP unrenewed, 3 or more, or null. */
  readonly vipLeaseSeconds: number | null;
  /** Whether the core runs with realtime priority and locked memory. */
  readonly realtime: boolean;
  /** User that scripts run as, or null for the daemon's own. */
  readonly scriptUser: ScriptUser | null;
}
