/**
 * Which configuration file a command reads.
 *
 * @module
 */

import { printError } from "./output.ts";

/** Where the configuration is when `--config` does not say: the first there. */
export const CONFIG_PATHS: readonly [string, string] = [
  "/etc/alived/config.yaml",
  "/etc/go-alived/config.yaml",
];

/**
 * The file to read. When that is the second of the default paths, a note on
 * standard error says so.
 *
 * @param given The value of `--config`, if there is one.
 * @param paths The default path and the one to fall back to.
 * @returns A path; whether the file can be read is not looked at.
 */
export function configPath(
  given: string | undefined,
  [path, fallback]: readonly [string, string] = CONFIG_PATHS,
): string {
  if (given !== undefined) return given;
  if (!isMissing(path) || isMissing(fallback)) return path;
  printError(`note: Using "${fallback}": "${path}" does not exist\n`);
  return fallback;
}

function isMissing(path: string): boolean {
  try {
    Deno.statSync(path);
    return false;
  } catch (error) {
    return error instanceof Deno.errors.NotFound;
  }
}
