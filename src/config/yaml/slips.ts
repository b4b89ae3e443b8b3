/**
 * Slips of the hand that make a text no YAML, told in the words of who wrote
 * it. They are looked for line by line, and only in a text that the parser
 * refuses: what it says of them is where it lost its way, often further down.
 *
 * @module
 */

import { blankName, ODD_BLANK } from "../blanks.ts";
import { type Mistake, Mistakes } from "../mistakes.ts";
import { keyNames } from "../schema/key_names.ts";

/** A bracket or a quotation mark that nothing closes. */
export interface Opening {
  /** Its place in the text. */
  readonly offset: number;
  /** The sign. */
  readonly sign: string;
}

/** What a pattern finds in a line; the match of its group `here` is its place. */
interface Rule {
  /** With the flag `d`. */
  readonly pattern: RegExp;
  /** Whether the group `key` must be one that the schema knows. */
  readonly known?: boolean;
  /** What is wrong, and what mends it; it holds no value of the file. */
  readonly problem: (groups: Readonly<Record<string, string>>) => string;
}

const START = String.raw`^ *(?:- +)*`;
const KEY = String.raw`(?<key>[A-Za-z_][\w-]*)`;

const RULES: readonly Rule[] = [
  {
    pattern: new RegExp(
      `${START}(?:${KEY}:)? *(?<here>${ODD_BLANK.source})`,
      "du",
    ),
    problem: ({ here = "" }) =>
      `is ${blankName(here)}, not a space: write a space in its place`,
  },
  {
    pattern: /^ *(?<here>\t)\s*[^\s#]/d,
    problem: () => "a tab indents this line: YAML takes spaces only",
  },
  {
    pattern: new RegExp(`${START}(?<here>${KEY}):(?=[^\\s:])`, "d"),
    known: true,
    problem: ({ key }) => `needs a space after the colon: write "${key}: …"`,
  },
  {
    pattern: new RegExp(`^ *(?<here>-)${KEY}:(?= |$)`, "d"),
    known: true,
    problem: ({ key }) => `needs a space after the dash: write "- ${key}: …"`,
  },
  {
    pattern: new RegExp(`${START}(?<here>${KEY})(?: *=| +(?![ :#]))`, "d"),
    known: true,
    problem: ({ key }) => `needs a colon after the key: write "${key}: …"`,
  },
  {
    pattern: /(?<here>\{\{|\{%)/d,
    problem: () => "is a placeholder of a template that was not filled in",
  },
  {
    pattern: new RegExp(
      `${START}${KEY}: +(?![ "'{[|>&*!])[^#]*?(?<here>:)(?= |$)`,
      "d",
    ),
    known: true,
    problem: () =>
      "is a second colon with a space behind it: put the whole value in quotes",
  },
];

/** A line below which all that is deeper is text. */
const BLOCK_TEXT = /(?:^|[:-]) *[|>][-+\d]* *(?:#.*)?$/;

/**
 * Find the slips in a text that the parser refuses.
 *
 * @param text The text.
 * @param openings What is opened in it and never closed.
 */
export function findSlips(
  text: string,
  openings: readonly Opening[],
): Mistakes {
  const found = new Mistakes();
  for (const { offset, sign } of openings) {
    found.add(offset, `this ${sign} is never closed: ${closing(sign)}`);
  }
  let offset = 0;
  let textBelow = Infinity;
  for (const line of text.split("\n")) {
    const indentation = line.search(/\S|$/);
    if (indentation <= textBelow || indentation === line.length) {
      if (indentation < line.length) textBelow = Infinity;
      if (BLOCK_TEXT.test(line)) textBelow = indentation;
      addSlip(line, offset, found);
    }
    offset += line.length + 1;
  }
  return found;
}

function closing(sign: string): string {
  if (sign === "[") return "add ] where the list ends";
  return sign === "{"
    ? "add } where the map ends"
    : `add another ${sign} where the text ends`;
}

/** The first slip of a line; comments have none. */
function addSlip(line: string, offset: number, found: Mistakes): void {
  if (/^\s*#/.test(line) || line.length > MAX_LINE) return;
  for (const { pattern, known = false, problem } of RULES) {
    const match = pattern.exec(line);
    const { groups = {}, indices } = match ?? {};
    if (match === null || (known && !keyNames().has(groups.key ?? ""))) {
      continue;
    }
    const [start = 0] = indices?.groups?.here ?? [];
    return found.add(offset + start, problem(groups));
  }
}

/** Longer lines are none that a hand wrote. */
const MAX_LINE = 1000;

/** A line as far as its indentation goes. */
interface Indented {
  readonly offset: number;
  /** Where it begins, from 0. */
  readonly start: number;
  /** Where what it says begins, behind the dashes of items. */
  readonly column: number;
  /** Whether it is a key with a value in the same line. */
  readonly complete: boolean;
}

/**
 * Say what is wrong with the indentation of a line or the next one.
 *
 * @param text A text that the parser refuses.
 * @param from Offset in the line in which it lost its way.
 * @returns The mistake, or null when both are indented well.
 */
export function indentationSlip(text: string, from: number): Mistake | null {
  const above: Indented[] = [];
  const end = text.indexOf("\n", from);
  for (const line of indentedLines(text)) {
    const problem = line.offset + line.start >= lineStart(text, from)
      ? indentationProblem(line, above)
      : null;
    if (problem !== null) return { offset: line.offset + line.start, problem };
    if (end < 0 || line.offset > end) return null;
    above.push(line);
  }
  return null;
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

/** Lines that begin with a key or a dash. */
function* indentedLines(text: string): Generator<Indented> {
  let offset = 0;
  for (const line of text.split("\n")) {
    const match = /^( *)((?:- +|-$)*)(?:[A-Za-z_][\w-]*:(?= |$)( +[^\s#|>&])?)?/
      .exec(line);
    const [all = "", spaces = "", dashes = "", value] = match ?? [];
    if (all.length > spaces.length) {
      const start = spaces.length;
      const column = start + dashes.length;
      yield { offset, start, column, complete: value !== undefined };
    }
    offset += line.length + 1;
  }
}

function indentationProblem(
  { start }: Indented,
  above: readonly Indented[],
): string | null {
  const last = above.at(-1);
  if (last === undefined) return null;
  if (last.complete && start > last.column) {
    return `begins in column ${start + 1}, deeper than the key above it, ` +
      `which has its value: begin in column ${last.column + 1}`;
  }
  if (start > last.column) return null;
  const columns = columnsAbove(above);
  if (columns.includes(start)) return null;
  const [near = 0] = columns.toSorted((a, b) =>
    Math.abs(a - start) - Math.abs(b - start) || b - a
  );
  return `begins in column ${start + 1}, where nothing above it begins: ` +
    `its neighbours are in column ${near + 1}`;
}

/** Columns of the maps and lists that a next line could belong to. */
function columnsAbove(above: readonly Indented[]): number[] {
  const columns: number[] = [];
  let least = Infinity;
  for (const { start, column } of above.toReversed()) {
    for (const each of [column, start]) {
      if (each < least) columns.push(least = each);
    }
    if (least === 0) break;
  }
  return columns;
}
