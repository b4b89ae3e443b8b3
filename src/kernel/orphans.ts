/**
 * Processes that are left to process 1: as the first process of a container,
 * alived is the parent of whatever its programs leave behind, and their zombies
 * stay until it has waited for them.
 *
 * @module
 */

import { reapChild } from "../../ffi/child.ts";

/** Milliseconds in which orphans that end are buried together. */
const PAUSE = 100;

/**
 * Bury orphans now and whenever a child ends, if this is process 1: a program
 * that became alived by `exec` may have left some. Children that the runtime
 * waits for are left to it: waiting for any child would take their status away.
 *
 * @param isOurs Whether the runtime waits for a process.
 */
export function buryOrphans(isOurs: (pid: number) => boolean): void {
  if (Deno.pid !== 1) return;
  let isDue = false;
  const bury = (): void => {
    if (isDue) return;
    isDue = true;
    setTimeout(() => {
      isDue = false;
      for (const pid of children()) {
        if (!isOurs(pid) && isZombie(pid)) reapChild(pid);
      }
    }, PAUSE);
  };
  Deno.addSignalListener("SIGCHLD", bury);
  bury();
}

/** Process ids of the children of all threads of this process. */
function children(): number[] {
  return Array.from(Deno.readDirSync("/proc/self/task"), ({ name }) => name)
    .flatMap((thread) => read(`/proc/self/task/${thread}/children`).split(" "))
    .filter((pid) => pid !== "")
    .map(Number);
}

function isZombie(pid: number): boolean {
  // "12 (a name with ) and blanks) Z …"
  return /^\d+ \(.*\) Z/s.test(read(`/proc/${pid}/stat`));
}

/** The text of a file of /proc; empty when its process is gone. */
function read(path: string): string {
  try {
    return Deno.readTextFileSync(path).trim();
  } catch (error) {
    if (error instanceof TypeError) throw error;
    return "";
  }
}
