/**
 * Small files, read and written without the runtime's I/O, so that a thread
 * which never returns to its event loop can do it.
 *
 * @module
 */

import {
  check,
  cString,
  type Descriptor,
  EAGAIN,
  EEXIST,
  EINTR,
  EINVAL,
  EIO,
  lastErrno,
  libc,
  own,
  SyscallError,
} from "./libc.ts";

const O_WRONLY = 1;
const O_RDWR = 2;
const O_CREAT = 0o100;
const O_EXCL = 0o200;
const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;
/** Flags whose numbers an architecture chooses. */
const O_NOFOLLOW = { x86_64: 0o400000, aarch64: 0o100000 }[Deno.build.arch];
const SEEK_CUR = 1;
const LOCK_EX = 2;
const LOCK_NB = 4;
const CHUNK = 4096;

/**
 * Read a file as UTF-8.
 *
 * @throws {SyscallError} When it cannot be opened or read.
 */
export function readFile(path: string): string {
  using file = open(path, O_CLOEXEC);
  return readAll(file, path, Infinity);
}

/**
 * Read a file as UTF-8 that somebody may have put something else in place of:
 * nothing that is no regular file is read or waited for.
 *
 * @param limit Most bytes.
 * @throws {SyscallError} When it cannot be opened or read, EINVAL when it is
 *   no regular file or longer than `limit`.
 */
export function readRegularFile(path: string, limit: number): string {
  // Without O_NONBLOCK the opening of a FIFO waits for a writer.
  using file = open(path, O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
  // A FIFO and a socket have no position; a directory is refused by read().
  if (libc.lseek(file.fd, 0n, SEEK_CUR) < 0) {
    throw new SyscallError(`read "${path}"`, EINVAL, "not a regular file");
  }
  return readAll(file, path, limit);
}

function open(path: string, flags: number, mode = 0): Descriptor {
  return own(check(libc.open(cString(path), flags, mode), `open "${path}"`));
}

function readAll(file: Descriptor, path: string, limit: number): string {
  const chunk = new Uint8Array(CHUNK);
  const decoder = new TextDecoder();
  let text = "";
  for (let length = 0; length <= limit;) {
    const count = libc.read(file.fd, chunk, BigInt(CHUNK));
    if (count === 0) return text + decoder.decode();
    if (count < 0 && lastErrno() === EINTR) continue;
    check(count, `read "${path}"`);
    text += decoder.decode(chunk.subarray(0, count), { stream: true });
    length += count;
  }
  const detail = `longer than ${limit} bytes`;
  throw new SyscallError(`read "${path}"`, EINVAL, detail);
}

/**
 * Write a file in place, as /proc/sys wants it.
 *
 * @throws {SyscallError} When it cannot be opened or written.
 */
export function writeFile(path: string, text: string): void {
  using file = open(path, O_WRONLY | O_CLOEXEC);
  writeAll(file, new TextEncoder().encode(text), `write "${path}"`);
}

/**
 * Replace a file whole: a reader sees the old text or the new, never a part.
 * What is at the path of the draft, the same with `.new`, is removed.
 *
 * @throws {SyscallError} When it cannot be written or renamed; the file is then
 *   as it was.
 */
export function replaceFile(path: string, text: string): void {
  const draft = `${path}.new`;
  const flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  libc.unlink(cString(draft));
  try {
    using file = open(draft, flags, 0o600);
    writeAll(file, new TextEncoder().encode(text), `write "${draft}"`);
    check(libc.rename(cString(draft), cString(path)), `rename "${draft}"`);
  } catch (error) {
    // A full disk is not to be filled with what nobody will read.
    libc.unlink(cString(draft));
    throw error;
  }
}

/**
 * Write bytes to their end, however many calls that takes.
 *
 * @param operation What is written, to complete "Cannot …".
 * @throws {SyscallError} When the kernel takes no more, such as ENOSPC.
 */
export function writeAll(
  file: Descriptor,
  bytes: Uint8Array<ArrayBuffer>,
  operation: string,
): void {
  for (let at = 0; at < bytes.length;) {
    const rest = bytes.subarray(at);
    const count = libc.write(file.fd, rest, BigInt(rest.length));
    if (count < 0 && lastErrno() === EINTR) continue;
    if (count === 0) throw new SyscallError(operation, EIO);
    at += check(count, operation);
  }
}

/**
 * Make a directory and those above it that are missing, 0755 less the umask.
 *
 * @param path An absolute path; one that exists is no error.
 * @throws {SyscallError} When it cannot be made.
 */
export function makeDirectory(path: string): void {
  const names = path.split("/").filter((name) => name !== "");
  for (let depth = 1; depth <= names.length; depth++) {
    const directory = `/${names.slice(0, depth).join("/")}`;
    if (libc.mkdir(cString(directory), 0o755) === 0) continue;
    const errno = lastErrno();
    // A directory above may be read-only and there.
    if (errno === EEXIST || depth < names.length) continue;
    throw new SyscallError(`make "${directory}"`, errno);
  }
}

/**
 * Take a lock that the kernel drops when the process ends, and write `text`
 * into the file.
 *
 * @returns The lock, or null when another process has it.
 * @throws {SyscallError} When the file cannot be opened or written.
 */
export function lockFile(path: string, text: string): Descriptor | null {
  const file = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o644);
  if (libc.flock(file.fd, LOCK_EX | LOCK_NB) < 0) {
    const errno = lastErrno();
    file[Symbol.dispose]();
    if (errno === EAGAIN) return null;
    throw new SyscallError(`lock "${path}"`, errno);
  }
  try {
    check(libc.ftruncate(file.fd, 0n), `truncate "${path}"`);
    writeAll(file, new TextEncoder().encode(text), `write "${path}"`);
  } catch (error) {
    // A full disk takes no text, and the lock holds all the same.
    if (!(error instanceof SyscallError)) throw error;
  }
  return file;
}
