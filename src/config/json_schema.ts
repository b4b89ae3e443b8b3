/**
 * The schema of the configuration as JSON Schema, for editors: keys, types,
 * words, ranges, defaults, and what each means. What several keys keep together
 * and what is in the host it cannot say; `alived check` does.
 *
 * Draft 7, because that is what YAML language servers know best, with keywords
 * of theirs: `patternErrorMessage`, `enumDescriptions`, `defaultSnippets`.
 *
 * `@valibot/to-json-schema` is not used: of a lazy schema it follows the form
 * that the input `undefined` has, it knows no messages, and it refuses patterns
 * with flags. Each of maps, unions, lazy schemas, patterns and metadata would
 * be an override, which leaves it strings and numbers.
 *
 * @module
 */

import * as v from "valibot";
import { configSchema } from "./schema/config.ts";
import type { About, Cases, Shared, Written } from "./schema/editor.ts";
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
  readonly message?: string | ((issue: { readonly input: "" }) => string);
  readonly metadata?: Metadata;
}

type Metadata =
  & Partial<About & Cases & Shared & Written>
  & { readonly forms?: readonly Part[] };

/** Where a schema stands. */
interface Context {
  /** Whether a number is text here, as in `auth_pass: 0123`. */
  readonly text: boolean;
  /** What stands in many places, by name; it grows. */
  readonly shared: Record<string, JsonSchema>;
}

/** The JSON Schema of a whole configuration. */
export function configJsonSchema(): JsonSchema {
  const shared = {};
  const json = convert(partOf(configSchema), { text: false, shared });
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Configuration of alived",
    description: "Which virtual addresses this host shares with others",
    ...json,
    $defs: shared,
  };
}

function partOf(schema: v.GenericSchema): Part {
  return schema as unknown as Part;
}

function convert(part: Part, context: Context): JsonSchema {
  const [first, ...actions] = part.pipe ?? [];
  if (first === undefined) return convertType(part, context);
  let json = convert(first, context);
  let changed = false;
  for (const action of actions) {
    // Later validations are of something else than what the file says.
    changed ||= action.kind === "transformation";
    if (action.metadata !== undefined) {
      json = convertMetadata(action.metadata, json, context);
    } else if (!changed) {
      json = { ...json, ...convertAction(action, json) };
    }
  }
  return json;
}

function convertType(part: Part, context: Context): JsonSchema {
  const { entries = {}, options = [], item, key, value, wrapped } = part;
  switch (part.type) {
    case "loose_object":
      return convertMap(entries, context);
    case "array":
      return { type: "array", ...(item && { items: convert(item, context) }) };
    case "record":
      return {
        type: "object",
        ...(key && {
          propertyNames: convert(key, { ...context, text: false }),
        }),
        ...(value && { additionalProperties: convert(value, context) }),
      };
    case "string":
      // No truth values: editors would offer them for each name.
      return { type: context.text ? ["string", "number"] : "string" };
    case "number":
    case "boolean":
      return { type: part.type };
    case "literal":
      return { const: part.literal };
    case "picklist":
      return { enum: options };
    case "union":
      return oneOf((options as Part[]).map((each) => convert(each, context)));
    case "optional":
    case "nullish":
    case "nullable": {
      const json = wrapped === undefined ? {} : convert(wrapped, context);
      return {
        ...(part.type === "optional" ? json : oneOf([json, { type: "null" }])),
        // What is null or an empty map here is explained in words.
        ...(typeof part.default !== "object" && { default: part.default }),
      };
    }
    // What it stands for is metadata behind it.
    case "lazy":
    case "any":
      return {};
    default:
      throw new TypeError(`Cannot write "${part.type}" as JSON Schema`);
  }
}

/**
 * Forms of different types as one schema, for which an editor has one text;
 * keywords of JSON Schema are for values of one type only.
 */
function oneOf(forms: readonly JsonSchema[]): JsonSchema {
  const types = forms.flatMap(({ type }) => type);
  return types.includes(undefined) || new Set(types).size < types.length
    ? { anyOf: forms }
    : { ...Object.assign({}, ...forms), type: types };
}

function convertMap(
  entries: Readonly<Record<string, Part>>,
  context: Context,
): JsonSchema {
  const properties = Object.entries(entries).map(([key, part]) => {
    const text = TEXT_KEYS.includes(key) || TEXT_MAPS.includes(key);
    return [key, withDefault(convert(part, { ...context, text }))] as const;
  });
  const required = Object.keys(entries)
    .filter((key) => !accepts(entries[key], undefined));
  return {
    type: "object",
    properties: Object.fromEntries(properties),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
}

/** Editors show no default of their own accord. */
function withDefault(json: JsonSchema): JsonSchema {
  return json.default === undefined ? json : {
    ...json,
    description: `${json.description}. Default: ${json.default}`,
  };
}

/** Whether a schema accepts a value is tried out. */
function accepts(schema: unknown, value: unknown): boolean {
  return v.safeParse(schema as v.GenericSchema, value).success;
}

function convertMetadata(
  { title, description, words, written, shared, forms, cases }: Metadata,
  json: JsonSchema,
  context: Context,
): JsonSchema {
  if (written !== undefined) return written;
  if (forms !== undefined) {
    return oneOf(forms.map((form) => convert(form, context)));
  }
  if (shared !== undefined) {
    context.shared[shared] = json;
    return { $ref: `#/$defs/${shared}` };
  }
  if (cases !== undefined) return convertCases(cases, context);
  return { ...json, title, description, ...wordsOf(json, words ?? {}) };
}

/** What each of the words of an `enum` means. */
function wordsOf(json: JsonSchema, words: About["words"]): JsonSchema {
  return Array.isArray(json.enum)
    ? { enumDescriptions: json.enum.map((word) => words[word] ?? "") }
    : {};
}

function convertCases(
  { of, key, map, schemas }: Cases["cases"],
  context: Context,
): JsonSchema {
  const json = convert(partOf(map), context);
  const properties = json.properties as Readonly<Record<string, JsonSchema>>;
  const { title, description } = properties[key] ?? {};
  return {
    ...json,
    allOf: Object.entries(schemas).map(([word, schema]) => ({
      // What is no map yet would match otherwise.
      if: {
        type: "object",
        properties: { [of]: { const: word } },
        required: [of],
      },
      then: {
        properties: {
          [key]: { ...convert(partOf(schema), context), title, description },
        },
        ...(!accepts(schema, {}) && { required: [key] }),
      },
    })),
  };
}

function convertAction(
  { type, requirement, message }: Part,
  { type: of }: JsonSchema,
): JsonSchema {
  const [least, most] = of === "array" || Array.isArray(of) &&
      of.includes("array")
    ? ["minItems", "maxItems"]
    : ["minLength", "maxLength"];
  switch (type) {
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
      return {
        pattern: (requirement as RegExp).source,
        patternErrorMessage: withoutValue(message),
      };
    // What code decides: `alived check` says it.
    default:
      return {};
  }
}

/** A message as an editor says it, which shows the value itself. */
function withoutValue(message: Part["message"] = ""): string {
  const text = typeof message === "string" ? message : message({ input: "" });
  return text.replace(', not ""', "");
}
