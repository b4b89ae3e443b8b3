/**
 * Where errors of system calls become values of the port.
 *
 * @module
 */

import { SyscallError } from "../../../ffi/libc.ts";
import { Failure } from "../port.ts";

/** The same as a value. */
export function failureOf(error: SyscallError, unanswered = false): Failure {
  const { operation, errno, code, message } = error;
  return new Failure({ operation, errno, code, message, unanswered });
}

/**
 * Call a function that the kernel may refuse.
 *
 * @returns What it returned, or the refusal; any other error passes through.
 */
export function orFailure<T>(call: () => T): T | Failure {
  try {
    return call();
  } catch (error) {
    if (error instanceof SyscallError) return failureOf(error);
    throw error;
  }
}

/**
 * Call a function of which only the refusal counts.
 *
 * @returns Null when it was not refused.
 */
export function refusal(call: () => void): Failure | null {
  return orFailure(() => {
    call();
    return null;
  });
}
