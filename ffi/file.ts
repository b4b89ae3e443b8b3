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
  lastErrno,
  libc,
  own,
  SyscallError,
} from "./libc.ts";

const O_WRONLY = 1;
const O_RDWR = 2;
const O_CREAT = 0o100;
const O_TRUNC = 0o1000;
const O_NOFOLLOW = 0o400000;
const O_CLOEXEC = 0o2000000;
const LOCK_EX = 2;
const LOCK_NB = 4;
const CHUNK = 4096;

/**
 * Read a file as UTF-8.
 *
 * @throws {SyscallError} When it cannot be opened or read.
 */
export function readFile(path: string): string {
  const fd = check(libc.open(cString(path), O_CLOEXEC, 0), `open "${path}"`);
  try {
    const chunk = new Uint8Array(CHUNK);
    const decoder = new TextDecoder();
    let text = "";
    for (;;) {
      const count = check(
        libc.read(fd, chunk, BigInt(CHUNK)),
        `read "${path}"`,
      );
      if (count === 0) return text + decoder.decode();
      text += decoder.decode(chunk.subarray(0, count), { stream: true });
    }
  } finally {
    libc.close(fd);
  }
}

/**
 * Write a file in place, as /proc/sys wants it.
 *
 * @throws {SyscallError} When it cannot be opened or written.
 */
export function writeFile(path: string, text: string): void {
  writeBytes(path, O_WRONLY | O_CLOEXEC, text);
}

/**
 * Replace a file whole: a reader sees the old text or the new, never a part.
 *
 * @throws {SyscallError} When it cannot be written or renamed.
 */
export function replaceFile(path: string, text: string): void {
  const draft = `${path}.new`;
  const flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC;
  writeBytes(draft, flags, text);
  check(libc.rename(cString(draft), cString(path)), `rename "${draft}"`);
}

function writeBytes(path: string, flags: number, text: string): void {
  const fd = check(libc.open(cString(path), flags, 0o600), `open "${path}"`);
  try {
    const bytes = new TextEncoder().encode(text);
    check(libc.write(fd, bytes, BigInt(bytes.length)), `write "${path}"`);
  } finally {
    libc.close(fd);
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
  const flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC;
  const fd = check(libc.open(cString(path), flags, 0o644), `open "${path}"`);
  if (libc.flock(fd, LOCK_EX | LOCK_NB) < 0) {
    const errno = lastErrno();
    libc.close(fd);
    if (errno === EAGAIN) return null;
    throw new SyscallError(`lock "${path}"`, errno);
  }
  check(libc.ftruncate(fd, 0n), `truncate "${path}"`);
  const bytes = new TextEncoder().encode(text);
  check(libc.write(fd, bytes, BigInt(bytes.length)), `write "${path}"`);
  return own(fd);
}
