/**
 * This process among others: its capabilities, its lock and its end.
 *
 * @module
 */

import { exitNow } from "../../ffi/libc.ts";
import { readFile } from "../../ffi/file.ts";
import type { Descriptor } from "../../ffi/libc.ts";
import { lockFile } from "../../ffi/lock_file.ts";
import { flockHolder, type LockHolder, UNKNOWN_HOLDER } from "./lock_holder.ts";

const CAP_SETGID = 6n;
const CAP_SETUID = 7n;
const CAP_NET_ADMIN = 12n;
const CAP_NET_RAW = 13n;

/** Capabilities that VRRP needs, with their numbers in the kernel. */
const NEEDED: Readonly<Record<string, bigint>> = {
  CAP_NET_ADMIN,
  CAP_NET_RAW,
};

/**
 * The capabilities that VRRP needs and this process does not have in effect.
 *
 * @returns Their names, such as `CAP_NET_RAW`.
 */
export function missingCapabilities(): readonly string[] {
  const mask = effectiveCapabilities("self");
  return Object.entries(NEEDED)
    .filter(([, bit]) => (mask & (1n << bit)) === 0n)
    .map(([name]) => name);
}

/** The words that this process was started with, those of the runtime too. */
export function readCommandLine(): readonly string[] {
  return readFile("/proc/self/cmdline").split("\0");
}

function effectiveCapabilities(pid: number | "self"): bigint {
  const status = readFile(`/proc/${pid}/status`);
  return BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? 0}`);
}

/** Whether this process may start programs as a user. */
export function mayBecome(uid: number): boolean {
  const mask = effectiveCapabilities("self");
  return uid === Deno.uid() ||
    [CAP_SETUID, CAP_SETGID].every((bit) => (mask & (1n << bit)) !== 0n);
}

/** Whether a process, whoever runs it, may change addresses as this one can. */
export function mayChangeAddresses(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    // In a user namespace of his own anybody has every capability.
    return Deno.readLinkSync(`/proc/${pid}/ns/user`) ===
        Deno.readLinkSync("/proc/self/ns/user") &&
      (effectiveCapabilities(pid) & (1n << CAP_NET_ADMIN)) !== 0n;
  } catch {
    return false;
  }
}

/**
 * Take the lock of a run directory and keep it until the process ends, or
 * {@linkcode unlockDirectory} gives it back. A file that others may open, as older versions made it, is replaced, unless a daemon
 * of ours holds it.
 *
 * @param directory An existing directory.
 * @returns Null, or the process that has it.
 * @throws {SyscallError} When the lock file cannot be made.
 */
export function lockDirectory(directory: string): LockHolder | null {
  const path = `${directory}/alived.pid`;
  const text = `${Deno.pid}\n`;
  let attempt = lockFile(path, text, false);
  if (attempt.type === "held" && !attempt.isFit) {
    const holder = flockHolder(attempt.status);
    if (holder?.isAlived) return holder;
    attempt = lockFile(path, text, true);
  }
  if (attempt.type === "held") {
    return flockHolder(attempt.status) ?? UNKNOWN_HOLDER;
  }
  // Closed by the kernel when the process ends, if not before.
  locks.set(directory, attempt.lock);
  return null;
}

const locks = new Map<string, Descriptor>();

/** Give the lock of a run directory back; without it nothing happens. */
export function unlockDirectory(directory: string): void {
  locks.get(directory)?.[Symbol.dispose]();
  locks.delete(directory);
}

/**
 * End the process at once, whatever its threads are doing: no other line of any
 * of them runs, and what was not written yet never will be.
 *
 * @param code Exit status.
 */
export function endProcess(code: number): never {
  exitNow(code);
}

/**
 * The command that this process was started by, to be started again: the
 * program by the path that it was called by, which may lead to another file by
 * then. To be called early: a file that was replaced has no path any more.
 */
export function ownCommand(): readonly string[] {
  const [called = "", ...args] = readCommandLine().slice(0, -1);
  if (!called.includes("/")) return [Deno.execPath(), ...args];
  const program = called.startsWith("/") ? called : `${Deno.cwd()}/${called}`;
  return [program, ...args];
}
