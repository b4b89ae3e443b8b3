/**
 * What the kernel does for the children of a process: the capabilities that
 * they inherit, and the end of those that nobody waits for.
 *
 * @module
 */

import { check, libc } from "./libc.ts";

/** _LINUX_CAPABILITY_VERSION_3: two sets of 32 capabilities each. */
const CAPABILITY_VERSION = 0x2008_0522;
/** Effective, permitted and inheritable, twice (struct __user_cap_data). */
const DATA_WORDS = 6;
const INHERITABLE = [2, 5];
const WNOHANG = 1;

/**
 * Let the children of the calling thread inherit no capability: its inheritable
 * set is emptied, and the ambient one with it (capabilities(7)). Those that it
 * has itself stay.
 *
 * @throws {SyscallError} When the kernel refuses.
 */
export function clearInheritableCapabilities(): void {
  const header = new Uint32Array([CAPABILITY_VERSION, 0]);
  const data = new Uint32Array(DATA_WORDS);
  check(libc.capget(header, data), "read the capabilities of this thread");
  for (const word of INHERITABLE) data[word] = 0;
  check(libc.capset(header, data), "give up inheritable capabilities");
}

/**
 * Take the exit status of one child that has ended, which ends its zombie.
 *
 * @param pid Process id of the child, 1 or more: never any child.
 */
export function reapChild(pid: number): void {
  if (pid < 1) throw new RangeError(`Cannot wait for process ${pid}`);
  // One that is gone already is no error.
  libc.waitpid(pid, null, WNOHANG);
}
