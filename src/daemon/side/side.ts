/**
 * The side: the main isolate with Deno's event loop. It starts the core, reads
 * the configuration, takes signals and writes the log. It may stall: the
 * address does not care.
 *
 * @module
 */

import { ConfigError, formatIssue } from "../../config/issue.ts";
import { readConfig } from "../../config/read.ts";
import type { Settings } from "../../config/settings.ts";
import { attempt } from "../../kernel/attempt.ts";
import { lockDirectory, missingCapabilities } from "../../kernel/process.ts";
import { removeRecorded } from "../../kernel/rescue.ts";
import {
  ServiceManager,
  type ServiceManagerSettings,
  serviceManagerSettings,
} from "../../kernel/service_manager.ts";
import { type CoreHandle, loadCore } from "./core_handle.ts";
import { Log, type LogSettings } from "../../log/log.ts";
import type { FromCore } from "../messages.ts";
import { reload } from "./reload.ts";
import { Services } from "./services.ts";

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

/** A daemon, with the configuration that is in force. */
export interface Daemon {
  /** The command line. */
  readonly options: DaemonOptions;
  /** The log. */
  readonly log: Log;
  /** The core. */
  readonly core: CoreHandle;
  /** Health checks and notifications. */
  readonly services: Services;
  /** Tells the service manager, if there is one. */
  readonly notifyManager: (...assignments: readonly string[]) => void;
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
  const log = new Log(logSettings(options, null));
  const recordPath = `${options.runDirectory}/addresses.json`;
  // Loaded before anything else: it takes the longest.
  const core = loadCore(
    (message) => hear(message),
    (reason) => {
      log.log({ level: "error", event: "core_hung", message: reason });
      rescue(recordPath, log);
      end(1);
    },
  );
  const services = new Services(log, (verdict) => core.tell(verdict));
  const settings = loadSettings(options, log);
  const manager = serviceManagerSettings(
    (name) => Deno.env.get(name),
    Deno.pid,
  );
  const notifyManager = openManager(manager);

  function hear(message: FromCore): void {
    switch (message.type) {
      case "log":
        return log.log(message.event);
      case "transition":
        services.tell(message.transition);
        return notifyManager(`STATUS=${inOneLine(services)}`);
      case "ready":
        return notifyManager("READY=1");
      case "heartbeat":
        return;
      case "stopped":
        return end(0);
      case "failed":
        log.log({ level: "error", event: "failed", message: message.error });
        return end(1);
      default:
        message satisfies never;
    }
  }

  if (settings === null) end(2);
  else if (!mayRun(options, log)) end(1);
  else {
    await services.update(settings);
    const { instances, global } = settings;
    log.log({
      level: "info",
      event: "start",
      message: `alived runs with pid ${Deno.pid}, ${instances.length} ` +
        `${instances.length === 1 ? "instance" : "instances"} ` +
        `of "${options.configPath}"`,
      pid: Deno.pid,
    });
    core.start({
      recordPath,
      instances,
      syncGroups: settings.syncGroups,
      vipLeaseSeconds: global.vipLeaseSeconds,
      startupDelay: global.startupDelay,
      realtime: global.realtime,
      serviceManager: manager,
    });
    const daemon = { options, log, core, services, notifyManager, settings };
    listen(daemon, () => {
      rescue(recordPath, log);
      end(1);
    });
  }
  const code = await ended;
  await services.stop();
  core.close();
  if (code === 0) {
    log.log({ level: "info", event: "stopped", message: "Stopped" });
  }
  await log.flush(FLUSH_LIMIT);
  return code;
}

/** What the log does under a configuration, or before there is one. */
export function logSettings(
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
export function loadSettings(
  options: DaemonOptions,
  log: Log,
): Settings | null {
  try {
    const { settings, warnings } = readConfig(options.configPath);
    log.update(logSettings(options, settings));
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
function mayRun({ runDirectory }: DaemonOptions, log: Log): boolean {
  const missing = missingCapabilities();
  if (missing.length > 0) {
    const message = `Cannot run without ${missing.join(" and ")}: run as ` +
      "root, or give the service AmbientCapabilities=";
    log.log({ level: "error", event: "no_capability", message });
    return false;
  }
  try {
    Deno.mkdirSync(runDirectory, { recursive: true, mode: 0o755 });
    const pid = lockDirectory(runDirectory);
    if (pid === null) return true;
    const message = `Cannot run: alived with pid ${pid} uses ` +
      `"${runDirectory}" already`;
    log.log({ level: "error", event: "locked", message });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `Cannot use run directory "${runDirectory}": ${reason}`;
    log.log({ level: "error", event: "run_directory", message });
  }
  return false;
}

/** @param giveUp Called when the core does not stop in time. */
function listen(daemon: Daemon, giveUp: () => void): void {
  const { core, log, notifyManager } = daemon;
  let stopping: ReturnType<typeof setTimeout> | undefined;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    Deno.addSignalListener(signal, () => {
      if (stopping !== undefined) return;
      log.log({ level: "info", event: "stop", message: `Stops on ${signal}` });
      notifyManager("STOPPING=1");
      core.stop();
      stopping = setTimeout(() => {
        if (core.hasStopped()) return;
        const message = `The core did not stop within ${STOP_LIMIT} ms`;
        log.log({ level: "error", event: "core_hung", message });
        giveUp();
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

function openManager(
  settings: ServiceManagerSettings | null,
): (...assignments: readonly string[]) => void {
  if (settings === null) return () => {};
  const manager = new ServiceManager(settings);
  return (...assignments) => manager.notify(...assignments);
}

function inOneLine(services: Services): string {
  return [...services.states]
    .map(([instance, state]) => `${instance} ${state}`)
    .join(", ");
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
