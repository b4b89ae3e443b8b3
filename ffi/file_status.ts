/**
 * What an open file is, and who may write it (fstat(2)).
 *
 * @module
 */

import { check, type Descriptor, libc } from "./libc.ts";

/** Where things are: the number of the call, then offsets in struct stat. */
interface Layout {
  readonly call: bigint;
  readonly mode: number;
  readonly uid: number;
}

/** asm/unistd.h and asm/stat.h of each architecture. */
const LAYOUTS: Readonly<Record<typeof Deno.build.arch, Layout>> = {
  x86_64: { call: 5n, mode: 24, uid: 28 },
  aarch64: { call: 80n, mode: 16, uid: 24 },
};
const LAYOUT = LAYOUTS[Deno.build.arch];
const STAT_SIZE = 144;
const DEVICE = 0;
const INODE = 8;

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
  const result = libc.fstat_call(LAYOUT.call, BigInt(fd), bytes);
  check(Number(result), "look at a file");
  const view = new DataView(bytes.buffer);
  const mode = view.getUint32(LAYOUT.mode, true);
  return {
    isFile: (mode & S_IFMT) === S_IFREG,
    mode: mode & ~S_IFMT,
    uid: view.getUint32(LAYOUT.uid, true),
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
