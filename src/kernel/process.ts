/**
 * This process among others: its capabilities, its lock and its end.
 *
 * @module
 */

import { type Descriptor, exitNow } from "../../ffi/libc.ts";
import { lockFile, readFile } from "../../ffi/file.ts";

/** Capabilities that VRRP needs, with their numbers in the kernel. */
const NEEDED: Readonly<Record<string, bigint>> = {
  CAP_NET_ADMIN: 12n,
  CAP_NET_RAW: 13n,
};

/**
 * The capabilities that VRRP needs and this process does not have in effect.
 *
 * @returns Their names, such as `CAP_NET_RAW`.
 */
export function missingCapabilities(): readonly string[] {
  const status = readFile("/proc/self/status");
  const mask = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? 0}`);
  return Object.entries(NEEDED)
    .filter(([, bit]) => (mask & (1n << bit)) === 0n)
    .map(([name]) => name);
}

/** The words that this process was started with, those of the runtime too. */
export function readCommandLine(): readonly string[] {
  return readFile("/proc/self/cmdline").split("\0");
}

// Closed by the kernel when the process ends, and never before.
let heldLock: Descriptor | null = null;

/**
 * Take the lock of a run directory and keep it until the process ends.
 *
 * @param directory An existing directory.
 * @returns Null, or the pid of the process that has it.
 * @throws {SyscallError} When the lock file cannot be made.
 */
export function lockDirectory(directory: string): string | null {
  const path = `${directory}/alived.pid`;
  heldLock = lockFile(path, `${Deno.pid}\n`);
  return heldLock === null ? readFile(path).trim() : null;
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
