/**
 * A signal handler of a few instructions of machine code: JavaScript cannot run
 * in one, and the runtime's listeners wait for an isolate that may be busy. It
 * uses nothing but its own stack, calls the kernel only, and leaves errno alone.
 *
 * @module
 */

import { check } from "./libc.ts";

const SYMBOLS = {
  // void *memcpy(void *to, const void *from, size_t count)
  memcpy: { parameters: ["pointer", "buffer", "usize"], result: "pointer" },
  // void *mmap(void *addr, size_t len, int prot, int flags, int fd, off_t at)
  mmap: {
    parameters: ["pointer", "usize", "i32", "i32", "i32", "i64"],
    result: "pointer",
  },
  // int mprotect(void *addr, size_t len, int prot)
  mprotect: { parameters: ["pointer", "usize", "i32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

const { symbols } = Deno.dlopen("libc.so.6", SYMBOLS);

const PROT_READ = 1;
const PROT_WRITE = 2;
const PROT_EXEC = 4;
const MAP_PRIVATE = 2;
const MAP_ANONYMOUS = 0x20;
const MAP_FAILED = 0xffff_ffff_ffff_ffffn;

/** What this program runs on; alived knows no other. */
export type Architecture = typeof Deno.build.arch;

/**
 * Code of a handler that writes the number of its signal, one byte, to a
 * descriptor: `write(fd, &signal, 1)`.
 *
 * @param fd Nonblocking, or a signal could stop the thread that it came to.
 */
export function writerCode(
  fd: number,
  arch: Architecture,
): Uint8Array<ArrayBuffer> {
  if (arch === "x86_64") {
    return new Uint8Array([
      ...[0xf3, 0x0f, 0x1e, 0xfa], // endbr64
      0x57, // push rdi
      ...[0x48, 0x89, 0xe6], // mov rsi, rsp
      ...[0xbf, ...word(fd)], // mov edi, fd
      ...[0xba, ...word(1)], // mov edx, 1
      ...[0xb8, ...word(1)], // mov eax, SYS_write
      ...[0x0f, 0x05], // syscall
      0x5f, // pop rdi
      0xc3, // ret
    ]);
  }
  return instructions(
    0xd503245f, // bti c
    0xf81f0fe0, // str x0, [sp, #-16]!
    0x910003e1, // mov x1, sp
    0x52800000 | (fd & 0xffff) << 5, // movz w0, fd
    0x72a00000 | fd >>> 16 << 5, // movk w0, fd >> 16, lsl 16
    0xd2800022, // mov x2, 1
    0xd2800808, // mov x8, SYS_write
    0xd4000001, // svc 0
    0x910043ff, // add sp, sp, 16
    0xd65f03c0, // ret
  );
}

function word(value: number): number[] {
  return [...new Uint8Array(new Uint32Array([value]).buffer)];
}

function instructions(...words: readonly number[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new Uint32Array(words).buffer);
}

/**
 * Put code where it can be run. It stays as long as the process.
 *
 * @returns Its address.
 * @throws {SyscallError} Where the system lets no memory become code.
 */
export function loadCode(code: Uint8Array<ArrayBuffer>): bigint {
  const length = BigInt(code.length);
  const page = symbols.mmap(
    ...[null, length, PROT_READ | PROT_WRITE] as const,
    ...[MAP_PRIVATE | MAP_ANONYMOUS, -1, 0n] as const,
  );
  const address = Deno.UnsafePointer.value(page);
  if (page === null || address === MAP_FAILED) {
    check(-1, "map memory for a signal handler");
    throw new TypeError("mmap() gave null");
  }
  symbols.memcpy(page, code, length);
  // The kernel makes the instruction cache see what was written.
  check(
    symbols.mprotect(page, length, PROT_READ | PROT_EXEC),
    "make a signal handler executable",
  );
  return address;
}
