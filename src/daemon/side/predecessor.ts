/**
 * The daemon that this process is to take over from: its parent, at the other
 * end of standard input and output.
 *
 * @module
 */

import {
  type FromPredecessor,
  type FromSuccessor,
  linesOf,
  readPredecessor,
  TAKE_OVER,
} from "./hand_over_messages.ts";

/** Hears of what it says. */
export interface PredecessorListener {
  /** It said something. */
  heard(message: FromPredecessor): void;
  /** It has ended, or says no more. */
  gone(): void;
}

/** The daemon before this one. */
export class Predecessor {
  /** Its process id. */
  readonly pid: number;

  /** @param pid Its process id. */
  constructor(pid: number) {
    this.pid = pid;
  }

  /** Hear what it says, from now on. */
  async listen({ heard, gone }: PredecessorListener): Promise<void> {
    // A process that lost its parent has another one.
    if (Deno.ppid !== this.pid) return gone();
    for await (const line of linesOf(Deno.stdin.readable)) {
      const message = readPredecessor(line);
      if (message !== null) heard(message);
    }
    gone();
  }

  /** Tell it something; one that is gone is heard of elsewhere. */
  say(message: FromSuccessor): void {
    const bytes = new TextEncoder().encode(`${JSON.stringify(message)}\n`);
    try {
      // Lines are short, and the pipe is empty.
      Deno.stdout.writeSync(bytes);
    } catch (error) {
      if (error instanceof TypeError) throw error;
    }
  }
}

/** The daemon that started this process to take over from it, or null. */
export function predecessor(): Predecessor | null {
  const pid = Deno.env.get(TAKE_OVER);
  Deno.env.delete(TAKE_OVER);
  return pid === undefined ? null : new Predecessor(Number(pid));
}
