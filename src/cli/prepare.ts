/**
 * What comes before everything else, for every command.
 *
 * @module
 */

import { takeSignals } from "../kernel/signals.ts";

/** Make this process safe from signals, and from what the environment asks. */
export function prepare(): void {
  takeSignals();
  // The runtime would move a listener of ours to where this says.
  Deno.env.delete("DENO_SERVE_ADDRESS");
}
