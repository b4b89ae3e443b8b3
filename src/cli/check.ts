/**
 * `alived check`: every mistake in a configuration, or what it would run.
 *
 * @module
 */

import { ConfigError, type ConfigIssue } from "../config/issue.ts";
import {
  readConfig,
  readStandardInput,
  STANDARD_INPUT,
} from "../config/read.ts";
import type { Settings } from "../config/settings.ts";
import { formatReport, type Report } from "./check_report.ts";
import { withoutSecrets } from "./check_secrets.ts";
import { summary } from "./check_summary.ts";
import { columnsOf, hasColour, printError, printOutput } from "./output.ts";

/** Options of `alived check`. */
export interface CheckOptions {
  /** Path of the file, `-` for standard input. */
  readonly path: string;
  /** Whether what would run is not shown. */
  readonly quiet: boolean;
  /** Whether everything is JSON on standard output. */
  readonly json: boolean;
  /** Whether a warning counts as a mistake. */
  readonly strict: boolean;
}

/** What became of a file. */
interface Checked {
  /** What would run, or null when there is a mistake. */
  readonly settings: Settings | null;
  /** All that is to be said of it. */
  readonly reports: readonly Report[];
}

/**
 * Check a configuration. Mistakes and warnings go to standard error, what
 * would run to standard output. Secrets are never shown.
 *
 * @returns The exit status: 0, or 2 when there is a mistake.
 */
export function check(options: CheckOptions): number {
  const { path, quiet, json, strict } = options;
  const { settings, reports } = read(path);
  const valid = settings !== null && (!strict || reports.length === 0);
  if (json) {
    printOutput(formatJson({ valid, settings, reports }, quiet));
    return valid ? 0 : 2;
  }
  const width = Deno.stderr.isTerminal() ? columnsOf("stderr") : Infinity;
  const layout = { width, colour: hasColour("stderr") };
  printError(reports.map((each) => formatReport(each, layout)).join(""));
  if (settings !== null && !quiet) {
    const name = path === "-" ? STANDARD_INPUT : path;
    printOutput(summary(name, settings, columnsOf("stdout")));
  }
  return valid ? 0 : 2;
}

function read(path: string): Checked {
  try {
    const { settings, warnings } = path === "-"
      ? readStandardInput()
      : readConfig(path);
    return { settings, reports: warnings.map(asWarning) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const reports = error.issues.length > 0
      ? error.issues.map((issue): Report => ({ level: "error", issue }))
      // No file could be read.
      : [{ level: "error" as const, message: error.message }];
    return {
      settings: null,
      reports: [...reports, ...error.warnings.map(asWarning)],
    };
  }
}

function asWarning(issue: ConfigIssue): Report {
  return { level: "warning", issue };
}

function formatJson(
  { valid, settings, reports }: Checked & { readonly valid: boolean },
  quiet: boolean,
): string {
  const issues = reports.map((report) =>
    "issue" in report
      ? { level: report.level, ...placeOf(report.issue) }
      : { level: report.level, ...NOWHERE, message: report.message }
  );
  const result = {
    valid,
    issues,
    ...(!quiet && { settings: settings && withoutSecrets(settings) }),
  };
  return `${JSON.stringify(result, null, 2)}\n`;
}

const NOWHERE = { file: null, line: null, column: null, path: "" } as const;

function placeOf(
  { file, line, column, path, problem }: ConfigIssue,
): Record<string, unknown> {
  return { file, line, column, path, message: problem };
}
