/**
 * What signals do to this process. None of them may end it with its addresses
 * left behind, none may open the runtime's debugger, and those that ask for
 * something must be heard whatever the main isolate is doing.
 *
 * Nothing is ever ignored (SIG_IGN): scripts would inherit that, and their
 * `trap` would do nothing. A handler is reset when a program is started.
 *
 * @module
 */

import {
  addressOf,
  handlerOf,
  setHandler,
  SIG_DFL,
  SIG_IGN,
} from "../../ffi/signal.ts";
import { loadCode, writerCode } from "../../ffi/signal_code.ts";
import { openSignalPipe } from "../../ffi/signal_pipe.ts";
import { attempt, type SyscallError } from "./attempt.ts";

const SIGHUP = 1;
const SIGINT = 2;
const SIGQUIT = 3;
const SIGUSR1 = 10;
const SIGUSR2 = 12;
const SIGALRM = 14;
const SIGTERM = 15;
const SIGSTKFLT = 16;
const SIGXCPU = 24;
const SIGXFSZ = 25;
const SIGVTALRM = 26;
const SIGPROF = 27;
const SIGIO = 29;
const SIGPWR = 30;
const SIGRTMIN = 34;
const SIGRTMAX = 64;

/** Signals that the core is to hear, past the main isolate. */
const PIPED: readonly number[] = [SIGTERM, SIGINT, SIGQUIT, SIGUSR2];

/**
 * Signals that end a process by default and that nobody here uses.
 *
 * Not these: what the processor or the kernel says of a fault (ILL, TRAP, BUS,
 * FPE, SEGV, SYS), since the code that is at fault would go on or be tried
 * again for ever; ABRT, by which a service manager ends a daemon that hangs;
 * PIPE and CHLD, which are the runtime's; KILL and what stops and continues.
 */
const UNUSED: readonly number[] = [
  ...[SIGALRM, SIGSTKFLT, SIGXCPU, SIGXFSZ, SIGVTALRM, SIGPROF, SIGIO, SIGPWR],
  ...Array.from({ length: SIGRTMAX - SIGRTMIN + 1 }, (_, i) => SIGRTMIN + i),
];

/** A function that only looks something up, and is safe in a handler. */
const nothing = addressOf("getppid");

/** The pipe of the signals, or why there is none; null before the start. */
let pipe: number | SyscallError | null = null;

/** Hears a signal from the start on, for whoever listens later. */
class Ear {
  #listener: (() => void) | null = null;
  #isOwed = false;

  /** Whether the signal came while nobody listened. */
  get isOwed(): boolean {
    return this.#isOwed;
  }

  /** The signal came. */
  readonly hear = (): void => {
    if (this.#listener === null) this.#isOwed = true;
    else this.#listener();
  };

  /** Tell of it from now on; of what came before, once. */
  tell(listener: () => void): void {
    this.#listener = listener;
    if (this.#isOwed) listener();
    this.#isOwed = false;
  }
}

/** Signals that ask something of the side. */
export type AskingSignal = "SIGHUP" | "SIGTERM" | "SIGINT" | "SIGQUIT";

const ears: Readonly<Record<AskingSignal, Ear>> = {
  SIGHUP: new Ear(),
  SIGTERM: new Ear(),
  SIGINT: new Ear(),
  SIGQUIT: new Ear(),
};
const ASKING = Object.keys(ears) as AskingSignal[];

/**
 * Take the signals: from here on none ends this process that is not there to
 * stop it, and none opens the runtime's debugger. To be called before anything
 * else is done, for every command.
 */
export function takeSignals(): void {
  // Before the runtime listens to any: it calls the handler that it finds when
  // it begins to, so that both hear.
  pipe = openPipe();
  // All at once: with the first listener of any the runtime handles HUP, TERM
  // and INT, and ends the process by one that nobody listens to.
  for (const signal of ASKING) {
    Deno.addSignalListener(signal, ears[signal].hear);
  }
  // Half a second after its start Deno, from 2.9.2 on, listens to USR1 to open
  // its debugger. It sets the handler of a signal once, however many listen, so
  // that one put in its place afterwards stays and keeps it out.
  const listener = (): void => {};
  Deno.addSignalListener("SIGUSR1", listener);
  Deno.removeSignalListener("SIGUSR1", listener);
  setHandler(SIGUSR1, nothing);
  for (const signal of UNUSED) {
    const handler = tryHandlerOf(signal);
    if (handler !== SIG_DFL && handler !== SIG_IGN) continue;
    attempt(() => setHandler(signal, nothing));
  }
}

function openPipe(): number | SyscallError {
  let fd = -1;
  const failure = attempt(() => {
    const [reader, writer] = openSignalPipe();
    const handler = loadCode(writerCode(writer.fd, Deno.build.arch));
    for (const signal of PIPED) setHandler(signal, handler);
    fd = reader.fd;
  });
  if (failure !== null) attempt(() => setHandler(SIGUSR2, nothing));
  return failure ?? fd;
}

/** Null for a number that the kernel or libc keeps to itself. */
function tryHandlerOf(signal: number): bigint | null {
  let handler: bigint | null = null;
  attempt(() => {
    handler = handlerOf(signal);
  });
  return handler;
}

/**
 * For a command that may be ended at any time: the defaults again, but USR1. It
 * ends here by a signal that has come already.
 */
export function freeSignals(): void {
  for (const signal of ASKING) {
    Deno.removeSignalListener(signal, ears[signal].hear);
  }
  for (const signal of [SIGHUP, ...PIPED, ...UNUSED]) {
    attempt(() => setHandler(signal, SIG_DFL));
  }
  for (const signal of ASKING) {
    if (ears[signal].isOwed) Deno.kill(Deno.pid, signal);
  }
}

/**
 * Descriptor of a pipe of signal numbers, a byte each: TERM, INT, QUIT and USR2
 * since {@linkcode takeSignals}, whatever any thread is doing. Listeners of the
 * runtime hear them too. It stays open as long as the process.
 *
 * @returns Why there is none, where the system lets no memory become code.
 */
export function signalPipe(): number | SyscallError {
  if (pipe === null) throw new TypeError("The signals were not taken");
  return pipe;
}

/** Hear of a signal from now on, alone; of those that came before, once. */
export function listenToSignal(
  signal: AskingSignal,
  listener: () => void,
): void {
  ears[signal].tell(listener);
}

/**
 * Make sure that USR1 does nothing still.
 *
 * @returns Whether it did; what somebody else put there is replaced.
 */
export function keepQuiet(): boolean {
  if (handlerOf(SIGUSR1) === nothing) return true;
  setHandler(SIGUSR1, nothing);
  return false;
}
