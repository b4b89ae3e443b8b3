/**
 * Program run inside a host: a master that sends its adverts on an exact grid
 * and then falls silent or resigns, again and again. It does nothing else, so
 * that all of a takeover is the backup's. Takes one JSON argument, a `Play`.
 *
 * @module
 */

import {
  AF_INET,
  IPPROTO_RAW,
  openSocket,
  send,
  setOption,
  SO_BINDTODEVICE,
  SOCK_RAW,
  sockaddrIn,
  SOL_SOCKET,
} from "../../ffi/socket.ts";

/** What the master does. */
export interface Play {
  /** Milliseconds between two adverts. */
  readonly interval: number;
  /** Of each virtual router its advert, with its IP header, in hex. */
  readonly adverts: readonly string[];
  /** The same with priority 0. */
  readonly resignations: readonly string[];
  /** It lives until this file exists; then the first act begins. */
  readonly cue: string;
  readonly acts: readonly Act[];
}

/** A life of the master. */
export interface Act {
  /** How many adverts it sends, one an interval. */
  readonly adverts: number;
  /** Whether it resigns at the end; else it is silent as the dead are. */
  readonly resigns: boolean;
  /** Milliseconds of silence after that. */
  readonly pause: number;
}

const CLOCK_MONOTONIC = 1;
const TIMER_ABSTIME = 1;
const MULTICAST = new Uint8Array([224, 0, 0, 18]);

const { symbols: libc } = Deno.dlopen("libc.so.6", {
  // int clock_gettime(clockid_t, struct timespec *)
  clock_gettime: { parameters: ["i32", "buffer"], result: "i32" },
  // int clock_nanosleep(clockid_t, int flags, const struct timespec *, void *)
  clock_nanosleep: {
    parameters: ["i32", "i32", "buffer", "pointer"],
    result: "i32",
  },
});

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(
    (hex.match(/../g) ?? []).map((pair) => parseInt(pair, 16)),
  );
}

/** Sleeps to points of a grid that its own delays do not move. */
class Grid {
  #next: bigint;

  constructor() {
    const time = new BigInt64Array(2);
    libc.clock_gettime(CLOCK_MONOTONIC, time);
    this.#next = (time[0] ?? 0n) * 1_000_000_000n + (time[1] ?? 0n);
  }

  sleep(milliseconds: number): void {
    this.#next += BigInt(milliseconds) * 1_000_000n;
    const time = new BigInt64Array([
      this.#next / 1_000_000_000n,
      this.#next % 1_000_000_000n,
    ]);
    libc.clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, time, null);
  }
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function perform({ interval, cue, acts, ...hex }: Play): void {
  const socket = openSocket(AF_INET, SOCK_RAW, IPPROTO_RAW, "open a socket");
  setOption(
    ...[socket, SOL_SOCKET, SO_BINDTODEVICE] as const,
    new TextEncoder().encode("eth0\0"),
  );
  const to = sockaddrIn(MULTICAST);
  const sendAll = (all: readonly Uint8Array<ArrayBuffer>[]): void => {
    for (const bytes of all) send(socket, bytes, to, "send an advert");
  };
  const alive = hex.adverts.map(bytesOf);
  const resigned = hex.resignations.map(bytesOf);
  const grid = new Grid();
  while (!isThere(cue)) {
    sendAll(alive);
    grid.sleep(interval);
  }
  for (const act of acts) {
    for (let i = 0; i < act.adverts; i++) {
      sendAll(alive);
      if (i + 1 < act.adverts || act.resigns) grid.sleep(interval);
    }
    if (act.resigns) sendAll(resigned);
    grid.sleep(act.pause);
  }
}

if (import.meta.main) perform(JSON.parse(Deno.args[0] ?? ""));
