/**
 * From the configuration file to what the log and the core are told of it.
 *
 * @module
 */

import { ConfigError, type ConfigIssue } from "../../config/issue.ts";
import { type ReadConfig, readConfig } from "../../config/read.ts";
import type { Settings } from "../../config/settings.ts";
import { mayBecome } from "../../kernel/process.ts";
import type { EventOf } from "../../log/catalogue.ts";
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
): ReadConfig | null {
  try {
    const config = readConfig(options.configPath);
    const { settings, warnings } = config;
    log.update(logSettings(options, settings));
    for (const warning of warnings) log.log(configEvent("warning", warning));
    warnOfUser(settings, log);
    return config;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const issue of error.issues) log.log(configEvent("error", issue));
    for (const each of error.warnings) log.log(configEvent("warning", each));
    if (error.issues.length === 0) {
      const nowhere = { file: null, line: null, column: null, path: null };
      const { message: problem } = error;
      log.log({ event: "config", severity: "error", ...nowhere, problem });
    }
    return null;
  }
}

function configEvent(
  severity: "warning" | "error",
  { file, line, column, path, problem }: ConfigIssue,
): EventOf<"config"> {
  const place = { file, line, column, path: path === "" ? null : path };
  return { event: "config", severity, ...place, problem };
}

/** Under a service that may not change its user no script would be started. */
function warnOfUser(
  { global: { scriptUser } }: Settings,
  log: Pick<Log, "log">,
): void {
  if (scriptUser === null || mayBecome(scriptUser.uid)) return;
  log.log({ event: "script_user" });
}
