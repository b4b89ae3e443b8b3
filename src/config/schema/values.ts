/**
 * The kinds of values that the schema is made of. Each says in its own words
 * what it takes, so that no message depends on the validation library.
 *
 * @module
 */

import * as v from "valibot";
import { parseDuration } from "../duration.ts";
import { isMap, quote } from "../issue.ts";
import { didYouMean } from "../suggest.ts";
import { parsePrefixed, type Prefixed } from "../../wire/address.ts";
import { virtualIpProblem } from "../virtual_ip.ts";

/** Makes the message for an issue. */
type Message = (issue: v.BaseIssue<unknown>) => string;

/** Message `must be …, not …`, which repeats the value. */
function must(what: string): Message {
  return ({ input }) => `must be ${what}, not ${quote(input)}`;
}

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
  const message: Message = ({ path }) =>
    path === undefined ? "must be a map" : "is required";
  const object = v.looseObject(entries, message);
  return v.pipe(
    {
      ...object,
      // To the library a list is an object too.
      "~run": ({ value }, config) =>
        object["~run"]({ value: Array.isArray(value) ? null : value }, config),
    } satisfies typeof object,
    v.rawCheck(({ dataset, addIssue }) => {
      // Untyped when the value is no map or when one of its keys is wrong.
      const input: unknown = dataset.value;
      if (!isMap(input)) return;
      for (const [key, value] of Object.entries(input)) {
        if (known.includes(key)) continue;
        addIssue({
          message: `is not a known key${didYouMean(key, known)}`,
          path: [{ type: "object", origin: "key", input, key, value }],
        });
      }
    }),
  );
}

/**
 * A list.
 *
 * @param item Schema of each item.
 * @param what The items, as in `must be a list of …`.
 */
export function list<Input, Output>(
  item: v.GenericSchema<Input, Output>,
  what: string,
): v.GenericSchema<Input[], Output[]> {
  return v.array(item, `must be a list of ${what}`);
}

/** A whole number from `min` to `max`. */
export function whole(min: number, max: number): v.GenericSchema<number> {
  const message = must(`a whole number from ${min} to ${max}`);
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
    return `${must(what)(issue)}${didYouMean(input, words)}`;
  });
}

const YES = ["yes", "Yes", "YES", "on", "On", "ON"] as const;
const NO = ["no", "No", "NO", "off", "Off", "OFF"] as const;

/** A truth value; the words are those of YAML 1.1, strings in YAML 1.2. */
export function flag(): v.GenericSchema<boolean | string, boolean> {
  const words: readonly string[] = YES;
  return v.pipe(
    v.union([v.boolean(), v.picklist([...YES, ...NO])], must("true or false")),
    v.transform((value) =>
      typeof value === "boolean" ? value : words.includes(value)
    ),
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
  const message = must(`a duration ${range}`);
  return v.pipe(
    v.union([v.string(), v.number()], message),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const milliseconds = parseDuration(dataset.value);
      if (milliseconds !== null && allows(milliseconds)) return milliseconds;
      addIssue({ message });
      return NEVER;
    }),
  );
}

/** A name that is one printable word in a log line. */
export function name(): v.GenericSchema<string> {
  const message = must("1 to 64 printable characters without white space");
  return v.pipe(
    v.string(message),
    v.regex(/^[\p{L}\p{M}\p{N}\p{P}\p{S}]{1,64}$/u, message),
  );
}

/** A name that the kernel accepts for a link (`dev_valid_name`). */
export function linkName(): v.GenericSchema<string> {
  const message = must(
    'an interface name: 1 to 15 bytes without "/", ":" and white space',
  );
  return v.pipe(
    v.string(message),
    v.regex(/^(?!\.\.?$)[^/:\s\p{C}]+$/u, message),
    v.maxBytes(15, message),
  );
}

/** A password; no message about it repeats it. */
export function password(): v.GenericSchema<string> {
  const message = "must be text of printable ASCII characters";
  return v.pipe(v.string(message), v.regex(/^[ -~]+$/, message));
}

/** Most virtual IPs in an advert, whose count is one byte. */
const MAX_VIRTUAL_IPS = 255;

/** `virtual_ips`: addresses that one instance can hold. */
export function virtualIps(): v.GenericSchema<string[], Prefixed[]> {
  const item = must("an address or address/prefix");
  return v.pipe(
    list(v.string(item), "addresses"),
    v.minLength(1, "at least one address is required"),
    v.maxLength(
      MAX_VIRTUAL_IPS,
      ({ input }) =>
        `holds ${input.length} addresses: an advert has room for ` +
        MAX_VIRTUAL_IPS,
    ),
    v.rawTransform(({ dataset, addIssue }) => {
      const ips: Prefixed[] = [];
      for (const [key, value] of dataset.value.entries()) {
        const ip = parsePrefixed(value);
        const problem = ip === null
          ? `must be an address or address/prefix, not ${quote(value)}`
          : virtualIpProblem(ip, ips);
        if (ip !== null) ips.push(ip);
        if (problem === null) continue;
        const input = dataset.value;
        addIssue({
          message: problem,
          path: [{ type: "array", origin: "value", input, key, value }],
        });
      }
      return ips;
    }),
  );
}
