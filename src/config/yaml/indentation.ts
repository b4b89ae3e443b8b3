/**
 * Lines that begin in the wrong column. The parser tells of them where it can
 * go on no further, which is often a line before or after.
 *
 * @module
 */

import type { Mistake } from "../mistakes.ts";

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
  for (const whole of text.split("\n")) {
    const line = whole.replace(/\r$/, "");
    const match = /^( *)((?:- +|-$)*)(?:[A-Za-z_][\w-]*:(?= |$)( +[^\s#|>&])?)?/
      .exec(line);
    const [all = "", spaces = "", dashes = "", value] = match ?? [];
    if (all.length > spaces.length) {
      const start = spaces.length;
      const column = start + dashes.length;
      yield { offset, start, column, complete: value !== undefined };
    }
    offset += whole.length + 1;
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
