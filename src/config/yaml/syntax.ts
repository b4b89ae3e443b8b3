/**
 * The syntax of YAML, read in bounded time: nesting, size and mistakes have
 * limits that no file of an operator reaches, and no mistake costs more than
 * being counted once enough of them are known.
 *
 * @module
 */

import { Composer, type CST, type Document, Lexer, Parser } from "yaml";
import type { Mistakes } from "../mistakes.ts";

/** Words, signs, blanks and line ends; 1 MiB of instances has half a million. */
const MAX_LEXEMES = 700_000;
/** Collections in collections, twice: a list in a map counts for both. */
const MAX_DEPTH = 200;

/** What is said of text that is nested too deeply. */
export const TOO_DEEP = "is nested too deeply";

/**
 * Read a text as one document of YAML 1.2 with text as keys.
 *
 * @param text The text.
 * @param mistakes Hears of what is wrong.
 * @returns The document, which means nothing beside a mistake.
 */
export function readSyntax(
  text: string,
  mistakes: Mistakes,
): Document {
  const composer = new Composer({
    logLevel: "error",
    merge: true,
    stringKeys: true,
    // Quadratic in the parser.
    uniqueKeys: false,
  });
  // It would make an error with a stack for every one of half a million.
  const onError = (source: ErrorSource, code: string, message: string): void =>
    mistakes.add(offsetOf(source), WORDS[code] ?? withoutDetail(message));
  Object.assign(composer, { onError });
  let first: Document | null = null;
  let documents = 0;
  for (const token of tokensOf(text, mistakes)) {
    if (token.type === "error") {
      mistakes.add(token.offset, withoutDetail(token.message));
      continue;
    }
    if (token.type === "document" && documents++ > 0) {
      mistakes.add(token.offset, "only one document is allowed in a file");
      break;
    }
    for (const each of composer.next(token)) first ??= each;
  }
  for (const each of composer.end(true, text.length)) first ??= each;
  if (first === null) throw new TypeError("A text without a document");
  for (const { code, message, pos } of [...first.errors, ...first.warnings]) {
    onError([...pos], code, message);
  }
  return first;
}

/** Where the parser saw a mistake: an offset, a range of them, a token. */
type ErrorSource = number | readonly number[] | { readonly offset: number };

function offsetOf(source: ErrorSource): number {
  if (typeof source === "number") return source;
  return "offset" in source ? source.offset : source[0] ?? 0;
}

function* tokensOf(
  text: string,
  mistakes: Mistakes,
): Generator<CST.Token> {
  const parser = new Parser();
  let count = 0;
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    if (parser.stack.length > MAX_DEPTH) {
      return mistakes.add(parser.offset, TOO_DEEP);
    }
    if (++count > MAX_LEXEMES) {
      const limit = MAX_LEXEMES.toLocaleString("en");
      const problem = `is too large: more than ${limit} words and signs`;
      return mistakes.add(parser.offset, problem);
    }
  }
  yield* parser.end();
}

/** Own words for what the parser says unclearly, by its error code. */
const WORDS: Readonly<Record<string, string>> = {
  KEY_OVER_1024_CHARS: "is longer than a key can be: 1024 characters",
  RESOURCE_EXHAUSTION: TOO_DEEP,
  TAG_RESOLVE_FAILED: 'unknown tag: quote text that starts with "!"',
};

/** The parser's words, without the piece of the text that follows a colon. */
function withoutDetail(message: string): string {
  const [words = ""] = message.split(":");
  return words.charAt(0).toLowerCase() + words.slice(1);
}
