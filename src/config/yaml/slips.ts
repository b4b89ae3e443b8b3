/**
 * Slips of the hand that make a text no YAML, told in the words of who wrote
 * it. They are looked for line by line, and only in a text that the parser
 * refuses: what it says of them is where it lost its way, often further down.
 *
 * @module
 */

import { blankName, ODD_BLANK } from "../blanks.ts";
import { type Edit, Mistakes } from "../mistakes.ts";
import { keyNames } from "../schema/key_names.ts";
import { VARIABLE } from "../schema/values.ts";
import { UNREAD_SIGN } from "./data.ts";

/** A bracket or a quotation mark that nothing closes. */
export interface Opening {
  /** Its place in the text. */
  readonly offset: number;
  /** The sign. */
  readonly sign: string;
  /** Place of the outermost bracket that it stands in, or its own. */
  readonly outermost: number;
}

/** What is changed in a line: from a column up to another one, from 0. */
type LineEdit = readonly [start: number, end: number, text: string];

/** What a rule has found in a line. */
interface Found {
  /** The whole line. */
  readonly line: string;
  /** Columns of its group `here`. */
  readonly here: readonly [number, number];
  /** The groups. */
  readonly groups: Readonly<Record<string, string>>;
  /** The lines above and below that say something. */
  readonly above: string;
  readonly below: string;
}

/** What a pattern finds in a line; the match of its group `here` is its place. */
interface Rule {
  /** With the flag `d`. */
  readonly pattern: RegExp;
  /** Whether the group `key` must be one that the schema knows. */
  readonly known?: boolean;
  /** What is wrong, and what mends it; it holds no value of the file. */
  readonly problem: (groups: Readonly<Record<string, string>>) => string;
  /** The change that makes it YAML; a tab has so many columns, see Mend. */
  readonly mend: (found: Found, tab: number) => LineEdit;
  /** Whether that moves the line. */
  readonly moves?: boolean;
  /** What is said of further lines with the same slip, which are not told. */
  readonly more?: (others: number) => string;
}

const START = String.raw`^ *(?:- +)*`;
const KEY = String.raw`(?<key>[A-Za-z_][\w-]*)`;
/** Keys whose text can hold `${…}`, which a shell or nobody replaces. */
const FREE_KEYS: ReadonlySet<string> = new Set([
  ...["notify", "notify_master", "notify_backup", "notify_fault"],
  ...["notify_stop", "shell", "script", "args", "environment", "headers"],
  ...["url", "send", "expect", "contains", "matches"],
]);

const RULES: readonly Rule[] = [
  {
    pattern: new RegExp(
      `${START}(?:${KEY}:)? *(?<here>(?:${ODD_BLANK.source})+)`,
      "du",
    ),
    problem: ({ here = "" }) =>
      `is ${
        blankName(here.charAt(0))
      }, not a space: write a space in its place`,
    mend: ({ here: [start, end], groups: { here = "" } }) => [
      ...[start, end] as const,
      here.replace(/[\u200b\u2060\ufeff]/g, "").replace(/./gu, " "),
    ],
    more: (others) => `, as in ${others} more`,
  },
  {
    pattern: /^ *(?<here>\t)\s*[^\s#]/d,
    problem: () => "a tab indents this line: YAML takes spaces only",
    mend: (found, tab) => {
      const [blanks = ""] = /^[ \t]*/.exec(found.line) ?? [];
      const text = tab === 0
        ? " ".repeat(columnBetween(found))
        : withoutTabs(blanks, tab);
      return [0, blanks.length, text];
    },
    moves: true,
    more: (others) => ` and ${others} more`,
  },
  {
    pattern: new RegExp(`${START}(?<here>${KEY}):(?=[^\\s:])`, "d"),
    known: true,
    problem: ({ key }) => `needs a space after the colon: write "${key}: …"`,
    mend: ({ here: [, end] }) => [end + 1, end + 1, " "],
  },
  {
    pattern: new RegExp(`^ *(?<here>-)${KEY}:(?= |$)`, "d"),
    known: true,
    problem: ({ key }) => `needs a space after the dash: write "- ${key}: …"`,
    mend: ({ here: [, end] }) => [end, end, " "],
  },
  {
    pattern: new RegExp(
      `${START}(?<here>${KEY})(?<sign> *=| +(?![ :#])| *$)`,
      "d",
    ),
    known: true,
    problem: ({ key }) => `needs a colon after the key: write "${key}: …"`,
    mend: ({ line, here: [, end], groups: { sign = "" }, below }) => [
      ...[end, end + sign.length] as const,
      end + sign.length < line.length || isBelow(line, below)
        ? ": "
        : `: ${UNREAD_SIGN}`,
    ],
  },
  {
    pattern: /(?<here>\{\{|\{%)/d,
    problem: () => "is a placeholder of a template that was not filled in",
    mend: ({ line, here: [start], groups: { here } }) => [
      ...[start, line.length] as const,
      here === "{%" ? "#" : UNREAD_SIGN,
    ],
  },
  {
    pattern: new RegExp(
      `${START}(?:${KEY}: +)?` +
        String
          .raw`(?<before>[[{](?:[^"']|"[^"]*"|'[^']*')*?)(?<here>[^\s,:"'[{]*\$\{)`,
      "d",
    ),
    problem: ({ key = "", before = "" }) => {
      const [, inner = key] = /([A-Za-z_]\w*): *[^:]*$/.exec(before) ?? [];
      return FREE_KEYS.has(inner)
        ? "in brackets a text with ${…} must be in quotes"
        : VARIABLE;
    },
    mend: valueEdit,
  },
  {
    pattern: new RegExp(
      `${START}${KEY}: +(?![ "'{[|>&*!])[^#]*?(?<here>:)(?= |$)`,
      "d",
    ),
    known: true,
    problem: () =>
      "is a second colon with a space behind it: put the whole value in quotes",
    mend: valueEdit,
  },
];

/** Leave out the value of a line. */
function valueEdit({ line }: Found): LineEdit {
  const [before = ""] = /^ *(?:- +)*(?:[A-Za-z_][\w-]*: +)?/.exec(line) ?? [];
  return [before.length, line.length, UNREAD_SIGN];
}

/** The column of a line that its neighbours suggest, from 0. */
function columnBetween({ line, above, below }: Found): number {
  const opens = /:\s*$/.test(above);
  const own = contentColumn(above);
  const next = below.search(/\S|$/);
  const isItem = (text: string): boolean => /^\s*-(?: |$)/.test(text);
  if (isItem(line)) {
    if (isItem(above)) return above.search(/\S|$/);
    if (isItem(below) && (!opens || next >= own)) return next;
    return own + 2;
  }
  if (opens) return next > own ? next : own + 2;
  return /:(?: |$)/.test(above) ? own : next;
}

/** Where what a line says begins, behind the dashes of items. */
function contentColumn(line: string): number {
  return /^ *(?:- +)*/.exec(line)?.[0].length ?? 0;
}

function withoutTabs(blanks: string, tab: number): string {
  let columns = 0;
  for (const blank of blanks) {
    columns += blank === "\t" ? tab - columns % tab : 1;
  }
  return " ".repeat(columns);
}

/** Whether a line belongs to the key that stands alone in the one above. */
function isBelow(line: string, below: string): boolean {
  const column = contentColumn(line);
  const start = below.search(/\S|$/);
  return start > column || (start === column && /^ *-(?: |$)/.test(below));
}

/** A line below which all that is deeper is text. */
const BLOCK_TEXT = /(?:^|[:-]) *[|>][-+\d]* *(?:#.*)?$/;

/** A line with its place. */
interface Line {
  readonly start: number;
  readonly line: string;
}

/** The line that a place is in, without its end. */
export function lineAround(text: string, offset: number): Line {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  return { start, line: /[^\r\n]*/.exec(text.slice(start))?.[0] ?? "" };
}

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
  for (const opening of openings) {
    const { offset, sign } = opening;
    const edit = openedEdit(text, opening);
    const problem = `this ${sign} is never closed: ${closing(sign)}`;
    found.take({ offset, problem, mend: () => [edit] });
  }
  const lines = linesWithout(text);
  const several = new Map<Rule, Slip[]>();
  for (const [i, each] of lines.entries()) {
    const [above, below] = [lines[i - 1], lines[i + 1]];
    const slip = slipIn(each, above?.line ?? "", below?.line ?? "");
    if (slip === null) continue;
    if (slip.rule.more === undefined) addSlips([slip], found);
    else {
      const same = several.get(slip.rule) ?? [];
      same.push(slip);
      several.set(slip.rule, same);
    }
  }
  for (const slips of several.values()) addSlips(slips, found);
  return found;
}

/** Lines in which slips are looked for: no comments, no text below `|`. */
function linesWithout(text: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  let textBelow = Infinity;
  for (const whole of text.split("\n")) {
    const line = whole.replace(/\r$/, "");
    const indentation = line.search(/\S|$/);
    if (indentation < line.length && indentation <= textBelow) {
      textBelow = BLOCK_TEXT.test(line) ? indentation : Infinity;
      if (!/^\s*#/.test(line) && line.length <= MAX_LINE) {
        lines.push({ start, line });
      }
    }
    start += whole.length + 1;
  }
  return lines;
}

/** The change that leaves out what is opened and all that stands in it. */
function openedEdit(text: string, { offset, outermost }: Opening): Edit {
  const { start, line } = lineAround(text, outermost);
  const indentation = line.search(/\S|$/);
  let end = start + line.length;
  if (outermost !== offset || /[[{]/.test(text.charAt(offset))) {
    const deeper = new RegExp(
      String.raw`(?:\r?\n(?: {${indentation + 1}}[^\r\n]*| *(?=\r?\n)))*`,
      "y",
    );
    deeper.lastIndex = end;
    end += deeper.exec(text)?.[0].length ?? 0;
  }
  return { start: outermost, end, text: UNREAD_SIGN };
}

function closing(sign: string): string {
  if (sign === "[") return "add ] where the list ends";
  return sign === "{"
    ? "add } where the map ends"
    : `add another ${sign} where the text ends`;
}

/** A slip in a line. */
interface Slip {
  readonly rule: Rule;
  readonly start: number;
  readonly found: Found;
}

/** The first slip of a line. */
function slipIn(
  { start, line }: Line,
  above: string,
  below: string,
): Slip | null {
  for (const rule of RULES) {
    const match = rule.pattern.exec(line);
    const { groups = {}, indices } = match ?? {};
    if (match === null || (rule.known && !keyNames().has(groups.key ?? ""))) {
      continue;
    }
    const here = indices?.groups?.here ?? [0, 0];
    return { rule, start, found: { line, here, groups, above, below } };
  }
  return null;
}

/** Tell of slips of one kind as of one. */
function addSlips(slips: readonly Slip[], mistakes: Mistakes): void {
  const [first] = slips;
  if (first === undefined) return;
  const { rule: { problem, more, moves }, start, found } = first;
  const others = slips.length > 1 ? more?.(slips.length - 1) ?? "" : "";
  mistakes.take({
    offset: start + found.here[0],
    problem: problem(found.groups).replace(/(?=:|$)/, others),
    mend: (tab) =>
      slips.map(({ rule, start, found }) => {
        const [from, to, text] = rule.mend(found, tab);
        return { start: start + from, end: start + to, text };
      }),
    moves,
  });
}

/** Longer lines are none that a hand wrote. */
const MAX_LINE = 1000;
