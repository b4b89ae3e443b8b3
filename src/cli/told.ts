/**
 * What became of an order, told.
 *
 * @module
 */

import { EXIT } from "./control_error.ts";
import { printError, printOutput } from "./output.ts";
import type { Told } from "./views/orders_view.ts";

/**
 * Print it: what was done on standard output, what was refused on the other.
 *
 * @returns The exit status: 0, or 1 when anything was refused.
 */
export function tell({ done, refused }: Told): number {
  printOutput(done.map((line) => `${line}\n`).join(""));
  printError(refused.map((line) => `${line}\n`).join(""));
  return refused.length === 0 ? EXIT.ok : EXIT.failed;
}
