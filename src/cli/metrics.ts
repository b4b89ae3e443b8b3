/**
 * `alived metrics`: the daemon's metrics as Prometheus reads them.
 *
 * @module
 */

import { ControlClient } from "./control_client.ts";
import { EXIT } from "./control_error.ts";
import { printOutput } from "./output.ts";
import type { Reach } from "./socket_paths.ts";

/**
 * Print all metrics, for a file of node_exporter for example.
 *
 * @returns The exit status: 0.
 * @throws {ControlError} When there is no answer, or none of use.
 */
export async function metrics(reach: Reach): Promise<number> {
  const { text } = await new ControlClient(reach).ask("/metrics");
  printOutput(text);
  return EXIT.ok;
}
