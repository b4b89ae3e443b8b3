/**
 * How lives of a daemon end, by chance: which signals, and when.
 *
 * @module
 */

import { happens, pick, type Prng, whole } from "../../src/sim/prng.ts";

/** A signal, and when it comes. */
export interface Strike {
  readonly signal: Deno.Signal;
  /**
   * Milliseconds since the strike before it, or since the life's `from`; as
   * much longer as a start takes longer than {@link START} until that is over.
   */
  readonly after: number;
}

/** One life. */
export interface Fate {
  /**
   * What the first strike is counted from: `met` is when the daemons of all
   * hosts have started.
   */
  readonly from: "spawn" | "started" | "met";
  /** The last one ends it, unless one before it did. */
  readonly strikes: readonly Strike[];
  /** Milliseconds until the next life. */
  readonly pause: number;
}

/** What ends a daemon in order. */
const ORDERLY = ["SIGTERM", "SIGINT", "SIGQUIT"] as const;

/**
 * What may end a daemon: the runtime's own handlers look whether it is a stack
 * that overflowed, and only when it comes again it is fatal.
 */
export const DOUBTFUL = ["SIGSEGV", "SIGBUS"] as const;

/** What nothing can be done about, or should: it is dead at once. */
export const FATAL = [
  "SIGKILL",
  "SIGABRT",
  "SIGILL",
  "SIGFPE",
  "SIGTRAP",
  "SIGSYS",
] as const;

/** What would end a process by default, and does not end a daemon. */
const HARMLESS = [
  "SIGHUP",
  "SIGUSR1",
  "SIGUSR2",
  "SIGPIPE",
  "SIGALRM",
  "SIGSTKFLT",
  "SIGXCPU",
  "SIGXFSZ",
  "SIGVTALRM",
  "SIGPROF",
  "SIGIO",
  "SIGPWR",
] as const;

/** Milliseconds in which a start is done on an idle machine. */
export const START = 500;
/** Milliseconds in which a takeover at 100 ms is over. */
const TAKEOVER = 600;
/** Milliseconds of a stop. */
const STOP = 40;

/** Whether a signal is one of a list. */
export function isOneOf(
  signals: readonly Deno.Signal[],
  signal: Deno.Signal,
): boolean {
  return signals.includes(signal);
}

/** Draw a life. */
export function drawFate(prng: Prng): Fate {
  const from: Fate["from"] = pick(
    prng,
    ["spawn", "spawn", "started", "met", "met"] as const,
  );
  const first: Strike = {
    signal: drawSignal(prng),
    after: whole(prng, 0, from === "spawn" ? START : TAKEOVER),
  };
  const pause = whole(prng, 0, TAKEOVER);
  if (isOneOf(FATAL, first.signal)) return { from, strikes: [first], pause };
  if (!isOneOf(ORDERLY, first.signal)) {
    const last: Strike = {
      signal: pick(prng, [...ORDERLY, "SIGKILL"]),
      after: whole(prng, 0, TAKEOVER),
    };
    return { from, strikes: [first, last], pause };
  }
  if (happens(prng, 0.5)) return { from, strikes: [first], pause };
  const second = { signal: drawSignal(prng), after: whole(prng, 0, STOP) };
  return { from, strikes: [first, second], pause };
}

/** A third of them SIGKILL, a third in order, a third anything. */
function drawSignal(prng: Prng): Deno.Signal {
  const any = [...FATAL, ...DOUBTFUL, ...ORDERLY, ...HARMLESS] as const;
  return pick(prng, [
    "SIGKILL",
    pick(prng, [...ORDERLY]),
    pick(prng, [...any]),
  ]);
}
