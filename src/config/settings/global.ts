/**
 * The `global` section once its defaults are filled in: plain JSON data.
 *
 * @module
 */

import type { ControlSocketSettings, HttpSettings } from "./control.ts";
import type { ScriptUser } from "./script.ts";

/** The `global` section. */
export interface GlobalSettings {
  /** Name of this host in logs, or null for the host name. */
  readonly routerId: string | null;
  /** The log. */
  readonly log: {
    /** Least severe event that is logged. */
    readonly level: "debug" | "info" | "notice" | "warning" | "error";
    /** How a line is written; `auto` is journald under systemd, else text. */
    readonly format: "auto" | "text" | "json" | "journald";
  };
  /** Milliseconds to wait at start before any instance takes part. */
  readonly startupDelay: number;
  /** Seconds that the kernel keeps a VIP unrenewed, 3 or more, or null. */
  readonly vipLeaseSeconds: number | null;
  /** Whether the core runs with realtime priority and locked memory. */
  readonly realtime: boolean;
  /** User that scripts run as, or null for the daemon's own. */
  readonly scriptUser: ScriptUser | null;
  /** Sockets of the file system that it answers on, or null for none. */
  readonly controlSocket: ControlSocketSettings | null;
  /** The listener of HTTP, or null for none. */
  readonly http: HttpSettings | null;
  /** URLs of other hosts that are asked for their status, at most 16. */
  readonly peers: readonly string[];
}
