import { deepStrictEqual, ok } from "node:assert/strict";
import { Ajv2020 } from "ajv/dist/2020.js";
import { statusJsonSchema } from "../../src/control/status_json_schema.ts";
import { backup, check, heard, peer, status } from "../lab/control_example.ts";

const FULL = status({
  instances: [backup({ heard: [heard()] })],
  checks: [check()],
  cluster: [peer()],
});

/** What the schema has against a text. */
function errorsIn(value: unknown): string[] {
  const ajv = new Ajv2020({ strict: true, allErrors: true });
  const validate = ajv.compile(statusJsonSchema());
  validate(value);
  return (validate.errors ?? [])
    .map(({ instancePath, message }) => `${instancePath} ${message}`);
}

Deno.test("the JSON Schema of a status takes a status, and keys that come later", () => {
  deepStrictEqual(errorsIn(FULL), []);
  deepStrictEqual(errorsIn({ ...FULL, more: 1 }), []);
});

Deno.test("the JSON Schema of a status knows types, nulls, words and keys", () => {
  const [instance] = FULL.instances;
  ok(instance !== undefined);
  const { master: _, ...without } = instance;
  deepStrictEqual(errorsIn({ ...FULL, schema: 2, instances: [without] }), [
    "/schema must be equal to constant",
    "/instances/0 must have required property 'master'",
  ]);
  const wrong = { ...instance, state: "ACTIVE", vrid: "51", source: null };
  deepStrictEqual(errorsIn({ ...FULL, instances: [wrong] }), [
    "/instances/0/vrid must be number",
    "/instances/0/state must be equal to one of the allowed values",
  ]);
});
