/**
 * `alived names`: what shells complete.
 *
 * @module
 */

import { askStatus } from "./ask_status.ts";
import { ControlClient } from "./control_client.ts";
import { EXIT } from "./control_error.ts";
import { printOutput } from "./output.ts";
import type { Reach } from "./socket_paths.ts";

/**
 * Print the names of all instances, or of all checks, a line each.
 *
 * @returns The exit status: 0.
 * @throws {ControlError} When there is no answer, or none of use.
 */
export async function names(
  options: Reach & { readonly checks: boolean },
): Promise<number> {
  const { status } = await askStatus(new ControlClient(options));
  const named = options.checks ? status.checks : status.instances;
  printOutput(named.map(({ name }) => `${name}\n`).join(""));
  return EXIT.ok;
}
