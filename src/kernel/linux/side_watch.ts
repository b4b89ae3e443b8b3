/**
 * The end of a process whose side may stand still.
 *
 * @module
 */

import { exitNow } from "../../../ffi/libc.ts";

/** Milliseconds between two looks. */
const STEP = 50;
/** Looks without a sign of life after which the process is ended: 300 ms. */
const LOOKS = 6;

/**
 * When all is done that the core is for, stay until the side ends the process:
 * it has notifications and lines of the log to get rid of. A side that shows no
 * sign of life never will, so the process is ended at once.
 *
 * @param word Changed by the side while it lives.
 * @param code Exit status.
 */
export function outlastSide(word: Int32Array, code: number): never {
  // Counted in looks, not by the clock: after a pause of the whole process the
  // side gets its turn before it is judged.
  let seen = Atomics.load(word, 0);
  for (let looks = 0; looks < LOOKS;) {
    Atomics.wait(word, 0, seen, STEP);
    const now = Atomics.load(word, 0);
    looks = now === seen ? looks + 1 : 0;
    seen = now;
  }
  exitNow(code);
}
