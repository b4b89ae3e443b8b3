/**
 * Lines that begin in the wrong column. The parser tells of them where it can
 * go on no further, which is often a line before or after.
 *
 * @module
 */

import type { Edit, Mend, Mistake } from "../mistakes.ts";

/** A line as far as its indentation goes. */
interface Indented {
  readonly offset: number;
  /** Where it begins, from 0. */
  readonly start: number;
  /** Where what it says begins, behind the dashes of items. */
  readonly column: number;
  /** Whether it is a key or an item with a value in the same line. */
  readonly complete: boolean;
}

/** What is wrong with a line, and where it is to begin. */
interface Misplaced {
  readonly problem: string;
  readonly column: number;
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
    const found = line.offset + line.start >= lineStart(text, from)
      ? misplaced(line, above)
      : null;
    if (found !== null) {
      const { problem, column } = found;
      const mend: Mend = () => moved(text, line, column);
      const offset = line.offset + line.start;
      return { offset, problem, mend, moves: true };
    }
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
      const isItem = all.length === column &&
        /^[^\s#|>&]/.test(line.slice(column));
      yield { offset, start, column, complete: value !== undefined || isItem };
    }
    offset += whole.length + 1;
  }
}

function misplaced(
  { start, column }: Indented,
  above: readonly Indented[],
): Misplaced | null {
  const last = above.at(-1);
  if (last === undefined) return null;
  const isItem = column > start;
  const list = isItem ? listAbove(start, above) : null;
  if (list !== null) {
    const problem = `this item begins in column ${start + 1}, deeper than ` +
      `those of its list: begin in column ${list + 1}`;
    return { problem, column: list };
  }
  if (!isItem && isDash(last, start) && !isOfListsKey(start, above)) {
    const problem = `begins in column ${start + 1}, below the dash of its ` +
      `item: begin in column ${last.column + 1}`;
    return { problem, column: last.column };
  }
  if (last.complete && start > last.column) {
    const problem = `begins in column ${start + 1}, deeper than the key ` +
      `above it, which has its value: begin in column ${last.column + 1}`;
    return { problem, column: last.column };
  }
  if (start > last.column) return null;
  const columns = columnsAbove(above);
  if (columns.includes(start)) return null;
  const [near = 0] = columns.toSorted((a, b) =>
    Math.abs(a - start) - Math.abs(b - start) || b - a
  );
  const problem = `begins in column ${start + 1}, where nothing above it ` +
    `begins: its neighbours are in column ${near + 1}`;
  return { problem, column: near };
}

function isDash({ start, column }: Indented, at: number): boolean {
  return column > start && start === at;
}

/** Whether the key of the list above begins here, too: then others can. */
function isOfListsKey(start: number, above: readonly Indented[]): boolean {
  const owner = above.findLast((each) =>
    each.start < start || (each.start === start && each.column === start)
  );
  return owner?.start === start;
}

/**
 * Where the list begins that an item is too deep for: what is above it in its
 * own column, or nearest to that, has its value and can hold no list.
 */
function listAbove(start: number, above: readonly Indented[]): number | null {
  const nearest = above.findLast((each) => each.start <= start);
  // Below a key whose list has begun in another column there is no other one.
  const isFull = nearest?.complete || nearest !== above.at(-1);
  if (nearest === undefined || !isFull) return null;
  if (nearest.column === nearest.start && nearest.start < start) return null;
  if (nearest.column > nearest.start && nearest.start === start) return null;
  return above.findLast((each) =>
    each.column > each.start && each.start < start
  )
    ?.start ?? null;
}

/**
 * Move a line, and with it those below that begin in the same column or belong
 * to one that does.
 */
function moved(
  text: string,
  { offset, start }: Indented,
  column: number,
): Edit[] {
  const edits: Edit[] = [];
  const shift = column - start;
  /** Where what belongs to the last line that was moved begins at least. */
  let below = Infinity;
  let place = offset;
  for (const line of text.slice(offset).split("\n")) {
    const [, blanks = "", dashes = ""] = /^( *)((?:- +)*)/.exec(line) ?? [];
    const isBlank = /^\s*(?:#|$)/.test(line);
    if (!isBlank) {
      const at = blanks.length;
      if (at < start || (at > start && at < below)) break;
      if (at === start) {
        below = dashes === "" ? keyBelow(line, start) : start + dashes.length;
      }
      edits.push({
        ...{ start: place, end: place + Math.max(0, -shift) },
        text: " ".repeat(Math.max(0, shift)),
      });
    }
    place += line.length + 1;
  }
  return edits;
}

/** What stands below a key that has its value belongs to another one. */
function keyBelow(line: string, start: number): number {
  return /:\s*(?:[|>&#].*)?$/.test(line) ? start + 1 : Infinity;
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
