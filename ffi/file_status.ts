/**
 * What an open file is, and who may write it (fstat(2)).
 *
 * @module
 */

import { check, type Descriptor, libc } from "./libc.ts";

const SYS_FSTAT = { x86_64: 5n, aarch64: 80n }[Deno.build.arch];

// struct stat, which each architecture lays out in its own way.
const STAT_SIZE = { x86_64: 144, aarch64: 128 }[Deno.build.arch];
const DEVICE = 0;
const INODE = 8;
const MODE = { x86_64: 24, aarch64: 16 }[Deno.build.arch];
const OWNER = { x86_64: 28, aarch64: 24 }[Deno.build.arch];

const S_IFMT = 0o170000;
const S_IFREG = 0o100000;
const WRITABLE_BY_OTHERS = 0o022;
const ROOT = 0;

/** What an open file is. */
export interface FileStatus {
  /** Whether it is a regular file. */
  readonly isFile: boolean;
  /** Permission bits, with set-id and sticky: 0 to 0o7777. */
  readonly mode: number;
  /** Owner. */
  readonly uid: number;
  /** The file system, as the kernel numbers it. */
  readonly device: bigint;
  /** Its number there. */
  readonly inode: bigint;
}

/**
 * Look at an open file, also at one that was opened with O_PATH.
 *
 * @throws {SyscallError} When the kernel refuses.
 */
export function fileStatus({ fd }: Descriptor): FileStatus {
  const bytes = new Uint8Array(STAT_SIZE);
  const result = libc.fstat_call(SYS_FSTAT, BigInt(fd), bytes);
  check(Number(result), "look at a file");
  const view = new DataView(bytes.buffer);
  const mode = view.getUint32(MODE, true);
  return {
    isFile: (mode & S_IFMT) === S_IFREG,
    mode: mode & ~S_IFMT,
    uid: view.getUint32(OWNER, true),
    device: view.getBigUint64(DEVICE, true),
    inode: view.getBigUint64(INODE, true),
  };
}

/**
 * Who else could have written a file: anybody but root and the user that this
 * process runs as.
 *
 * @returns In words, or null for nobody.
 */
export function strangerOf({ uid, mode }: FileStatus): string | null {
  if (uid !== ROOT && uid !== libc.geteuid()) return `belongs to user ${uid}`;
  return (mode & WRITABLE_BY_OTHERS) === 0 ? null : "others can write it";
}
