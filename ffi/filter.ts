/**
 * Classic BPF filters on sockets: the kernel drops what they refuse before
 * this process wakes up for it.
 *
 * @module
 */

import type { Descriptor } from "./libc.ts";
import { setOption, SOL_SOCKET } from "./socket.ts";

const SO_ATTACH_FILTER = 26;
const INSTRUCTION_SIZE = 8;
const FPROG_SIZE = 16;

/** One instruction: struct sock_filter { code, jt, jf, k }. */
export type Instruction = readonly [
  code: number,
  jumpTrue: number,
  jumpFalse: number,
  operand: number,
];

/**
 * Attach a filter; it holds for what arrives from now on.
 *
 * @throws {SyscallError} EINVAL when the program is no valid filter.
 */
export function attachFilter(
  socket: Descriptor,
  program: readonly Instruction[],
): void {
  // struct sock_fprog { unsigned short len; struct sock_filter *filter; }, and
  // behind it what it points to: one buffer lives for as long as the call.
  const buffer = new ArrayBuffer(
    FPROG_SIZE + program.length * INSTRUCTION_SIZE,
  );
  const view = new DataView(buffer);
  const pointer = Deno.UnsafePointer.value(Deno.UnsafePointer.of(buffer));
  view.setUint16(0, program.length, true);
  view.setBigUint64(8, pointer + BigInt(FPROG_SIZE), true);
  for (const [i, [operation, jt, jf, operand]] of program.entries()) {
    const at = FPROG_SIZE + i * INSTRUCTION_SIZE;
    view.setUint16(at, operation, true);
    view.setUint8(at + 2, jt);
    view.setUint8(at + 3, jf);
    view.setUint32(at + 4, operand, true);
  }
  const fprog = new Uint8Array(buffer, 0, FPROG_SIZE);
  setOption(socket, SOL_SOCKET, SO_ATTACH_FILTER, fprog);
}
