/**
 * How the calling thread is scheduled, and whether memory may be swapped out.
 *
 * @module
 */

import { check, libc } from "./libc.ts";

const SCHED_RR = 2;
const SCHED_RESET_ON_FORK = 0x4000_0000;
const MCL_CURRENT = 1;
const MCL_FUTURE = 2;
const MCL_ONFAULT = 4;

/**
 * Schedule the calling thread, and no other, round robin in real time.
 *
 * @param priority 1 to 99.
 * @throws {SyscallError} EPERM without CAP_SYS_NICE.
 */
export function scheduleRealtime(priority: number): void {
  check(
    libc.sched_setscheduler(
      0,
      SCHED_RR | SCHED_RESET_ON_FORK,
      new Int32Array([priority]),
    ),
    "schedule in real time",
  );
}

/**
 * Keep the pages of this process in memory once they are used. Locking them
 * all at once would make V8's reserved heap resident.
 *
 * @throws {SyscallError} EPERM or ENOMEM without CAP_IPC_LOCK.
 */
export function lockMemory(): void {
  check(
    libc.mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT),
    "lock memory",
  );
}
