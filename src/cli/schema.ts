/**
 * `alived schema`: the configuration as JSON Schema, for editors.
 *
 * @module
 */

import { configJsonSchema } from "../config/json_schema.ts";
import { printOutput } from "./output.ts";

/**
 * Print the JSON Schema of a configuration.
 *
 * @returns The exit status: 0.
 */
export function schema(): number {
  printOutput(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
  return 0;
}
