/**
 * Calls that the kernel may refuse without that being a bug.
 *
 * @module
 */

import { SyscallError } from "../../ffi/libc.ts";

export { SyscallError };

/**
 * Call a function.
 *
 * @returns What the kernel refused, or null; any other error passes through.
 */
export function attempt(call: () => void): SyscallError | null {
  try {
    call();
    return null;
  } catch (error) {
    if (error instanceof SyscallError) return error;
    throw error;
  }
}
