/**
 * `alived cleanup`: what a daemon that was killed left behind goes.
 *
 * @module
 */

import { cleanUp } from "../daemon/side/clean_up.ts";
import { printError, printOutput } from "./output.ts";
import { defaultRunDirectory } from "./run_directory.ts";

/**
 * Clean up, and say what was done.
 *
 * @param runDirectory Value of `--run-directory`, if there is one.
 * @returns The exit status: 0 when nothing is left or a daemon lives, else 1.
 */
export function cleanup(runDirectory: string | undefined): number {
  const { done, problems, isClean } = cleanUp({
    runDirectory: runDirectory ??
      defaultRunDirectory(Deno.env.get("RUNTIME_DIRECTORY")),
  });
  for (const line of done) printOutput(`${line}\n`);
  for (const line of problems) printError(`${line}\n`);
  return isClean ? 0 : 1;
}
