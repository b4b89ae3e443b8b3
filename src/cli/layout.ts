/**
 * Text in the columns of a terminal.
 *
 * @module
 */

/** A row of a table: what it is about, and its lines. */
export type Row = readonly [title: string, lines: readonly string[]];

/**
 * Break a line at spaces so that none is longer than it may be; a longer word
 * stays whole.
 *
 * @param line Text without line feeds.
 * @param width Columns, 1 or more; Infinity for one line.
 * @param indent Columns by which the lines after the first are indented.
 */
export function wrap(line: string, width: number, indent: number): string {
  const lines: string[] = [];
  const margin = " ".repeat(indent);
  let rest = line;
  for (;;) {
    const room = lines.length === 0 ? width : width - indent;
    const end = rest.length <= room ? -1 : breakOf(rest, room);
    lines.push(end < 0 ? rest : rest.slice(0, end));
    if (end < 0) return lines.join(`\n${margin}`);
    rest = rest.slice(end).trimStart();
  }
}

/** Where a text that is too long breaks, or −1; not in its own indentation. */
function breakOf(text: string, room: number): number {
  const indented = text.search(/\S/);
  const before = text.lastIndexOf(" ", Math.max(room, 1));
  return before > indented ? before : text.indexOf(" ", indented);
}

/**
 * Write rows below one another, with the titles in a column of their own; where
 * that would take more than half of the width, in lines of their own.
 *
 * @param rows The rows; those without lines are left out.
 * @param width Columns that there are.
 * @param indent Columns before the titles.
 */
export function table(
  rows: readonly Row[],
  width: number,
  indent: number,
): string[] {
  const shown = rows.filter(([, lines]) => lines.length > 0);
  const longest = Math.max(0, ...shown.map(([title]) => title.length));
  const margin = indent + longest + 2;
  if (margin > width / 2) {
    return shown.flatMap(([title, lines]) => [
      " ".repeat(indent) + title,
      ...lines.map((line) => {
        const head = " ".repeat(indent + 2);
        return wrap(head + line, width, head.length);
      }),
    ]);
  }
  return shown.flatMap(([title, lines]) =>
    lines.map((line, i) => {
      const head = " ".repeat(indent) + (i === 0 ? title : "");
      return wrap(head.padEnd(margin) + line, width, margin);
    })
  );
}
