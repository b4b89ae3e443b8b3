/**
 * `alived checks`: health checks and their last results.
 *
 * @module
 */

import { didYouMean } from "../config/suggest.ts";
import { askStatus } from "./ask_status.ts";
import { ControlClient } from "./control_client.ts";
import { ControlError, EXIT } from "./control_error.ts";
import { printOutput } from "./output.ts";
import type { Reach } from "./socket_paths.ts";
import { lookOfOutput } from "./terminal.ts";
import { checksView, checkView } from "./views/checks_view.ts";

/** Options of `alived checks`. */
export interface ChecksOptions extends Reach {
  /** Name of a check, if only that is of interest. */
  readonly check: string | undefined;
  /** Whether to print JSON. */
  readonly json: boolean;
}

/**
 * Print all checks, or one with its last results.
 *
 * @returns The exit status: 0.
 * @throws {ControlError} When there is no answer, or no such check.
 */
export async function checks(options: ChecksOptions): Promise<number> {
  const { check: name, json } = options;
  const { status } = await askStatus(new ControlClient(options));
  const { time } = status;
  const shown = name === undefined
    ? status.checks
    : status.checks.filter((each) => each.name === name);
  const [only] = shown;
  if (name !== undefined && only === undefined) {
    const known = status.checks.map((each) => each.name);
    throw new ControlError(
      `There is no check "${name}"${didYouMean(name, known)}`,
      EXIT.usage,
    );
  }
  const look = lookOfOutput();
  const lines = json
    ? [JSON.stringify({ checks: shown }, null, 2)]
    : name !== undefined && only !== undefined
    ? checkView(only, time, look)
    : checksView(shown, time, look);
  printOutput(`${lines.join("\n")}\n`);
  return EXIT.ok;
}
