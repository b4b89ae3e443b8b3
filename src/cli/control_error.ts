/**
 * Why a command got no answer that it could use, and the exit status for it.
 *
 * @module
 */

/** Exit status of the commands that talk to the daemon, by cause. */
export const EXIT = {
  /** Done, or so. */
  ok: 0,
  /** Refused, not so, or the core does not answer. */
  failed: 1,
  /** Words of the command or of the configuration are wrong. */
  usage: 2,
  /** No daemon, as of a service that does not run (LSB). */
  absent: 3,
  /** Not for this user, so that nothing is known (LSB). */
  forbidden: 4,
} as const;

/** There is no answer that a command could use. */
export class ControlError extends Error {
  /** See {@linkcode EXIT}. */
  readonly exitCode: number;

  /** @param message Sentences for the operator. */
  constructor(message: string, exitCode: number) {
    super(message);
    this.name = "ControlError";
    this.exitCode = exitCode;
  }
}

/** Numbers of errors (errno). */
const ENOENT = 2;
const EACCES = 13;
const EPERM = 1;
const ENOTDIR = 20;
const ECONNREFUSED = 111;

/** What is wrong with a socket. */
export type SocketTrouble = "missing" | "refused" | "forbidden" | "other";

/**
 * Find out why a socket could not be used: the runtime says it in the message
 * of the error, or in that of one of its causes.
 */
export function troubleOf(error: unknown): SocketTrouble {
  for (let each = error; each instanceof Error; each = each.cause) {
    const number = Number(/os error (\d+)/.exec(each.message)?.[1]);
    if (number === ENOENT || number === ENOTDIR) return "missing";
    if (number === ECONNREFUSED) return "refused";
    if (number === EACCES || number === EPERM) return "forbidden";
  }
  return "other";
}
