/**
 * `alived schema`: the configuration as JSON Schema, for editors.
 *
 * @module
 */

import { configJsonSchema } from "../config/json_schema.ts";
import { printOutput } from "./output.ts";

/** The text of the JSON Schema of a configuration. */
export function schemaText(): string {
  return `${JSON.stringify(configJsonSchema(), null, 2)}\n`;
}

/**
 * Print the JSON Schema of a configuration.
 *
 * @returns The exit status: 0.
 */
export function schema(): number {
  printOutput(schemaText());
  return 0;
}
