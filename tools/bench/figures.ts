/**
 * Collects figures by name and contender, and prints them side by side.
 *
 * @module
 */

/** One value of one contender. */
export interface Figure {
  /** What was measured, with its unit: the row of the table. */
  readonly name: string;
  /** Who it was measured of: the column. */
  readonly contender: string;
  readonly value: number;
}

/** The value in the middle; the upper one of two. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

const FIRST = 74;
const COLUMN = 26;

/**
 * Median, worst and number of values of each figure.
 *
 * @param contenders The columns from left to right.
 */
export function table(
  figures: readonly Figure[],
  contenders: readonly string[],
): string {
  const names = [...new Set(figures.map(({ name }) => name))];
  const head = "".padEnd(FIRST) +
    contenders.map((contender) => contender.padStart(COLUMN)).join("");
  const rows = names.map((name) =>
    name.padEnd(FIRST) + contenders.map((contender) =>
      cell(
        figures.filter((figure) =>
          figure.name === name && figure.contender === contender
        ).map(({ value }) => value),
      ).padStart(COLUMN)
    ).join("")
  );
  return [head, ...rows].join("\n");
}

function cell(values: readonly number[]): string {
  if (values.length === 0) return "-";
  if (values.length === 1) return number(values[0] ?? NaN);
  const worst = Math.max(...values);
  return `${number(median(values))}, worst ${number(worst)} (${values.length})`;
}

function number(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}
