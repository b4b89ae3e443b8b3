/**
 * Small files, read and written without the runtime's I/O, so that a thread
 * which never returns to its event loop can do it.
 *
 * @module
 */

import { fileStatus, strangerOf } from "./file_status.ts";
import {
  check,
  cString,
  type Descriptor,
  EACCES,
  EEXIST,
  EINTR,
  EINVAL,
  EIO,
  ENOENT,
  lastErrno,
  libc,
  own,
  SyscallError,
} from "./libc.ts";

const O_WRONLY = 1;
/** Flags of open(2) that other files use too. */
export const O_RDWR = 2;
export const O_CREAT = 0o100;
export const O_EXCL = 0o200;
export const O_NONBLOCK = 0o4000;
export const O_CLOEXEC = 0o2000000;
export const O_PATH = 0o10000000;
/** A flag whose number an architecture chooses. */
export const O_NOFOLLOW = {
  x86_64: 0o400000,
  aarch64: 0o100000,
}[Deno.build.arch];
const CHUNK = 4096;

/**
 * Read a file as UTF-8.
 *
 * @throws {SyscallError} When it cannot be opened or read.
 */
export function readFile(path: string): string {
  using file = openFile(path, O_CLOEXEC);
  return readAll(file, path, Infinity);
}

/**
 * Read a file as UTF-8 that somebody may have put something else in place of:
 * nothing that is no regular file is read or waited for, and nothing that
 * others than root and this process's user could have written.
 *
 * @param limit Most bytes.
 * @throws {SyscallError} When it cannot be opened or read, EINVAL when it is
 *   no regular file or longer than `limit`, EACCES when others could write it.
 */
export function readRegularFile(path: string, limit: number): string {
  // Without O_NONBLOCK the opening of a FIFO waits for a writer.
  using file = openFile(path, O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
  const status = fileStatus(file);
  const operation = `read "${path}"`;
  if (!status.isFile) {
    throw new SyscallError(operation, EINVAL, "not a regular file");
  }
  const stranger = strangerOf(status);
  if (stranger !== null) throw new SyscallError(operation, EACCES, stranger);
  return readAll(file, path, limit);
}

/**
 * Open a file.
 *
 * @param flags `O_` flags; O_RDONLY is 0.
 * @param mode Permissions of a file that is made.
 * @throws {SyscallError} When it cannot be opened.
 */
export function openFile(path: string, flags: number, mode = 0): Descriptor {
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
  using file = openFile(path, O_WRONLY | O_CLOEXEC);
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
    using file = openFile(draft, flags, 0o600);
    writeAll(file, new TextEncoder().encode(text), `write "${draft}"`);
    check(libc.rename(cString(draft), cString(path)), `rename "${draft}"`);
  } catch (error) {
    // A full disk is not to be filled with what nobody will read.
    libc.unlink(cString(draft));
    throw error;
  }
}

/**
 * Remove a file; one that is not there is no error.
 *
 * @throws {SyscallError} When it cannot be removed.
 */
export function removeFile(path: string): void {
  if (libc.unlink(cString(path)) === 0) return;
  const errno = lastErrno();
  if (errno !== ENOENT) throw new SyscallError(`remove "${path}"`, errno);
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
