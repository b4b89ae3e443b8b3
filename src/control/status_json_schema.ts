/**
 * The schemas of answers as JSON Schema (2020-12), for those who read them with
 * programs of their own. Keys may come: none is forbidden that is not named.
 *
 * @module
 */

import type * as v from "valibot";
import { statusSchema } from "./snapshot.ts";

/** A JSON Schema. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The JSON Schema of a status. */
export function statusJsonSchema(): JsonSchema {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Status of alived",
    description: "What GET /v1/status and alived status --json say",
    ...jsonSchemaOf(statusSchema),
  };
}

/** The kinds of schemas that answers are made of. */
type Known =
  | v.ObjectSchema<v.ObjectEntries, undefined>
  | v.ArraySchema<v.GenericSchema, undefined>
  | v.NullableSchema<v.GenericSchema, undefined>
  | v.RecordSchema<
    v.GenericSchema<string, string>,
    v.GenericSchema,
    undefined
  >
  | v.PicklistSchema<readonly string[], undefined>
  | v.LiteralSchema<v.Literal, undefined>
  | v.StringSchema<undefined>
  | v.NumberSchema<undefined>
  | v.BooleanSchema<undefined>;

function jsonSchemaOf(schema: v.GenericSchema): JsonSchema {
  // Valibot knows of a schema only that it is one.
  const known = schema as unknown as Known;
  switch (known.type) {
    case "object":
      return {
        type: "object",
        required: Object.keys(known.entries),
        properties: Object.fromEntries(
          Object.entries(known.entries).map(([key, entry]) => [
            key,
            jsonSchemaOf(entry as v.GenericSchema),
          ]),
        ),
      };
    case "array":
      return { type: "array", items: jsonSchemaOf(known.item) };
    case "nullable":
      return { anyOf: [jsonSchemaOf(known.wrapped), { type: "null" }] };
    case "record":
      return {
        type: "object",
        additionalProperties: jsonSchemaOf(known.value),
      };
    case "picklist":
      return { enum: known.options };
    case "literal":
      return { const: known.literal };
    case "string":
    case "number":
    case "boolean":
      return { type: known.type };
    default:
      throw new TypeError(`No JSON Schema of a ${known satisfies never}`);
  }
}
