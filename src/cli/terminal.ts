/**
 * What the texts of commands are fitted to.
 *
 * @module
 */

import { columnsOf, hasColour } from "./output.ts";
import { localClock } from "./views/span.ts";
import type { Look } from "./views/style.ts";

/** What standard output is. Whoever reads a pipe gets what 80 columns take. */
export function lookOfOutput(): Look {
  return {
    width: columnsOf("stdout"),
    colour: hasColour("stdout"),
    clock: localClock,
  };
}

/** As it, with a line for each sentence where it is no terminal. */
export function lookOfLines(): Look {
  const look = lookOfOutput();
  return Deno.stdout.isTerminal() ? look : { ...look, width: Infinity };
}
