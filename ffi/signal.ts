/**
 * What the kernel does to this process when a signal comes (sigaction(2)),
 * past the runtime's own listeners.
 *
 * @module
 */

import { check, cString } from "./libc.ts";

const SYMBOLS = {
  // void *dlsym(void *handle, const char *name)
  dlsym: { parameters: ["pointer", "buffer"], result: "pointer" },
  // int sigaction(int signal, const struct sigaction *new,
  //               struct sigaction *old)
  sigaction: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

const { symbols } = Deno.dlopen("libc.so.6", SYMBOLS);

/** The default, which is to end the process for most signals. */
export const SIG_DFL = 0n;
/** Nothing, in programs that are started from here too. */
export const SIG_IGN = 1n;

const SA_RESTART = 0x1000_0000n;

// struct sigaction { void (*handler)(int); sigset_t mask; int flags;
// void (*restorer)(void); } with a mask of 1024 bits, in words of 8 bytes.
const WORDS = 19;
const HANDLER = 0;
const FLAGS = 17;

/**
 * The handler of a signal: an address, {@linkcode SIG_DFL} or
 * {@linkcode SIG_IGN}.
 *
 * @param signal Its number.
 * @throws {SyscallError} EINVAL for a number that is none.
 */
export function handlerOf(signal: number): bigint {
  const action = new BigUint64Array(WORDS);
  check(symbols.sigaction(signal, null, action), "read a signal's handler");
  return action[HANDLER] ?? SIG_DFL;
}

/**
 * Handle a signal from now on. Calls that it interrupts go on, where the kernel
 * can let them.
 *
 * @param signal Its number.
 * @param handler Address of a function that takes its number and may be called
 *   on any thread between any two instructions.
 * @throws {SyscallError} EINVAL for a signal that cannot be handled.
 */
export function setHandler(signal: number, handler: bigint): void {
  const action = new BigUint64Array(WORDS);
  action[HANDLER] = handler;
  action[FLAGS] = SA_RESTART;
  check(symbols.sigaction(signal, action, null), "handle a signal");
}

/**
 * The address of a function of libc.
 *
 * @throws {TypeError} When there is none of this name.
 */
export function addressOf(name: string): bigint {
  const pointer = symbols.dlsym(null, cString(name));
  if (pointer === null) throw new TypeError(`libc has no ${name}()`);
  return Deno.UnsafePointer.value(pointer);
}
