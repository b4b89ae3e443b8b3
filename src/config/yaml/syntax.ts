/**
 * The syntax of YAML, read in bounded time: nesting, size and mistakes have
 * limits that no file of an operator reaches, and no mistake costs more than
 * being counted once enough of them are known.
 *
 * @module
 */

import { Composer, CST, type Document, Lexer, Parser } from "yaml";
import type { Mistakes } from "../mistakes.ts";
import { keyNames } from "../schema/key_names.ts";
import type { Opening } from "./slips.ts";

/** Words, signs, blanks and line ends; 1 MiB of instances has half a million. */
const MAX_LEXEMES = 700_000;
/** Collections in collections, twice: a list in a map counts for both. */
const MAX_DEPTH = 200;

/** What is said of text that is nested too deeply. */
export const TOO_DEEP = "is nested too deeply";

/** What the parser makes of a text. */
export interface Syntax {
  /** The document, which means nothing beside a mistake. */
  readonly document: Document;
  /** What is opened in the text and never closed. */
  readonly openings: readonly Opening[];
}

/**
 * Read a text as one document of YAML 1.2 with text as keys.
 *
 * @param text The text.
 * @param mistakes Hears of what is wrong.
 */
export function readSyntax(text: string, mistakes: Mistakes): Syntax {
  const composer = new Composer({
    logLevel: "error",
    merge: true,
    stringKeys: true,
    // Quadratic in the parser.
    uniqueKeys: false,
  });
  // It would make an error with a stack for every one of half a million.
  const onError = (source: ErrorSource, code: string, message: string): void =>
    mistakes.add(offsetOf(source), plainWords(code, message));
  Object.assign(composer, { onError });
  const openings: Opening[] = [];
  let first: Document | null = null;
  let documents = 0;
  for (const token of tokensOf(text, mistakes, openings)) {
    if (token.type === "error") {
      mistakes.add(token.offset, plainWords("", token.message));
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
  return { document: first, openings };
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
  openings: Opening[],
): Generator<CST.Token> {
  const parser = new Parser();
  const open: Opening[] = [];
  let count = 0;
  for (const lexeme of new Lexer().lex(text)) {
    openings.push(...unclosed(lexeme, parser.offset, open));
    yield* parser.next(lexeme);
    if (parser.stack.length > MAX_DEPTH) {
      // What is open is not looked for any more.
      openings.length = 0;
      return mistakes.add(parser.offset, TOO_DEEP);
    }
    if (++count > MAX_LEXEMES) {
      openings.length = 0;
      const limit = MAX_LEXEMES.toLocaleString("en");
      const problem = `is too large: more than ${limit} words and signs`;
      return mistakes.add(parser.offset, problem);
    }
  }
  openings.push(...innermost(open));
  yield* parser.end();
}

/**
 * Follow brackets and quotes.
 *
 * @param open The brackets that are open, which it keeps up to date.
 * @returns What is open where a lexeme shows that nothing will close it.
 */
function unclosed(lexeme: string, offset: number, open: Opening[]): Opening[] {
  const sign = lexeme.charAt(0);
  const outermost = open[0]?.offset ?? offset;
  if (lexeme === "[" || lexeme === "{") open.push({ offset, sign, outermost });
  else if (lexeme === "]" || lexeme === "}") {
    const other = lexeme === "]" ? "[" : "{";
    const last = open.pop();
    if (last === undefined || last.sign === other) return [];
    if (open.at(-1)?.sign === other) open.pop();
    return [last];
    // The lexer says so where a line is indented less than what is in brackets.
  } else if (lexeme === CST.FLOW_END) return innermost(open.splice(0));
  if (sign !== '"' && sign !== "'") return [];
  const isOpen = lexeme.length === 1 || !lexeme.endsWith(sign) ||
    // The next quotation mark in the file has closed it.
    NEXT_KEY.exec(lexeme)?.some((key) => keyNames().has(key));
  return isOpen ? [{ offset, sign, outermost }] : [];
}

/** The last one that is open, of several that are. */
function innermost(open: readonly Opening[]): Opening[] {
  return open.slice(-1);
}

/** A line within quotes that looks like a key with a value. */
const NEXT_KEY = /\n *(?:- +)*([A-Za-z_][\w-]*):(?: |\r?\n)/;

/** Words for what the parser says, by its code and the beginning of that. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [
    /^BAD_INDENT/,
    "is indented otherwise than its neighbours: the keys of a map, and the " +
    "items of a list, begin in one column",
  ],
  [
    /^MULTILINE_IMPLICIT_KEY|followed by map values/,
    'is no key with a value: a colon and a space are missing ("key: value"), ' +
    "or the indentation is wrong",
  ],
  [
    /^BLOCK_AS_IMPLICIT_KEY/,
    "a value in one line cannot have keys or items of its own: put it in " +
    "quotes, or begin a new line",
  ],
  [
    /^BLOCK_IN_FLOW/,
    "in brackets or braces everything is separated by commas: no lists with " +
    "dashes, no maps by indentation",
  ],
  [
    /^UNEXPECTED_TOKEN Unexpected (?:scalar|\S*) at node end/,
    "follows a value that has ended: put the whole value in one pair of " +
    "quotes, and write '' for ' in single ones",
  ],
  [/without - indicator/, "is no item of the list above: a dash is missing"],
  [
    /^MISSING_CHAR Missing ,|^MISSING_CHAR Missing , or :/,
    "a comma is missing before this",
  ],
  [/^MISSING_CHAR Missing space after :/, "needs a space after the colon"],
  [/^MISSING_CHAR Comments/, 'a comment needs a space before its "#"'],
  [
    /^BAD_SCALAR_START/,
    "a value cannot begin with this sign: put the whole value in quotes",
  ],
  [
    /^BAD_DQ_ESCAPE/,
    "is no escape that YAML knows: in double quotes a backslash is written " +
    "twice; in single quotes it is a plain sign",
  ],
  [/^TAB_AS_INDENT/, "a tab indents this line: YAML takes spaces only"],
  [/^NON_STRING_KEY/, "a map or a list cannot be a key: put it in quotes"],
  [/^KEY_OVER_1024_CHARS/, "is longer than a key can be: 1024 characters"],
  [/^RESOURCE_EXHAUSTION/, TOO_DEEP],
  [/^TAG_RESOLVE_FAILED/, 'unknown tag: quote text that starts with "!"'],
  [
    /Unexpected (?:block-)?\S*map-value-ind/,
    "is a colon without a key, or one that is indented less than its map",
  ],
  [
    /Unexpected flow-\S*-end/,
    "closes a bracket that was not opened",
  ],
  [
    /Unexpected block-seq-ind on same line/,
    "a list begins in a line of its own, below its key",
  ],
];

function plainWords(code: string, message: string): string {
  const said = `${code} ${message}`.trimStart();
  const found = WORDS.find(([pattern]) => pattern.test(said));
  return found?.[1] ?? withoutDetail(message);
}

/** The parser's words, without the piece of the text that follows a colon. */
function withoutDetail(message: string): string {
  const [words = ""] = message.split(":");
  return words.charAt(0).toLowerCase() + words.slice(1);
}
