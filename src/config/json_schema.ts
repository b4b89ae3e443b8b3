/**
 * The schema of the configuration as JSON Schema, for editors: keys, types,
 * words, ranges, defaults. What several keys keep together and what is in the
 * host it cannot say; `alived check` does.
 *
 * Draft 7, because that is what YAML language servers know best.
 *
 * @module
 */

import * as v from "valibot";
import { configSchema } from "./schema/config.ts";
import { TEXT_KEYS, TEXT_MAPS } from "./yaml/data.ts";

/** A JSON Schema, or a part of one. */
export interface JsonSchema {
  /** Value of a keyword. */
  readonly [keyword: string]: unknown;
}

/** A schema or an action of valibot, as far as it is read here. */
interface Part {
  readonly kind: "schema" | "validation" | "transformation" | "metadata";
  readonly type: string;
  /** The parts that come after one another, the first a schema. */
  readonly pipe?: readonly Part[];
  readonly entries?: Readonly<Record<string, Part>>;
  readonly item?: Part;
  readonly key?: Part;
  readonly value?: Part;
  readonly wrapped?: Part;
  readonly default?: unknown;
  readonly options?: readonly unknown[];
  readonly literal?: unknown;
  readonly requirement?: unknown;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly metadata?: { readonly forms?: readonly Part[] };
}

/** The JSON Schema of a whole configuration. */
export function configJsonSchema(): JsonSchema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Configuration of alived",
    ...convert(configSchema as unknown as Part, false),
  };
}

/**
 * @param text Whether a number is text here, as in `auth_pass: 0123`.
 */
function convert(part: Part, text: boolean): JsonSchema {
  const [first, ...actions] = part.pipe ?? [];
  if (first === undefined) return convertType(part, text);
  let json = convert(first, text);
  let changed = false;
  for (const action of actions) {
    // Later validations are of something else than what the file says.
    changed ||= action.kind === "transformation";
    if (changed && action.kind !== "metadata") continue;
    json = { ...json, ...convertAction(action, json, text) };
  }
  return json;
}

function convertType(part: Part, text: boolean): JsonSchema {
  const { entries = {}, options = [], item, key, value, wrapped } = part;
  switch (part.type) {
    case "loose_object":
      return convertMap(entries);
    case "array":
      return { type: "array", ...(item && { items: convert(item, text) }) };
    case "record":
      return {
        type: "object",
        ...(key && { propertyNames: convert(key, false) }),
        ...(value && { additionalProperties: convert(value, text) }),
      };
    case "string":
      return { type: text ? ["string", "number", "boolean"] : "string" };
    case "number":
    case "boolean":
      return { type: part.type };
    case "literal":
      return { const: part.literal };
    case "picklist":
      return { enum: options };
    case "union":
      return { anyOf: (options as Part[]).map((each) => convert(each, text)) };
    case "optional":
    case "nullable":
    case "nullish":
      return {
        ...(wrapped && convert(wrapped, text)),
        // What is null or an empty map here is explained in words.
        ...(typeof part.default !== "object" && { default: part.default }),
      };
    // Its forms are metadata behind it.
    case "lazy":
      return {};
    default:
      throw new TypeError(`Cannot write "${part.type}" as JSON Schema`);
  }
}

/** Whether a key is required, and whether it may be null, is tried out. */
function convertMap(entries: Readonly<Record<string, Part>>): JsonSchema {
  const accepts = (part: Part, value: unknown): boolean =>
    v.safeParse(part as unknown as v.GenericSchema, value).success;
  const properties = Object.entries(entries).map(([key, part]) => {
    const text = TEXT_KEYS.includes(key) || TEXT_MAPS.includes(key);
    const json = convert(part, text);
    return [key, accepts(part, null) ? orNull(json) : json] as const;
  });
  const required = Object.entries(entries)
    .filter(([, part]) => !accepts(part, undefined))
    .map(([key]) => key);
  return {
    type: "object",
    properties: Object.fromEntries(properties),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
}

function orNull({ description, ...json }: JsonSchema): JsonSchema {
  const { anyOf, ...rest } = json;
  const forms = Array.isArray(anyOf) && Object.keys(rest).length === 0
    ? anyOf
    : [json];
  return {
    ...(description !== undefined && { description }),
    anyOf: [...forms, { type: "null" }],
  };
}

function convertAction(
  { type, requirement, description, examples, metadata }: Part,
  { type: of }: JsonSchema,
  text: boolean,
): JsonSchema {
  const [least, most] = of === "array"
    ? ["minItems", "maxItems"]
    : ["minLength", "maxLength"];
  switch (type) {
    case "description":
      return { description };
    case "examples":
      return { examples };
    case "metadata":
      return {
        anyOf: (metadata?.forms ?? []).map((form) => convert(form, text)),
      };
    case "integer":
      return { type };
    case "min_value":
      return { minimum: requirement };
    case "max_value":
      return { maximum: requirement };
    case "non_empty":
      return { [least]: 1 };
    case "min_length":
      return { [least]: requirement };
    case "max_length":
    // There are at least as many bytes as characters.
    case "max_bytes":
      return { [most]: requirement };
    case "regex":
      return patternOf(requirement as RegExp);
    // What code decides: `alived check` says it.
    default:
      return {};
  }
}

/** Patterns of JSON Schema have no flags. */
function patternOf({ source, flags }: RegExp): JsonSchema {
  return flags.includes("i") ? {} : { pattern: source };
}
