/**
 * Whether this process can be the daemon of this host, before it touches
 * anything, and whether it may undo what a dead one left behind.
 *
 * @module
 */

import { SyscallError } from "../../kernel/attempt.ts";
import { type LockHolder, processOf } from "../../kernel/lock_holder.ts";
import { lockNamespace } from "../../kernel/namespace_lock.ts";
import { lockDirectory, missingCapabilities } from "../../kernel/process.ts";
import { distrust } from "../../kernel/trusted_directory.ts";
import type { EventOf } from "../../log/catalogue.ts";
import type { Log } from "../../log/log.ts";
import type { DaemonOptions } from "./daemon.ts";

/** What is asked of this host. */
export interface HostChecks {
  /** Names of capabilities that this process does not have. */
  readonly missingCapabilities: typeof missingCapabilities;
  /** Why a directory is not to be trusted. */
  readonly distrust: (directory: string) => string | null;
  /** Takes the lock of a run directory. */
  readonly lockDirectory: typeof lockDirectory;
  /** Takes the lock of the network namespace. */
  readonly lockNamespace: typeof lockNamespace;
  /** What a process is. */
  readonly processOf: typeof processOf;
}

const THIS_HOST: HostChecks = {
  missingCapabilities,
  distrust,
  lockDirectory,
  lockNamespace,
  processOf,
};

/**
 * What a process may do here: `run` the daemon; only `clean` up behind one that
 * is dead; or nothing, since one is `alive`, since what the run directory says
 * is `untrusted`, or since it has no right to change addresses (`helpless`).
 */
export type Claim = "run" | "clean" | "alive" | "untrusted" | "helpless";

/** This host, beside a daemon that hands over to this process. */
export function hostBeside(pid: number): HostChecks {
  return { ...THIS_HOST, lockNamespace: () => lockNamespace(pid) };
}

/** Says nothing. */
export const SILENT: Pick<Log, "log"> = { log: () => {} };

/**
 * Take what a daemon needs: capabilities, its run directory and the network
 * namespace, the locks until the process ends.
 *
 * @returns What it may do; if that is not to run, why is logged.
 */
export function mayRun(
  options: Pick<DaemonOptions, "runDirectory">,
  log: Pick<Log, "log">,
  host: HostChecks = THIS_HOST,
): Claim {
  const missing = host.missingCapabilities();
  if (missing.length === 0) return takeLocks(options, log, host, true);
  log.log({ event: "no_capability", missing });
  if (missing.includes("CAP_NET_ADMIN")) return "helpless";
  // What else is in the way need not be known to mend that.
  const claim = takeLocks(options, SILENT, host);
  return claim === "run" ? "clean" : claim;
}

/**
 * Take the locks, of the run directory and of the network namespace, until the
 * process ends.
 *
 * @param make Whether the run directory is made when it is missing.
 * @returns `run` with both.
 */
export function takeLocks(
  { runDirectory }: Pick<DaemonOptions, "runDirectory">,
  log: Pick<Log, "log">,
  host: HostChecks = THIS_HOST,
  make = false,
): Claim {
  const claim = takeDirectory(runDirectory, log, host, make);
  if (claim !== "run" && claim !== "clean") return claim;
  return hasNamespace(log, host) ? claim : "alive";
}

function takeDirectory(
  runDirectory: string,
  log: Pick<Log, "log">,
  host: HostChecks,
  make: boolean,
): Claim {
  const refuse = (error: string): void =>
    log.log({ event: "run_directory", directory: runDirectory, error });
  try {
    if (make) Deno.mkdirSync(runDirectory, { recursive: true, mode: 0o755 });
    const problem = host.distrust(absolute(runDirectory));
    if (problem !== null) {
      refuse(problem);
      return "untrusted";
    }
    const holder = host.lockDirectory(runDirectory);
    if (holder === null) return "run";
    log.log({ event: "locked", ...nameOf(holder), directory: runDirectory });
    // Of whom nothing is known it may be alive in another namespace.
    return holder.isAlived || holder.pid === 0 ? "alive" : "clean";
  } catch (error) {
    refuse(error instanceof Error ? error.message : String(error));
    return "clean";
  }
}

/** A path, however this process was told it. */
export function absolute(path: string): string {
  return path.startsWith("/") ? path : `${Deno.cwd()}/${path}`;
}

/** Who it is, as far as that is known. */
function nameOf(
  { pid, name }: LockHolder,
): Pick<EventOf<"locked">, "pid" | "process"> {
  return { pid, process: pid === 0 ? null : name };
}

/** Two daemons of one network would remove each other's addresses. */
function hasNamespace(log: Pick<Log, "log">, host: HostChecks): boolean {
  let lock: ReturnType<typeof lockNamespace>;
  try {
    lock = host.lockNamespace();
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    // Worth a warning, but no reason to leave the addresses unserved.
    log.log({ event: "lock", pid: null, uid: null, error: error.message });
    return true;
  }
  const { holder, strangers } = lock;
  for (const { pid, uid } of strangers) {
    log.log({ event: "lock", pid, uid, error: null });
  }
  if (holder === null) return true;
  const { pid } = holder;
  const known = host.processOf(pid);
  // A process of another pid namespace has no number here.
  const who = known === null ? { pid, process: null } : nameOf(known);
  log.log({ event: "locked", ...who, directory: null });
  return false;
}
