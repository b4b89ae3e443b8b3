/**
 * Makes parts of a running alived stand still.
 *
 * @module
 */

import type { Host } from "./lab.ts";
import { type Program, run } from "./program.ts";

const PIPE_CAPACITY = 65_536;

/**
 * Stop the main isolate of a process on a host dead; it is stopped when this
 * returns. The isolate runs on the first thread, the others go on.
 *
 * @param duration Milliseconds until it goes on.
 * @returns What stops it; once that has ended, the isolate runs again.
 */
export function freezeSide(
  host: Host,
  { pid }: Program,
  duration: number,
): Promise<Program> {
  return freezeThread(host, pid, duration);
}

/** Stop one thread dead, as {@link freezeSide} does with the first. */
export async function freezeThread(
  host: Host,
  tid: number,
  duration: number,
): Promise<Program> {
  const script = new URL("freeze.ts", import.meta.url).pathname;
  const freezer = host.spawn([
    ...[Deno.execPath(), "run", "-A", "--no-prompt", script],
    ...[String(tid), String(duration)],
  ]);
  await freezer.waitFor((line) => line === "frozen");
  return freezer;
}

/** A log that takes nothing. */
export interface FullLog extends Disposable {
  /** Start alived through this: it then writes its log there. */
  readonly through: readonly string[];
}

/** Make a pipe on a host that is full from the start and has no reader. */
export async function openFullLog(host: Host): Promise<FullLog> {
  const path = `${host.directory}/log`;
  await run(["mkfifo", path]);
  // Open at both ends, so that opening it does not wait for somebody.
  const pipe = await Deno.open(path, { read: true, write: true });
  await pipe.write(new Uint8Array(PIPE_CAPACITY));
  return {
    through: ["sh", "-c", 'exec "$@" 2>"$0"', path],
    [Symbol.dispose]: () => pipe.close(),
  };
}
