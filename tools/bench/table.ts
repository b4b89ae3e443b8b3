/**
 * A report as a table in Markdown, which a terminal can show as well.
 *
 * @module
 */

import { type Judged, judged, type Report } from "./report.ts";
import type { Summary } from "./statistics.ts";
import { goalText } from "./verdict.ts";

const TITLES = [
  "row",
  "goal",
  "alived",
  "keepalived",
  "ratio",
  "ahead",
  "verdict",
];

/** Circumstances, table and failures. */
export function reportText(
  { circumstances, results, failures }: Report,
): string {
  const { from, to, machine, load, versions } = circumstances;
  const minutes = (Date.parse(to) - Date.parse(from)) / 60_000;
  const rows = results.map(judged)
    .filter(({ alived, keepalived }) => alived !== null || keepalived !== null);
  const met = rows.filter(({ verdict }) => verdict.met === true).length;
  const goals = rows.filter(({ verdict }) => verdict.met !== null).length;
  return [
    `- ${from.slice(0, 10)}, ${minutes.toFixed(0)} minutes; load average ` +
    load.map((value) => value.toFixed(1)).join(" at the begin, ") +
    " at the end",
    `- ${machine}`,
    `- ${versions.alived}`,
    `- ${versions.keepalived}`,
    `- goals met: ${met} of ${goals}`,
    "",
    ...table([TITLES, ...rows.map(cells)]),
    ...failuresText(failures),
  ].join("\n") + "\n";
}

function cells({ row, alived, keepalived, verdict }: Judged): string[] {
  const { ratio, ahead, met } = verdict;
  const name = row.unit === "" ? row.name : `${row.name}, ${row.unit}`;
  return [
    name,
    goalText(row),
    cell(alived),
    cell(keepalived),
    ratio === null ? "" : ratio.toFixed(2),
    ahead ?? "",
    met === null ? "" : met ? "met" : "**not met**",
  ];
}

/** Median, least to greatest, and how many. */
function cell(values: Summary | null): string {
  if (values === null) return "–";
  const { median, least, greatest, count } = values;
  if (count === 1) return figure(median);
  return `${figure(median)} [${figure(least)}–${figure(greatest)}] (${count})`;
}

/** A number with three digits that say something, four above a thousand. */
export function figure(value: number): string {
  if (Number.isInteger(value)) return String(value);
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(3, Math.max(value >= 100 ? 1 : 0, digits)));
}

/** Lines of a table whose columns are as wide as they must be. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = TITLES.map((_, i) =>
    Math.max(...rows.map((row) => (row[i] ?? "").length))
  );
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, i) => (row[i] ?? "").padEnd(width)).join(" | ")} |`;
  const [titles = [], ...rest] = rows;
  const rule = widths.map((width) => "-".repeat(width));
  return [line(titles), line(rule), ...rest.map(line)];
}

function failuresText(failures: Report["failures"]): string[] {
  if (failures.length === 0) return [];
  const lines = failures.map(({ part, contender, reason }) =>
    `- ${part}, ${contender}: ${reason.split("\n")[0]}`
  );
  return ["", "Not measured:", "", ...new Set(lines)];
}

const BEGIN = "<!-- figures: written by `deno task bench --docs` -->\n";
const END = "<!-- end of the figures -->\n";

/**
 * Put a report into the page in place of the one that is there.
 *
 * @throws {Error} When the page has no place for it.
 */
export function withReport(page: string, report: Report): string {
  const begin = page.indexOf(BEGIN) + BEGIN.length;
  const end = page.indexOf(END, begin);
  if (begin < BEGIN.length || end < 0) {
    throw new Error("Cannot find the place for the figures");
  }
  return `${page.slice(0, begin)}\n${reportText(report)}\n${page.slice(end)}`;
}
