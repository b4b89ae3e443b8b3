/**
 * Which process has a lock, as far as it is certain.
 *
 * @module
 */

import { readFile } from "../../ffi/file.ts";
import type { FileStatus } from "../../ffi/file_status.ts";
import { SyscallError } from "../../ffi/libc.ts";

/** A process that has a lock. */
export interface LockHolder {
  /** Its id; 0 when it is not known, as in another pid namespace. */
  readonly pid: number;
  /** Its name, such as `alived`; empty when it is not known. */
  readonly name: string;
  /** Whether it is a daemon of ours, run by root or by this user. */
  readonly isAlived: boolean;
}

/** A holder of whom nothing is known. */
export const UNKNOWN_HOLDER: LockHolder = { pid: 0, name: "", isAlived: false };

const ROOT = 0;

/**
 * Find the process that holds a flock(2) on a file.
 *
 * @returns Null when the kernel names none that can be seen from here.
 */
export function flockHolder(
  file: Pick<FileStatus, "inode">,
): LockHolder | null {
  // 1: FLOCK  ADVISORY  WRITE 4711 00:1a:815 0 EOF; where file systems lie on
  // each other the device is another one than that of fstat(2).
  const lines = read("/proc/locks").split("\n");
  for (const line of lines) {
    const [, kind, , , pid, place = ""] = line.trim().split(/\s+/);
    if (kind !== "FLOCK" || place.split(":")[2] !== `${file.inode}`) continue;
    const holder = processOf(Number(pid));
    if (holder !== null && hasOpen(holder.pid, file)) return holder;
  }
  return null;
}

/**
 * Find the process that holds a flock(2) on a file of this path; anybody may
 * ask who can see the file.
 *
 * @returns Null when there is no such file, or nobody is known to hold it.
 */
export function lockHolderOf(path: string): LockHolder | null {
  const inode = inodeOf(path);
  return inode === null ? null : flockHolder({ inode });
}

/** What a process is, or null when there is none of this id. */
export function processOf(pid: number): LockHolder | null {
  if (!(pid > 0)) return null;
  const status = read(`/proc/${pid}/status`);
  const name = /^Name:\s*(.*)$/m.exec(status)?.[1];
  const uid = /^Uid:\s*\d+\s+(\d+)/m.exec(status)?.[1];
  if (name === undefined || uid === undefined) return null;
  const isTrusted = Number(uid) === ROOT || Number(uid) === Deno.uid();
  // Anybody may call a process of his own what he likes.
  const isAlived = isTrusted && (name === "alived" || isSameProgram(pid));
  return { pid, name, isAlived };
}

function hasOpen(
  pid: number,
  { inode }: Pick<FileStatus, "inode">,
): boolean {
  const directory = `/proc/${pid}/fd`;
  try {
    return Array.from(Deno.readDirSync(directory))
      .some(({ name }) => inodeOf(`${directory}/${name}`) === inode);
  } catch {
    // Not ours to see: what the kernel says of the lock has to do.
    return true;
  }
}

function inodeOf(path: string): bigint | null {
  try {
    return BigInt(Deno.statSync(path).ino ?? -1);
  } catch {
    return null;
  }
}

function isSameProgram(pid: number): boolean {
  try {
    return Deno.readLinkSync(`/proc/${pid}/exe`) ===
      Deno.readLinkSync("/proc/self/exe");
  } catch {
    return false;
  }
}

function read(path: string): string {
  try {
    return readFile(path);
  } catch (error) {
    if (error instanceof SyscallError) return "";
    throw error;
  }
}
