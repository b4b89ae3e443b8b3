/**
 * `alived --version`.
 *
 * @module
 */

import config from "../../deno.json" with { type: "json" };

/** Version of the program, such as `0.1.0`. */
export const PROGRAM_VERSION = config.version;

/**
 * Name and version of the program, and what it runs on.
 *
 * @returns One line, like `alived 0.1.0 (deno 2.9.6, x86_64-unknown-linux-gnu)`.
 */
export function version(): string {
  return `alived ${PROGRAM_VERSION} ` +
    `(deno ${Deno.version.deno}, ${Deno.build.target})`;
}
