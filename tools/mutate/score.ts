/**
 * Counts verdicts, and keeps `docs/mutation.md`, whose table has a row for
 * each mutated file.
 *
 * @module
 */

import type { Judged } from "./mutant.ts";

/** What became of the mutants of a file. */
export interface Score {
  /** Path from the root of the repository. */
  readonly file: string;
  /** How many there are, equivalent ones too. */
  readonly mutants: number;
  /** Those that a test killed. */
  readonly killed: number;
  /** Those that are listed as equivalent. */
  readonly equivalent: number;
  /** Day of the run, `2026-01-31`. */
  readonly date: string;
}

/** Titles of the columns. */
const TITLES = "file mutants killed equivalent survived score date".split(" ");

/** Where the table begins in the page, however wide its columns are. */
const BEGIN = new RegExp(`^\\| *${TITLES.join(" *\\| *")} *\\|`, "m");

/**
 * Count the verdicts, by file in the order of their paths.
 *
 * @param isEquivalent Whether the list of equivalents names it.
 */
export function scores(
  judged: readonly Judged[],
  isEquivalent: (judged: Judged) => boolean,
  date: string,
): Score[] {
  const files = [...new Set(judged.map(({ mutant }) => mutant.file))].sort();
  return files.map((file) => {
    const own = judged.filter(({ mutant }) => mutant.file === file);
    return {
      file,
      mutants: own.length,
      killed: own.filter(({ verdict }) => verdict.outcome === "killed").length,
      equivalent: own.filter(isEquivalent).length,
      date,
    };
  });
}

/** The killed in percent of those that are not equivalent, rounded down. */
export function percent({ mutants, killed, equivalent }: Score): number {
  const real = mutants - equivalent;
  return real === 0 ? 100 : Math.floor(killed / real * 1000) / 10;
}

/** The sum of the counts, and the oldest date. */
export function total(all: readonly Score[]): Score {
  const sum = (key: "mutants" | "killed" | "equivalent"): number =>
    all.reduce((count, score) => count + score[key], 0);
  return {
    file: "all",
    mutants: sum("mutants"),
    killed: sum("killed"),
    equivalent: sum("equivalent"),
    date: all.map(({ date }) => date).sort()[0] ?? "",
  };
}

/**
 * Write the table anew: a row for each of `fresh`, the rows of other files as
 * they were, and their sum.
 *
 * @param document The text of the page.
 * @param isThere Whether a file of another row still exists.
 */
export function updateTable(
  document: string,
  fresh: readonly Score[],
  isThere: (file: string) => boolean,
): string {
  const at = document.search(BEGIN);
  if (at < 0) throw new Error("Cannot find the table");
  const rows = new Map(
    readRows(document.slice(at)).filter(({ file }) => isThere(file))
      .map((score) => [score.file, score]),
  );
  for (const score of fresh) rows.set(score.file, score);
  const all = [...rows.values()].sort((a, b) => a.file < b.file ? -1 : 1);
  return document.slice(0, at) + table(all);
}

/** The table, with the sum as its last row. */
export function table(all: readonly Score[]): string {
  const cells = [
    TITLES,
    ...[...all, total(all)].map((score) => [
      score.file === "all" ? "all" : `\`${score.file}\``,
      String(score.mutants),
      String(score.killed),
      String(score.equivalent),
      String(score.mutants - score.killed - score.equivalent),
      `${percent(score).toFixed(1)} %`,
      score.date,
    ]),
  ];
  const rows = cells.map((row) => `| ${row.join(" | ")} |\n`);
  const rule = `| --- |${" --: |".repeat(5)} --- |\n`;
  return [rows[0], rule, ...rows.slice(1)].join("");
}

function readRows(text: string): Score[] {
  const row =
    /^\| *`([^`]+)` *\| *(\d+) *\| *(\d+) *\| *(\d+) *\|.*\| *(\S+) *\|$/gm;
  return Array.from(
    text.matchAll(row),
    ([, file = "", mutants, killed, equivalent, date = ""]) => ({
      file,
      mutants: Number(mutants),
      killed: Number(killed),
      equivalent: Number(equivalent),
      date,
    }),
  );
}
