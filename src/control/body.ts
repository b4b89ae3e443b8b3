/**
 * What orders are sent with: a small JSON object, read within bounds.
 *
 * @module
 */

import * as v from "valibot";
import { refuse } from "./answer.ts";

/** Bytes that a body can have. */
export const MOST_BYTES = 64 * 1024;
/** Milliseconds in which all of it must be there. */
const PATIENCE = 5000;

const NO_OBJECT = "The body must be a JSON object";

/** The end of a sentence about an unknown word: `(did you mean "x"?)`. */
export type Suggest = (word: string, known: readonly string[]) => string;

/** What a body says, or the refusal of it. */
export type Body<Value> =
  | { readonly value: Value }
  | { readonly refusal: Response };

/**
 * Read a body. An empty one is an object without keys.
 *
 * @param entries Schema of each key that there can be.
 */
export async function readBody<Entries extends v.ObjectEntries>(
  request: Request,
  entries: Entries,
  suggest: Suggest,
): Promise<Body<v.InferOutput<v.StrictObjectSchema<Entries, undefined>>>> {
  const text = await readText(request);
  if (text instanceof Response) return { refusal: text };
  const data = parse(text);
  if (data === undefined) {
    return { refusal: refuse(400, "The body is not JSON") };
  }
  // A list is an object to the library.
  if (Array.isArray(data)) {
    return { refusal: refuse(400, NO_OBJECT, { problems: [NO_OBJECT] }) };
  }
  const { success, output, issues } = v.safeParse(
    v.strictObject(entries),
    data,
    { abortPipeEarly: true },
  );
  if (success) return { value: output };
  const known = Object.keys(entries);
  const problems = issues.slice(0, 8)
    .map((issue) => problemOf(issue, known, suggest));
  return { refusal: refuse(400, problems.join("; "), { problems }) };
}

async function readText(request: Request): Promise<string | Response> {
  const tooLarge = refuse(
    413,
    `The body is too large: at most ${MOST_BYTES} bytes`,
  );
  const reader = request.body?.getReader();
  if (reader === undefined) return "";
  const late = setTimeout(() => void reader.cancel("late"), PATIENCE);
  const started = performance.now();
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > MOST_BYTES) {
        void reader.cancel("too large").catch(() => {});
        return tooLarge;
      }
      parts.push(value);
    }
    if (performance.now() - started >= PATIENCE) {
      return refuse(408, `The body was not there within ${PATIENCE / 1000} s`);
    }
    const bytes = new Uint8Array(await new Blob(parts as BlobPart[]).bytes());
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // It went away, or sent what is no text.
    return refuse(400, "The body is not JSON in UTF-8");
  } finally {
    clearTimeout(late);
  }
}

/** Undefined when it is no JSON. */
function parse(text: string): unknown {
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function problemOf(
  { type, expected, path, message }: v.BaseIssue<unknown>,
  known: readonly string[],
  suggest: Suggest,
): string {
  if (path === undefined) return NO_OBJECT;
  const key = path.map(({ key }) => String(key)).join(".");
  const name = JSON.stringify(key.slice(0, 60));
  if (type !== "strict_object") return `${name} ${message}`;
  return expected === "never"
    ? `${name} is not a known key${suggest(key.slice(0, 60), known)}`
    : `${name} is required`;
}
