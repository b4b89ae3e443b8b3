/**
 * A mistake in a configuration as `alived check` shows it: where it is, what is
 * wrong, and the line with a caret below the place.
 *
 * @module
 */

import {
  type ConfigIssue,
  type Excerpt,
  formatIssue,
} from "../config/issue.ts";
import { wrap } from "./layout.ts";

/** Something to be said of a configuration. */
export type Report =
  & { readonly level: "error" | "warning" }
  & ({ readonly issue: ConfigIssue } | { readonly message: string });

/** How it is shown. */
export interface ReportLayout {
  /** Columns; Infinity for messages of one line each, as tools read them. */
  readonly width: number;
  /** Whether the caret has a colour. */
  readonly colour: boolean;
}

const COLOURS = { error: "\x1b[31m", warning: "\x1b[33m" } as const;
const RESET = "\x1b[0m";
/** Columns for the number of a line. */
const NUMBER_WIDTH = 5;

/** Whole lines: the message, and the line of the file when there is one. */
export function formatReport(
  report: Report,
  { width, colour }: ReportLayout,
): string {
  const { level } = report;
  const message = "issue" in report
    ? formatIssue(report.issue)
    : report.message;
  const line = level === "warning" ? `warning: ${message}` : message;
  const text = `${wrap(line, width, 4)}\n`;
  const excerpt = "issue" in report ? report.issue.excerpt : null;
  if (excerpt === null || !("issue" in report)) return text;
  const carets = caretsBelow(excerpt);
  const number = String(report.issue.line).padStart(NUMBER_WIDTH);
  const below = colour ? `${COLOURS[level]}${carets}${RESET}` : carets;
  return `${text}${number} | ${excerpt.text}\n` +
    `${" ".repeat(NUMBER_WIDTH)} | ${" ".repeat(excerpt.at)}${below}\n`;
}

function caretsBelow({ length }: Excerpt): string {
  return "^".repeat(length);
}
