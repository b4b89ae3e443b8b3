/**
 * From the configuration file to what the log and the core are told of it.
 *
 * @module
 */

import { ConfigError, formatIssue } from "../../config/issue.ts";
import { readConfig } from "../../config/read.ts";
import type { Settings } from "../../config/settings.ts";
import { mayBecome } from "../../kernel/process.ts";
import type { Log, LogSettings } from "../../log/log.ts";
import type { CoreSettings } from "../messages.ts";
import type { DaemonOptions } from "./daemon.ts";

/** What the log does under a configuration, or before there is one. */
export function logSettings(
  { debug }: Pick<DaemonOptions, "debug">,
  settings: Settings | null,
): LogSettings {
  const { level, format } = settings?.global.log ??
    { level: "info", format: "auto" };
  return {
    level: debug ? "debug" : level,
    format,
    routerId: settings?.global.routerId ?? Deno.hostname(),
  };
}

/** What the core is told of the whole. */
export function coreSettings(
  options: Pick<DaemonOptions, "debug">,
  settings: Settings,
): CoreSettings {
  return {
    syncGroups: settings.syncGroups,
    vipLeaseSeconds: settings.global.vipLeaseSeconds,
    logLevel: logSettings(options, settings).level,
  };
}

/**
 * Read the file; what it says of the log is followed from here on.
 *
 * @returns Null after its mistakes were logged.
 */
export function loadSettings(
  options: DaemonOptions,
  log: Pick<Log, "log" | "update">,
): Settings | null {
  try {
    const { settings, warnings } = readConfig(options.configPath);
    log.update(logSettings(options, settings));
    for (const warning of warnings) {
      const message = formatIssue(warning);
      log.log({ level: "warning", event: "config", message });
    }
    warnOfUser(settings, log);
    return settings;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const message of error.message.split("\n")) {
      log.log({ level: "error", event: "config", message });
    }
    return null;
  }
}

/** Under a service that may not change its user no script would be started. */
function warnOfUser(
  { global: { scriptUser } }: Settings,
  log: Pick<Log, "log">,
): void {
  if (scriptUser === null || mayBecome(scriptUser.uid)) return;
  const message = "Cannot run any script: script_user needs CAP_SETUID and " +
    "CAP_SETGID, which this process does not have; under systemd " +
    "script_user.conf gives them";
  log.log({ level: "error", event: "script_user", message });
}
