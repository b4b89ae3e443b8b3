/**
 * Slips of the hand that make a text no YAML, told in the words of who wrote
 * it. They are looked for line by line, and only in a text that the parser
 * refuses: what it says of them is where it lost its way, often further down.
 *
 * @module
 */

import { blankName, ODD_BLANK } from "../blanks.ts";
import { Mistakes } from "../mistakes.ts";
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
    pattern: new RegExp(`${START}(?<here>${KEY})(?: *=| +(?![ :#])| *$)`, "d"),
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
  for (const whole of text.split("\n")) {
    const line = whole.replace(/\r$/, "");
    const indentation = line.search(/\S|$/);
    if (indentation <= textBelow || indentation === line.length) {
      if (indentation < line.length) textBelow = Infinity;
      if (BLOCK_TEXT.test(line)) textBelow = indentation;
      addSlip(line, offset, found);
    }
    offset += whole.length + 1;
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
