/**
 * Refusals in the words of Linux.
 *
 * @module
 */

import { Failure } from "../../kernel/port.ts";

const ERRNO = {
  EPERM: [1, "Operation not permitted"],
  ENOENT: [2, "No such file or directory"],
  EINTR: [4, "Interrupted system call"],
  EIO: [5, "Input/output error"],
  ENXIO: [6, "No such device or address"],
  EAGAIN: [11, "Resource temporarily unavailable"],
  ENOMEM: [12, "Cannot allocate memory"],
  EACCES: [13, "Permission denied"],
  EBUSY: [16, "Device or resource busy"],
  EEXIST: [17, "File exists"],
  ENODEV: [19, "No such device"],
  EINVAL: [22, "Invalid argument"],
  ENFILE: [23, "Too many open files in system"],
  EMFILE: [24, "Too many open files"],
  ENOSPC: [28, "No space left on device"],
  EROFS: [30, "Read-only file system"],
  EADDRNOTAVAIL: [99, "Cannot assign requested address"],
  ENETDOWN: [100, "Network is down"],
  ENETUNREACH: [101, "Network is unreachable"],
  ENOBUFS: [105, "No buffer space available"],
} as const;

/** The C name of an error number. */
export type ErrorCode = keyof typeof ERRNO;

/**
 * A refusal.
 *
 * @param operation What was tried, to complete "Cannot …".
 * @param unanswered Whether it is not known if it was done.
 */
export function refusal(
  operation: string,
  code: ErrorCode,
  unanswered = false,
): Failure {
  const [errno, words] = ERRNO[code];
  const message = `Cannot ${operation}: ${words} (${code})`;
  return new Failure({ operation, errno, code, message, unanswered });
}
