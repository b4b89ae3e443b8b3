/**
 * The kinds of values that the schema is made of. Each says in its own words
 * what it takes, so that no message depends on the validation library.
 *
 * @module
 */

import * as v from "valibot";
import { DURATION, parseDuration } from "../duration.ts";
import { isMap, quote } from "../issue.ts";
import { MAX_TOLD } from "../mistakes.ts";
import { didYouMean, joinedKey } from "../suggest.ts";
import { shared, written } from "./editor.ts";
import { consequence, misspelt, REQUIRED, unknownIn } from "./unknown_keys.ts";

/** Makes the message for an issue. */
export type Message = (issue: Pick<v.BaseIssue<unknown>, "input">) => string;

/**
 * Message `must be …, not …`, which repeats the value.
 *
 * @param what What is accepted.
 * @param hint What mends a value, if it tells what was meant: `: …`.
 */
export function must(
  what: string,
  hint: (input: unknown) => string = () => "",
): Message {
  return ({ input }) =>
    input === null
      ? `has no value: it must be ${what}`
      : `must be ${what}, not ${quote(input)}${variableHint(input)}` +
        hint(input);
}

/** Whether a text has a variable in it, as shells and templates write them. */
export function hasVariable(text: string): boolean {
  return text.includes("${");
}

/** What is said of a text with a variable, which nobody would replace. */
export const VARIABLE =
  "variables such as ${NAME} are not replaced here, write the value itself";

function variableHint(input: unknown): string {
  return typeof input === "string" && hasVariable(input) ? `: ${VARIABLE}` : "";
}

const UNQUOTE = ": remove the quotes";

/** Stands for a list where a map is meant: to the library it is one too. */
const A_LIST = Symbol("a list");

/**
 * A map with these keys and no others.
 *
 * @param entries Schema of each key.
 */
export function section<Entries extends v.ObjectEntries>(
  entries: Entries,
): v.GenericSchema<
  v.InferInput<v.ObjectSchema<Entries, undefined>>,
  v.InferOutput<v.ObjectSchema<Entries, undefined>>
> {
  const known = Object.keys(entries);
  const object = v.looseObject(entries, ({ path, input }) => {
    if (path !== undefined) return REQUIRED;
    if (input === A_LIST) return "must be a map, not a list";
    const joined = typeof input === "string" ? joinedKey(input, known) : null;
    return `must be a map${joined === null ? "" : `: ${joined.hint}`}`;
  });
  return v.pipe(
    {
      ...object,
      "~run": ({ value }, config) => {
        const input = Array.isArray(value) ? A_LIST : value;
        const result = object["~run"]({ value: input }, config);
        const meant = misspelt(value, unknownIn(value, known));
        if (meant.size === 0) return result;
        const issues = [
          ...(result.issues ?? []).filter(({ path }) =>
            !meant.has(String(path?.[0].key))
          ),
          ...[...meant].map((key) => consequence(value, key)),
        ];
        // What depends on these keys is not judged.
        return { ...result, typed: false, issues } as typeof result;
      },
    } satisfies typeof object,
    v.rawCheck(({ dataset, addIssue }) => {
      // Untyped when the value is no map or when one of its keys is wrong.
      const input: unknown = dataset.value;
      if (!isMap(input)) return;
      const unknown = unknownIn(input, known);
      const more = Object.keys(input)
        .filter((key) => !known.includes(key)).length - unknown.length;
      for (const [i, { key, value, problem }] of unknown.entries()) {
        addIssue({
          message: i + 1 === MAX_TOLD && more > 0
            ? `is not a known key, nor are ${more} more in this map`
            : problem,
          path: [{ type: "object", origin: "key", input, key, value }],
        });
      }
    }),
  );
}

/** Items of a list unless another limit is given. */
const MAX_ITEMS = 10_000;
/** Stands for a list that is too long, whose items nobody looks at. */
const TOO_LONG = Symbol("a list that is too long");

/**
 * A list.
 *
 * @param item Schema of each item.
 * @param what The items, as in `must be a list of …`.
 * @param most Items that it can have.
 */
export function list<Input, Output>(
  item: v.GenericSchema<Input, Output>,
  what: string,
  most: number = MAX_ITEMS,
): v.GenericSchema<Input[], Output[]> {
  const array = v.array(
    item,
    ({ input }) =>
      input === TOO_LONG
        ? `holds too many ${what}: more than ${most}`
        : `must be a list of ${what}${listHint(input)}`,
  );
  return {
    ...array,
    "~run": ({ value }, config) => {
      const isTooLong = Array.isArray(value) && value.length > most;
      return array["~run"]({ value: isTooLong ? TOO_LONG : value }, config);
    },
  } satisfies typeof array;
}

/** A list of one is a list, and `a, b` is text. */
function listHint(input: unknown): string {
  if (isMap(input)) return ", each of which begins with a dash";
  if (typeof input === "string" && /^-\S/.test(input)) {
    return ": a dash needs a space behind it";
  }
  return typeof input === "string" || typeof input === "number"
    ? ", in brackets as in [a, b] or each in a line behind a dash"
    : "";
}

/**
 * A list in which nothing stands twice.
 *
 * @param item Schema of each item.
 * @param what The items, as in `must be a list of …`.
 * @param nameOf What two items must not have in common.
 */
export function uniqueList<Input, Output>(
  item: v.GenericSchema<Input, Output>,
  what: string,
  nameOf: (item: Output) => string,
): v.GenericSchema<Input[], Output[]> {
  return v.pipe(
    list(item, what),
    v.rawCheck(({ dataset, addIssue }) => {
      const input = dataset.value;
      const names = new Set<string>();
      for (const [key, value] of soundItems<Output>(dataset)) {
        const name = nameOf(value);
        if (names.has(name)) {
          addIssue({
            message: `${quote(name)} is in this list already`,
            path: [{ type: "unknown", origin: "value", input, key, value }],
          });
        }
        names.add(name);
      }
    }),
  );
}

/**
 * The items of a list in which nothing is wrong, with their places.
 *
 * @param dataset What validation has made of the list so far.
 */
export function soundItems<Item>(
  { value, issues = [] }: {
    readonly value: unknown;
    readonly issues?: readonly v.BaseIssue<unknown>[] | undefined;
  },
): (readonly [number, Item])[] {
  if (!Array.isArray(value)) return [];
  const wrong = new Set(issues.map(({ path }) => path?.[0]?.key));
  return [...(value as Item[]).entries()].filter(([key]) => !wrong.has(key));
}

/**
 * One of several forms. The one that the input looks like is chosen first, so
 * that mistakes are told in its words alone.
 *
 * @param forms All of them, for who reads the schema and has no input.
 * @param choose Which of them an input is meant to be.
 */
export function formOf<Output>(
  forms: readonly v.GenericSchema<unknown, Output>[],
  choose: (input: unknown) => v.GenericSchema<unknown, Output>,
): v.GenericSchema<unknown, Output> {
  return v.pipe(v.lazy(choose), v.metadata({ forms }));
}

/**
 * A map, or what is short for one.
 *
 * @param short Schema of anything but a map.
 * @param long Schema of the map.
 */
export function shortOrLong<Output>(
  short: v.GenericSchema<unknown, Output>,
  long: v.GenericSchema<unknown, Output>,
): v.GenericSchema<unknown, Output> {
  return formOf([short, long], (input) => isMap(input) ? long : short);
}

/** A whole number from `min` to `max`. */
export function whole(min: number, max: number): v.GenericSchema<number> {
  const message = must(
    `a whole number from ${min} to ${max}`,
    (input) => typeof input === "string" && /^\d+$/.test(input) ? UNQUOTE : "",
  );
  return v.pipe(
    v.number(message),
    v.integer(message),
    v.minValue(min, message),
    v.maxValue(max, message),
  );
}

/**
 * One of a few numbers or words.
 *
 * @param options What is accepted.
 * @param refused Words with a message of their own.
 */
export function oneOf<const Option extends string | number>(
  options: readonly Option[],
  refused: Readonly<Record<string, string>> = {},
): v.GenericSchema<Option> {
  const words = options.map(String);
  const what = `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
  return v.picklist(options, (issue) => {
    const { input } = issue;
    if (typeof input !== "string") return must(what)(issue);
    if (Object.hasOwn(refused, input)) return refused[input] ?? "";
    if (words.includes(input)) return `${must(what)(issue)}${UNQUOTE}`;
    return `${must(what)(issue)}${didYouMean(input, words)}`;
  });
}

const YES = ["yes", "Yes", "YES", "on", "On", "ON"] as const;
const NO = ["no", "No", "NO", "off", "Off", "OFF"] as const;

/** A truth value; the words are those of YAML 1.1, strings in YAML 1.2. */
export function flag(): v.GenericSchema<boolean | string, boolean> {
  const words: readonly string[] = YES;
  return v.pipe(
    v.union(
      [v.boolean(), v.picklist([...YES, ...NO])],
      must(
        "true or false",
        (input) => input === "true" || input === "false" ? UNQUOTE : "",
      ),
    ),
    v.transform((value) =>
      typeof value === "boolean" ? value : words.includes(value)
    ),
    // Editors offer two words, and not all that YAML 1.1 had.
    written({
      type: ["boolean", "string"],
      pattern: `^(?:${[...YES, ...NO].join("|")})$`,
      patternErrorMessage: "must be true or false",
    }),
    shared("flag"),
  );
}

/**
 * A duration, as milliseconds.
 *
 * @param range Text of the range, as in `must be a duration …`.
 * @param allows Whether a duration in milliseconds is in range.
 */
export function duration(
  range: string,
  allows: (milliseconds: number) => boolean = () => true,
): v.GenericSchema<string | number, number> {
  const message = must(`a duration ${range}`, unitHint);
  return v.pipe(
    v.union([
      v.pipe(v.string(), v.nonEmpty(message), v.regex(DURATION, message)),
      v.pipe(v.number(), v.minValue(0, message)),
    ], message),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const milliseconds = parseDuration(dataset.value);
      if (milliseconds !== null && allows(milliseconds)) return milliseconds;
      addIssue({ message });
      return NEVER;
    }),
  );
}

function unitHint(input: unknown): string {
  return typeof input === "string" && parseDuration(input) === null &&
      !hasVariable(input)
    ? ": the units are h, m, s and ms, as in 1m30s"
    : "";
}
