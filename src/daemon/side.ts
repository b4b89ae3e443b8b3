/**
 * The side: the main isolate with Deno's event loop. It starts the core, reads
 * the configuration, takes signals and writes the log. It may stall: the
 * address does not care.
 *
 * @module
 */

import { diffInstances } from "../config/diff.ts";
import { ConfigError, formatIssue } from "../config/issue.ts";
import { readConfig } from "../config/read.ts";
import type { Settings } from "../config/settings.ts";
import { attempt } from "../kernel/attempt.ts";
import { lockDirectory, missingCapabilities } from "../kernel/process.ts";
import { removeRecorded } from "../kernel/rescue.ts";
import { type CoreHandle, loadCore } from "./core_handle.ts";
import { type Log, type LogSettings, openLog } from "./log.ts";
import type { FromCore } from "./messages.ts";

/** What the command line says. */
export interface DaemonOptions {
  /** Path of the configuration file. */
  readonly configPath: string;
  /** Directory of the lock and the record of held addresses. */
  readonly runDirectory: string;
  /** Log everything, whatever the configuration says. */
  readonly debug: boolean;
}

/** Milliseconds that the core gets for an orderly stop. */
const STOP_LIMIT = 800;
/** Milliseconds that the last lines of the log get. */
const FLUSH_LIMIT = 150;

/** A daemon that can start, with what it needs to. */
interface Daemon {
  readonly options: DaemonOptions;
  readonly log: Log;
  readonly core: CoreHandle;
  readonly recordPath: string;
  /** End with this exit code. */
  readonly end: (code: number) => void;
  /** Configuration in force. */
  settings: Settings;
}

/**
 * Run the daemon until it is told to stop.
 *
 * @returns 0 after an orderly stop, 1 after a failure, 2 for a configuration
 *   that cannot be used.
 */
export async function runDaemon(options: DaemonOptions): Promise<number> {
  const { promise: ended, resolve: end } = Promise.withResolvers<number>();
  const log = openLog(logSettings(options, null));
  const recordPath = `${options.runDirectory}/addresses.json`;
  const core = loadCore(
    (message) => hear(message, log, end),
    (reason) => {
      log.log({ level: "error", event: "core_hung", message: reason });
      rescue(recordPath, log);
      end(1);
    },
  );
  const settings = loadSettings(options.configPath, log);
  if (settings === null) {
    end(2);
  } else {
    log.update(logSettings(options, settings));
    const daemon = { options, log, core, recordPath, end, settings };
    if (mayRun(daemon)) start(daemon);
    else end(1);
  }
  const code = await ended;
  core.close();
  await log.flush(FLUSH_LIMIT);
  return code;
}

function logSettings(
  { debug }: DaemonOptions,
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

/** The configuration, or null after its mistakes were logged. */
function loadSettings(path: string, log: Log): Settings | null {
  try {
    const { settings, warnings } = readConfig(path);
    for (const warning of warnings) {
      const message = formatIssue(warning);
      log.log({ level: "warning", event: "config", message });
    }
    return settings;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const message of error.message.split("\n")) {
      log.log({ level: "error", event: "config", message });
    }
    return null;
  }
}

/** Whether this process has the capabilities and the run directory. */
function mayRun({ options, log }: Daemon): boolean {
  const missing = missingCapabilities();
  if (missing.length > 0) {
    const message = `Cannot run without ${missing.join(" and ")}: run as ` +
      "root, or give the service AmbientCapabilities=";
    log.log({ level: "error", event: "no_capability", message });
    return false;
  }
  const { runDirectory } = options;
  try {
    Deno.mkdirSync(runDirectory, { recursive: true, mode: 0o755 });
    const lock = lockDirectory(runDirectory);
    if (lock === null) return true;
    const message = `Cannot run: alived with pid ${lock} uses ` +
      `"${runDirectory}" already`;
    log.log({ level: "error", event: "locked", message });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `Cannot use run directory "${runDirectory}": ${reason}`;
    log.log({ level: "error", event: "run_directory", message });
  }
  return false;
}

function start(daemon: Daemon): void {
  const { options, core, log, recordPath, settings, end } = daemon;
  const { instances } = settings;
  log.log({
    level: "info",
    event: "start",
    message: `alived runs with pid ${Deno.pid}, ${instances.length} ` +
      `${instances.length === 1 ? "instance" : "instances"} ` +
      `of "${options.configPath}"`,
    pid: Deno.pid,
  });
  core.start({ recordPath, instances });
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    Deno.addSignalListener(signal, () => {
      log.log({ level: "info", event: "stop", message: `Stops on ${signal}` });
      core.stop();
      setTimeout(() => {
        log.log({
          level: "error",
          event: "core_hung",
          message: `The core did not stop within ${STOP_LIMIT} ms`,
        });
        rescue(recordPath, log);
        end(1);
      }, STOP_LIMIT);
    });
  }
  Deno.addSignalListener("SIGHUP", () => reload(daemon));
  // An error here must not end the election.
  for (const type of ["error", "unhandledrejection"] as const) {
    globalThis.addEventListener(type, (event) => {
      event.preventDefault();
      const error = "reason" in event ? event.reason : event.error;
      const message = `Error beside the election: ${error?.stack ?? error}`;
      log.log({ level: "error", event: "side_error", message });
    });
  }
}

function hear(message: FromCore, log: Log, end: (code: number) => void): void {
  switch (message.type) {
    case "log":
      log.log(message.event);
      return;
    case "stopped":
      log.log({ level: "info", event: "stopped", message: "Stopped" });
      end(0);
      return;
    case "failed":
      log.log({ level: "error", event: "failed", message: message.error });
      end(1);
      return;
    case "ready":
    case "heartbeat":
      return;
    default:
      message satisfies never;
  }
}

/** The new file is checked wholly first; with a mistake nothing changes. */
function reload(daemon: Daemon): void {
  const { options, core, log } = daemon;
  const next = loadSettings(options.configPath, log);
  if (next === null) {
    log.log({
      level: "error",
      event: "reload",
      message: "Reload refused: the configuration in force stays",
    });
    return;
  }
  const diff = diffInstances(daemon.settings.instances, next.instances);
  for (const { name } of [...diff.removed, ...diff.restarted]) {
    core.remove(name);
  }
  for (
    const instance of [...diff.changed, ...diff.restarted, ...diff.added]
  ) {
    core.configure(instance);
  }
  daemon.settings = next;
  log.update(logSettings(options, next));
  const counts = Object.entries(diff)
    .filter(([, instances]) => instances.length > 0)
    .map(([kind, instances]) => `${instances.length} ${kind}`);
  log.log({
    level: "info",
    event: "reload",
    message: `Reloaded: ${counts.join(", ")}`,
  });
}

/** The core does not run: its addresses must not stay. */
function rescue(recordPath: string, log: Log): void {
  const failure = attempt(() => {
    for (const address of removeRecorded(recordPath)) {
      const message = `Removed ${address} behind the core`;
      log.log({ level: "warning", event: "rescue", message, address });
    }
  });
  if (failure === null) return;
  log.log({ level: "error", event: "rescue", message: failure.message });
}
