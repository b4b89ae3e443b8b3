/**
 * Standard error for a thread that must never wait for whoever reads it.
 *
 * @module
 */

import { cString, libc, own } from "./libc.ts";

const STDERR = 2;
const O_WRONLY = 1;
const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;
const SEEK_CUR = 1;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;

/**
 * Write a line to standard error if that takes it at once; else it is lost.
 * Others hold the same open file, so that it cannot be made nonblocking: a
 * socket is asked with each call, a pipe or terminal opened once more.
 *
 * @param line Without its line feed; longer than 4,095 bytes it may be cut.
 */
export function writeStandardError(line: string): void {
  const bytes = new TextEncoder().encode(`${line}\n`);
  const length = BigInt(bytes.length);
  if (libc.lseek(STDERR, 0n, SEEK_CUR) >= 0) {
    // A file has a position, which the others share.
    libc.write(STDERR, bytes, length);
    return;
  }
  const flags = MSG_DONTWAIT | MSG_NOSIGNAL;
  if (libc.send(STDERR, bytes, length, flags) >= 0) return;
  const again = O_WRONLY | O_NONBLOCK | O_CLOEXEC;
  using copy = own(libc.open(cString("/proc/self/fd/2"), again, 0));
  libc.write(copy.fd, bytes, length);
}
