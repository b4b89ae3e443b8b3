/**
 * A lock file that only root and this process's user can hold. flock(2) takes
 * a descriptor that can only read, so that whoever may read a lock file may
 * also hold its lock: nobody else may.
 *
 * @module
 */

import {
  O_CLOEXEC,
  O_CREAT,
  O_EXCL,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_PATH,
  O_RDWR,
  openFile,
  removeFile,
  writeAll,
} from "./file.ts";
import { type FileStatus, fileStatus, strangerOf } from "./file_status.ts";
import {
  check,
  type Descriptor,
  EAGAIN,
  EEXIST,
  ENOENT,
  lastErrno,
  libc,
  SyscallError,
} from "./libc.ts";

const LOCK_EX = 2;
const LOCK_NB = 4;
const PRIVATE = 0o600;
/** Permissions that nobody but the owner has. */
const OTHERS = 0o077;
/** Times that another file is found in place of the one just locked. */
const ATTEMPTS = 8;

/** What came of asking for a lock. */
export type LockAttempt =
  /** It is held until the descriptor is closed or the process ends. */
  | { readonly type: "locked"; readonly lock: Descriptor }
  /** Another process holds it; `isFit` when only a trusted one could. */
  | {
    readonly type: "held";
    readonly status: FileStatus;
    readonly isFit: boolean;
  };

/**
 * Take a lock that the kernel drops when the process ends, and write `text`
 * into the file. One that others than its owner may open, or that is no file
 * or not ours, is replaced; but where somebody holds such a one, only when that
 * is wanted.
 *
 * @param replace Whether to replace an unfit file whose lock is held.
 * @throws {SyscallError} When the file cannot be opened, made or replaced.
 */
export function lockFile(
  path: string,
  text: string,
  replace: boolean,
): LockAttempt {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    using opened = new DisposableStack();
    const found = open(path);
    if (found === null) continue;
    const file = opened.use(found.file);
    const status = fileStatus(file);
    const isFit = found.isWritable && status.isFile &&
      strangerOf(status) === null && (status.mode & OTHERS) === 0;
    const isFree = found.isWritable && status.isFile && lock(file, path);
    if (!isFit && (isFree || replace || !status.isFile)) {
      removeFile(path);
      continue;
    }
    if (!isFree) return { type: "held", status, isFit };
    // Whoever replaced it meanwhile holds the lock of another file.
    if (!isAt(path, status)) continue;
    write(file, path, text);
    opened.move();
    return { type: "locked", lock: file };
  }
  throw new SyscallError(`lock "${path}"`, EAGAIN, "it changes all the time");
}

interface Found {
  readonly file: Descriptor;
  /** False for a link, a directory, and what is not ours to write. */
  readonly isWritable: boolean;
}

/** @returns Null when it was removed or made meanwhile. */
function open(path: string): Found | null {
  const common = O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  try {
    return { file: openFile(path, O_RDWR | common), isWritable: true };
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    if (error.errno !== ENOENT) {
      return { file: openFile(path, O_PATH | common), isWritable: false };
    }
  }
  try {
    const flags = O_RDWR | O_CREAT | O_EXCL | common;
    return { file: openFile(path, flags, PRIVATE), isWritable: true };
  } catch (error) {
    if (error instanceof SyscallError && error.errno === EEXIST) return null;
    throw error;
  }
}

function lock({ fd }: Descriptor, path: string): boolean {
  if (libc.flock(fd, LOCK_EX | LOCK_NB) === 0) return true;
  const errno = lastErrno();
  if (errno === EAGAIN) return false;
  throw new SyscallError(`lock "${path}"`, errno);
}

function isAt(path: string, { device, inode }: FileStatus): boolean {
  try {
    using file = openFile(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    const there = fileStatus(file);
    return there.inode === inode && there.device === device;
  } catch (error) {
    if (error instanceof SyscallError && error.errno === ENOENT) return false;
    throw error;
  }
}

function write(file: Descriptor, path: string, text: string): void {
  try {
    check(libc.ftruncate(file.fd, 0n), `truncate "${path}"`);
    writeAll(file, new TextEncoder().encode(text), `write "${path}"`);
  } catch (error) {
    // A full disk takes no text, and the lock holds all the same.
    if (!(error instanceof SyscallError)) throw error;
  }
}
