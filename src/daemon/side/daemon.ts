/**
 * A running daemon, as the parts of the side share it.
 *
 * @module
 */

import type { Settings } from "../../config/settings.ts";
import type { Log } from "../../log/log.ts";
import type { ConfigFacts } from "./config_facts.ts";
import type { CoreHandle } from "./core_handle.ts";
import type { Services } from "./services.ts";

/** What the command line says, and of which program. */
export interface DaemonOptions {
  /** Version of the program. */
  readonly version: string;
  /** Path of the configuration file. */
  readonly configPath: string;
  /** Directory of the lock and the record of held addresses. */
  readonly runDirectory: string;
  /** Directory of what outlives a reboot: orders to drain. */
  readonly stateDirectory: string;
  /** Log everything, whatever the configuration says. */
  readonly debug: boolean;
}

/** Tells the service manager assignments such as `READY=1`, if there is one. */
export type NotifyManager = (...assignments: readonly string[]) => void;

/** A daemon, with the configuration that is in force. */
export interface Daemon {
  /** The command line. */
  readonly options: DaemonOptions;
  /** The log. */
  readonly log: Pick<Log, "log" | "update" | "flush" | "lost" | "level">;
  /** The core. */
  readonly core: Pick<CoreHandle, "reload" | "askStatus">;
  /** Health checks and notifications. */
  readonly services: Pick<Services, "update" | "status">;
  /** Which file is in force. */
  readonly config: Pick<ConfigFacts, "applied" | "refused" | "status">;
  /** When it was started, in milliseconds since 1970 UTC. */
  readonly started: number;
  /** Tells the service manager. */
  readonly notifyManager: NotifyManager;
  /** Configuration in force. */
  settings: Settings;
}
