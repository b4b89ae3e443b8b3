/**
 * A client that pings the virtual address all the time and knows what it lost.
 *
 * @module
 */

import type { Host } from "./lab.ts";
import type { Program } from "./program.ts";

/** One reply. */
interface Reply {
  /** Number of the ping, from 1 without a wrap. */
  readonly number: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

/** Pings in a row without a reply. */
export interface Outage {
  /** How many were lost. */
  readonly lost: number;
  /** Milliseconds since the epoch of the last reply before. */
  readonly from: number;
  /** Milliseconds since the epoch of the first reply after. */
  readonly to: number;
}

/** What the pinger saw. */
export interface PingReport {
  readonly received: number;
  /** All outages in order of time; pings after the last reply are in none. */
  readonly outages: readonly Outage[];
}

const REPLY = /^\[(\d+\.\d+)\] .* icmp_seq=(\d+) .*time=/;
const WRAP = 65_536;

/** A running ping. */
export class Pinger {
  readonly #program: Program;

  /**
   * Start to ping, every 2 ms unless told.
   *
   * @param every Milliseconds between pings, 2 or more.
   */
  constructor(
    host: Host,
    address: string,
    { every = 2 }: { readonly every?: number } = {},
  ) {
    this.#program = host.spawn([
      ...["ping", "-n", "-D", "-i", String(every / 1_000), "-s", "16"],
      address,
    ]);
  }

  /** Wait for the first reply. */
  async answered(): Promise<void> {
    await this.#program.waitFor((line) => REPLY.test(line), {
      what: "the first reply",
    });
  }

  /** Milliseconds since the epoch of the newest reply; 0 before the first. */
  lastReply(): number {
    return repliesOf(this.#program.lines.slice(-5)).at(-1)?.time ?? 0;
  }

  /** What was seen up to now. */
  report(): PingReport {
    const replies = repliesOf(this.#program.lines);
    const outages: Outage[] = [];
    for (const [i, reply] of replies.entries()) {
      const before = replies[i - 1];
      if (before === undefined) continue;
      const lost = reply.number - before.number - 1;
      if (lost > 0) outages.push({ lost, from: before.time, to: reply.time });
    }
    return { received: replies.length, outages };
  }

  /** End it and say what was seen. */
  async stop(): Promise<PingReport> {
    await this.#program.stop("SIGINT");
    return this.report();
  }
}

/** Replies in order of their numbers, each once. */
function repliesOf(lines: readonly string[]): Reply[] {
  const replies = new Map<number, Reply>();
  let newest = 0;
  for (const line of lines) {
    const [, seconds, sequence] = REPLY.exec(line) ?? [];
    if (seconds === undefined || line.includes("DUP!")) continue;
    // The nearest number to the newest one that wraps to this sequence.
    const number = Number(sequence) +
      WRAP * Math.round((newest - Number(sequence)) / WRAP);
    newest = Math.max(newest, number);
    replies.set(number, { number, time: Number(seconds) * 1_000 });
  }
  return [...replies.values()].sort((a, b) => a.number - b.number);
}
