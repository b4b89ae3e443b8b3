/**
 * What a probe finds out. A service that does not answer, or not as it should,
 * is a result; only a bug, or a shortage of our own, is an exception.
 *
 * @module
 */

import { oneLine } from "../../log/one_line.ts";

/** What one run of a probe found out. */
export interface ProbeResult {
  /** Whether all was as it should be. */
  readonly ok: boolean;
  /** What was found, for people; one line. */
  readonly detail: string;
  /** The number that was read, where the probe reads one. */
  readonly value?: number;
  /** Whether it failed because its time was over; default: false. */
  readonly isLate?: boolean;
}

/** The time that a probe has. */
export interface ProbeTime {
  /** Aborted when it is over, or when nobody wants the result any more. */
  readonly signal: AbortSignal;
  /** Milliseconds from the start of the probe. */
  readonly timeout: number;
}

/**
 * What is said when a time is over.
 *
 * @param limit Milliseconds.
 */
export function tooLate(limit: number): string {
  return `No answer within ${Math.round(limit)} ms`;
}

// EAGAIN, ENOMEM, ENFILE, EMFILE: nothing to blame the service for.
const OWN_SHORTAGE = /\(os error (11|12|23|24)\)|E(AGAIN|NOMEM|[NM]FILE)\b/;

/** Whether the words of an error say that alived itself is short of something. */
export function isOwnShortage(message: string): boolean {
  return OWN_SHORTAGE.test(message);
}

/**
 * Why something outside failed: a refusal, an unreachable network, an answer
 * that breaks its protocol.
 *
 * @returns One line, or null for an error that is of our own making.
 */
export function reasonOf(error: unknown): string | null {
  if (
    !(error instanceof Error) || error instanceof TypeError ||
    error instanceof RangeError || error instanceof ReferenceError ||
    error instanceof SyntaxError || error instanceof Deno.errors.BadResource ||
    isOwnShortage(error.message)
  ) return null;
  // "(os error 111)" says nothing to those who read the words before it.
  return oneLine(error.message.replace(/ \(os error \d+\)/, ""));
}
