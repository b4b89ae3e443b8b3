/**
 * `alived run`: the daemon.
 *
 * @module
 */

import { runDaemon } from "../daemon/side/side.ts";
import { defaultRunDirectory, defaultStateDirectory } from "./run_directory.ts";
import { PROGRAM_VERSION } from "./version.ts";

/** Options of `alived run`. */
export interface RunOptions {
  /** Path of the configuration. */
  readonly configPath: string;
  /** Value of `--run-directory`, if there is one. */
  readonly runDirectory: string | undefined;
  /** Value of `--state-directory`, if there is one. */
  readonly stateDirectory: string | undefined;
  /** Whether everything is logged, whatever the configuration says. */
  readonly debug: boolean;
}

/**
 * Run the daemon until a signal ends it.
 *
 * @returns The exit status.
 */
export function runCommand(options: RunOptions): Promise<number> {
  return runDaemon({
    ...options,
    version: PROGRAM_VERSION,
    runDirectory: options.runDirectory ??
      defaultRunDirectory(Deno.env.get("RUNTIME_DIRECTORY")),
    stateDirectory: options.stateDirectory ??
      defaultStateDirectory(Deno.env.get("STATE_DIRECTORY")),
  });
}
