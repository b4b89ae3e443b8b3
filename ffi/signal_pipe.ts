/**
 * The pipe by which signals reach a thread that waits for descriptors.
 *
 * @module
 */

import { check, type Descriptor, libc, own } from "./libc.ts";

const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;

const byte = new Uint8Array(1);

/**
 * Open a pipe. Both ends are nonblocking: who writes must never wait.
 *
 * @returns The reading and the writing end.
 * @throws {SyscallError} Such as EMFILE.
 */
export function openSignalPipe(): readonly [Descriptor, Descriptor] {
  const fds = new Int32Array(2);
  check(libc.pipe2(fds, O_NONBLOCK | O_CLOEXEC), "open a pipe for signals");
  return [own(fds[0] ?? -1), own(fds[1] ?? -1)];
}

/**
 * Take the number of one signal out of a pipe.
 *
 * @param fd The reading end.
 * @returns Null when there is none.
 */
export function readSignal(fd: number): number | null {
  return libc.read(fd, byte, 1n) === 1 ? byte[0] ?? null : null;
}
