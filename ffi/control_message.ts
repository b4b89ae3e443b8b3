/**
 * Control messages: what the kernel says of a datagram beside its bytes
 * (cmsg(3)).
 *
 * @module
 */

import { SO_TIMESTAMPNS, SOL_SOCKET } from "./socket.ts";

/** Bytes for all control messages of one datagram. */
export const CONTROL_SIZE = 128;

// struct cmsghdr { size_t len /* with this header */; int level, type; }
const HEADER_SIZE = 16;
const LEVEL_OFFSET = 8;
const TYPE_OFFSET = 12;
// struct timespec { int64_t seconds, nanoseconds; }
const NANOSECONDS_OFFSET = 8;
const TIMESPEC_SIZE = 16;

/**
 * Find when the kernel got a datagram.
 *
 * @param control Control messages.
 * @param start Where those of the datagram begin.
 * @param length Their bytes.
 * @returns Milliseconds of CLOCK_REALTIME with a fraction, exact to a quarter
 *   of a microsecond, or null where they do not say.
 */
export function stampIn(
  control: DataView,
  start: number,
  length: number,
): number | null {
  const end = start + length;
  for (let at = start; at + HEADER_SIZE <= end;) {
    const size = control.getUint32(at, true);
    if (size < HEADER_SIZE || at + size > end) return null;
    if (
      control.getInt32(at + LEVEL_OFFSET, true) === SOL_SOCKET &&
      control.getInt32(at + TYPE_OFFSET, true) === SO_TIMESTAMPNS &&
      size === HEADER_SIZE + TIMESPEC_SIZE
    ) return milliseconds(control, at + HEADER_SIZE);
    // Each begins at a multiple of 8.
    at += size + 7 & ~7;
  }
  return null;
}

/** Without bigint, which would be one more thing to make for each datagram. */
function milliseconds(control: DataView, at: number): number {
  const seconds = control.getInt32(at + 4, true) * 2 ** 32 +
    control.getUint32(at, true);
  const nanoseconds = control.getUint32(at + NANOSECONDS_OFFSET, true);
  return seconds * 1000 + nanoseconds / 1e6;
}
