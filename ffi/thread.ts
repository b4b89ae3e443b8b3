/**
 * How the calling thread is scheduled, and what may be swapped out.
 *
 * @module
 */

import { readFile } from "./file.ts";
import { check, libc } from "./libc.ts";

const SCHED_RR = 2;
const SCHED_RESET_ON_FORK = 0x4000_0000;
const MLOCK_ONFAULT = 1;

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
 * Keep the program and its libraries in memory, page by page as they are used.
 *
 * Only what is mapped from files: V8 gives pages of its heap back by
 * madvise(MADV_DONTNEED), which the kernel refuses for locked memory, and V8
 * takes that for a fatal error. So mlockall() is not for this process.
 *
 * @throws {SyscallError} EPERM or ENOMEM without CAP_IPC_LOCK.
 */
export function lockProgram(): void {
  for (const line of readFile("/proc/self/maps").split("\n")) {
    const [, start, end] = FILE_MAPPING.exec(line) ?? [];
    if (start === undefined || end === undefined) continue;
    const from = BigInt(`0x${start}`);
    const length = BigInt(`0x${end}`) - from;
    check(
      libc.mlock2(from, length, MLOCK_ONFAULT),
      "lock the program in memory",
    );
  }
}

/** A line such as `7f00-7f08 r-xp 00000000 08:01 42 /usr/lib/libc.so.6`. */
const FILE_MAPPING = /^([0-9a-f]+)-([0-9a-f]+) \S+ \S+ \S+ \S+ +\/(?!dev\/)/;
