/**
 * Files that are in memory only and have no name: how one thread hands another
 * what is too large for a datagram.
 *
 * @module
 */

import { writeAll } from "./file.ts";
import {
  check,
  cString,
  type Descriptor,
  EINTR,
  EIO,
  lastErrno,
  libc,
  own,
  SyscallError,
} from "./libc.ts";

const MFD_CLOEXEC = 1;

/**
 * Make a file of these bytes.
 *
 * @param name What /proc/self/fd shows.
 * @throws {SyscallError} Such as EMFILE or ENOMEM.
 */
export function openMemoryFile(
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
): Descriptor {
  const operation = `make a memory file of ${bytes.length} bytes`;
  const fd = check(libc.memfd_create(cString(name), MFD_CLOEXEC), operation);
  using opened = new DisposableStack();
  const file = opened.use(own(fd));
  writeAll(file, bytes, operation);
  opened.move();
  return file;
}

/**
 * Read such a file from its beginning, wherever its writer stands in it.
 *
 * @param length Bytes that it has.
 * @throws {SyscallError} EIO when it has fewer.
 */
export function readMemoryFile(
  file: Descriptor,
  length: number,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const rest = bytes.subarray(at);
    const count = libc.pread(file.fd, rest, BigInt(rest.length), BigInt(at));
    if (count < 0 && lastErrno() === EINTR) continue;
    if (count === 0) throw new SyscallError("read a memory file", EIO);
    at += check(count, "read a memory file");
  }
  return bytes;
}
