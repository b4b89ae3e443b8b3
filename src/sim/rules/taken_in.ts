/**
 * When a core takes in a message of its side: one that has handed over reads
 * what comes, and keeps it until it serves again.
 *
 * @module
 */

import type { Process } from "../process.ts";

/**
 * Hear of messages when they are taken in.
 *
 * @returns To be called when they are read.
 */
export function whenTakenIn(
  process: Process,
  takes: (message: unknown) => void,
): (message: unknown) => void {
  return (message) => {
    const { core } = process;
    if (core?.part !== "handed_over") return takes(message);
    const { deferred } = core;
    if (Object.hasOwn(deferred, "shift")) return;
    deferred.shift = (): unknown => {
      const taken: unknown = Array.prototype.shift.call(deferred);
      if (taken !== undefined) takes(taken);
      return taken;
    };
  };
}
