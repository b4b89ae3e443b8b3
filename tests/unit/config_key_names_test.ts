import { deepStrictEqual } from "node:assert/strict";
import { configJsonSchema } from "../../src/config/json_schema.ts";
import { keyNames } from "../../src/config/schema/key_names.ts";

/** Names of the properties in a JSON Schema, wherever they stand. */
function* propertiesIn(part: unknown): Generator<string> {
  if (typeof part !== "object" || part === null) return;
  for (const [keyword, value] of Object.entries(part)) {
    if (keyword === "properties" && typeof value === "object" && value) {
      yield* Object.keys(value);
    }
    yield* propertiesIn(value);
  }
}

Deno.test("keyNames() has every key that editors are told of", () => {
  const names = new Set(propertiesIn(configJsonSchema()));
  deepStrictEqual([...keyNames()].sort(), [...names].sort());
});
