/**
 * Whether this process can be the daemon of this host, before it touches
 * anything.
 *
 * @module
 */

import { SyscallError } from "../../kernel/attempt.ts";
import { lockNamespace } from "../../kernel/namespace_lock.ts";
import { lockDirectory, missingCapabilities } from "../../kernel/process.ts";
import type { Log } from "../../log/log.ts";
import type { DaemonOptions } from "./daemon.ts";

/** What is asked of this host. */
export interface HostChecks {
  /** Names of capabilities that this process does not have. */
  readonly missingCapabilities: typeof missingCapabilities;
  /** Takes the lock of a run directory. */
  readonly lockDirectory: typeof lockDirectory;
  /** Takes the lock of the network namespace. */
  readonly lockNamespace: typeof lockNamespace;
}

const THIS_HOST: HostChecks = {
  missingCapabilities,
  lockDirectory,
  lockNamespace,
};

/**
 * Take what a daemon needs: capabilities, its run directory and the network
 * namespace, the locks until the process ends.
 *
 * @returns Whether it has all; if not, why is logged.
 */
export function mayRun(
  { runDirectory }: Pick<DaemonOptions, "runDirectory">,
  log: Pick<Log, "log">,
  host: HostChecks = THIS_HOST,
): boolean {
  return hasCapabilities(log, host) &&
    hasDirectory(runDirectory, log, host) && hasNamespace(log, host);
}

function hasCapabilities(log: Pick<Log, "log">, host: HostChecks): boolean {
  const missing = host.missingCapabilities();
  if (missing.length === 0) return true;
  const message = `Cannot run without ${missing.join(" and ")}: run as ` +
    "root, or give the service AmbientCapabilities=";
  log.log({ level: "error", event: "no_capability", message });
  return false;
}

function hasDirectory(
  runDirectory: string,
  log: Pick<Log, "log">,
  host: HostChecks,
): boolean {
  try {
    Deno.mkdirSync(runDirectory, { recursive: true, mode: 0o755 });
    const pid = host.lockDirectory(runDirectory);
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

/** Two daemons of one network would remove each other's addresses. */
function hasNamespace(log: Pick<Log, "log">, host: HostChecks): boolean {
  let lock: ReturnType<typeof lockNamespace>;
  try {
    lock = host.lockNamespace();
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    // Worth a warning, but no reason to leave the addresses unserved.
    const message = "Cannot see whether another alived runs in this network " +
      `namespace: ${error.message}`;
    log.log({ level: "warning", event: "lock", message });
    return true;
  }
  const { holder, strangers } = lock;
  for (const { pid, uid } of strangers) {
    const message = `Process ${pid} of user ${uid} has taken a name by ` +
      "which alived finds another alived: the next one is used";
    log.log({ level: "warning", event: "lock", message, pid, uid });
  }
  if (holder === null) return true;
  const { pid } = holder;
  // A process of another pid namespace has no number here.
  const who = pid === 0 ? "another alived" : `alived with pid ${pid}`;
  const message = `Cannot run: ${who} already runs in this network namespace`;
  log.log({ level: "error", event: "locked", message, pid });
  return false;
}
