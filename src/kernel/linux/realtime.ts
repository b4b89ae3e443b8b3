/**
 * Realtime scheduling for the thread that keeps the address alive.
 *
 * @module
 */

import { lockProgram, scheduleRealtime } from "../../../ffi/thread.ts";
import { attempt } from "../attempt.ts";

/** Above everything that is not realtime itself, below the kernel's threads. */
const PRIORITY = 10;

/**
 * Schedule the calling thread in real time and lock the program in memory.
 *
 * @returns What was refused, with the capability that it needs.
 */
export function becomeRealtime(): readonly string[] {
  const failures = [
    {
      failure: attempt(() => scheduleRealtime(PRIORITY)),
      needs: "CAP_SYS_NICE",
    },
    { failure: attempt(lockProgram), needs: "CAP_IPC_LOCK" },
  ];
  return failures.flatMap(({ failure, needs }) =>
    failure === null ? [] : [`${failure.message}: needs ${needs}`]
  );
}
