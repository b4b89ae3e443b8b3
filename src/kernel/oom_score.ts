/**
 * How soon the kernel ends a process when memory runs out. A service manager
 * makes alived one of the last; the programs that it starts inherit that and
 * are no reason to end anybody else instead of them.
 *
 * @module
 */

const PATH = "/proc/self/oom_score_adj";
const ORDINARY = "0";

/**
 * Start a program that inherits the score of an ordinary process. For the
 * moment of the start this process has it too: a child of another user could
 * not be given it afterwards without more capabilities, and might have children
 * of its own by then.
 *
 * @param start Starts the program before it returns.
 * @param file Where the kernel has the score of this process.
 */
export function withOrdinaryOomScore<T>(start: () => T, file = PATH): T {
  const own = protectedScore(file);
  if (own === null) return start();
  Deno.writeTextFileSync(file, ORDINARY);
  try {
    return start();
  } finally {
    Deno.writeTextFileSync(file, own);
  }
}

/** Our score, where it is a better one that can be had back; else null. */
function protectedScore(file: string): string | null {
  try {
    const own = Deno.readTextFileSync(file).trim();
    if (!own.startsWith("-")) return null;
    // Refused when it was given by who had more power than we have.
    Deno.writeTextFileSync(file, own);
    return own;
  } catch (error) {
    if (error instanceof TypeError) throw error;
    return null;
  }
}
