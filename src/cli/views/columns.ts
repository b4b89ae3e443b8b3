/**
 * Tables with headings, which fold into blocks where they do not fit.
 *
 * @module
 */

import { table, wrap } from "../layout.ts";
import { type Look, type Shade, shaded } from "./style.ts";

/** A cell: its text, and a colour where there is one. */
export type Cell = readonly [text: string, shade: Shade | null];

/** A line of the table, and what is to be said below it. */
export interface Line {
  /** As many as there are headings. */
  readonly cells: readonly Cell[];
  /** Sentences. */
  readonly notes: readonly string[];
}

const GAP = 2;
const NOTE = "└ ";

/**
 * Write a table.
 *
 * @param headings The first is that of the name.
 * @returns Lines without line feeds. Where the table is wider than the look, a
 *   block for each line: the name and the second cell, then a row a heading.
 */
export function columns(
  headings: readonly string[],
  lines: readonly Line[],
  look: Look,
): string[] {
  const widths = headings.map((heading, i) =>
    Math.max(heading.length, ...lines.map(({ cells }) => lengthOf(cells[i])))
  );
  const total = widths.reduce((sum, width) => sum + width + GAP, -GAP);
  return total <= look.width
    ? [
      inColumns(headings.map((heading) => [heading, "bold"]), widths, look),
      ...lines.flatMap(({ cells, notes }) => [
        inColumns(cells, widths, look),
        ...notes.map((note) => noteLine(note, (widths[0] ?? 0) + GAP, look)),
      ]),
    ]
    : lines.flatMap((line) => block(headings, line, look));
}

function lengthOf(cell: Cell | undefined): number {
  return cell?.[0].length ?? 0;
}

function inColumns(
  cells: readonly Cell[],
  widths: readonly number[],
  look: Look,
): string {
  return cells.map(([text, shade], i) => {
    const isLast = i === cells.length - 1;
    const rest = isLast ? 0 : (widths[i] ?? 0) + GAP - text.length;
    return shaded(text, shade, look) + " ".repeat(rest);
  }).join("");
}

/** A sentence below its line, with a hook that shows where it belongs. */
function noteLine(note: string, margin: number, { width }: Look): string {
  const room = width - margin;
  return wrap(NOTE + note, room, NOTE.length)
    .replace(/^/gm, " ".repeat(margin));
}

function block(
  headings: readonly string[],
  { cells, notes }: Line,
  look: Look,
): string[] {
  const [[name], [word, shade]] = [cells[0] ?? EMPTY, cells[1] ?? EMPTY];
  const rows = headings.slice(2).map((heading, i) => {
    const [text] = cells[i + 2] ?? EMPTY;
    return [heading.toLowerCase(), [text]] as const;
  });
  return [
    `${name}: ${shaded(word, shade, look)}`,
    ...table(rows, look.width, GAP),
    ...notes.map((note) => noteLine(note, GAP, look)),
  ];
}

const EMPTY: Cell = ["", null];
