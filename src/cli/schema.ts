/**
 * `alived schema`: the configuration as JSON Schema, for editors, or a status,
 * for programs that read it.
 *
 * @module
 */

import { configJsonSchema } from "../config/json_schema.ts";
import { statusJsonSchema } from "../control/status_json_schema.ts";
import { printOutput } from "./output.ts";

/** The text of the JSON Schema of a configuration. */
export function schemaText(): string {
  return `${JSON.stringify(configJsonSchema(), null, 2)}\n`;
}

/**
 * Print the JSON Schema of a configuration.
 *
 * @param ofStatus Whether to print that of a status in its place.
 * @returns The exit status: 0.
 */
export function schema(ofStatus: boolean): number {
  printOutput(
    ofStatus
      ? `${JSON.stringify(statusJsonSchema(), null, 2)}\n`
      : schemaText(),
  );
  return 0;
}
