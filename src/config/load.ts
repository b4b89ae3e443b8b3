/**
 * From the text of a YAML file to settings, with a place for every mistake.
 *
 * @module
 */

import { checkConfig } from "./check.ts";
import type { Host } from "./host.ts";
import {
  type ConfigIssue,
  type Finding,
  formatIssue,
  formatPath,
} from "./issue.ts";
import type { Settings } from "./settings.ts";
import { parseYaml } from "./yaml.ts";

/** What a text says. */
export interface LoadedConfig {
  /** The settings, or null when there are issues. */
  readonly settings: Settings | null;
  /** All mistakes, in file order. */
  readonly issues: readonly ConfigIssue[];
  /** What is accepted and may not be expected; empty when there are issues. */
  readonly warnings: readonly ConfigIssue[];
}

/** Most characters that a configuration may have. */
const MAX_CHARACTERS = 1024 * 1024;

/**
 * Read a configuration.
 *
 * A text that is no YAML gets its syntax errors alone, because what stands
 * around them cannot be trusted. Any other gets all its mistakes at once.
 *
 * @param text The YAML.
 * @param file Its name in issues.
 * @param host The host that the configuration is for.
 */
export function loadConfig(
  text: string,
  file: string,
  host: Host,
): LoadedConfig {
  const whole = { file, path: "" };
  if (text.length > MAX_CHARACTERS) {
    const problem = "is longer than 1 MiB";
    const issue = { ...whole, line: 1, column: 1, problem };
    return { settings: null, issues: [issue], warnings: [] };
  }
  const { document, problems } = parseYaml(text);
  const broken = problems.map((problem) => ({ ...whole, ...problem }));
  if (document === null) {
    return { settings: null, issues: inOrder(broken), warnings: [] };
  }
  const toIssue = (finding: Finding): ConfigIssue => ({
    file,
    ...document.placeOf(finding),
    path: formatPath(finding.path),
    problem: finding.problem,
  });
  const checked = checkConfig(document.data, host);
  const issues = inOrder([...broken, ...checked.findings.map(toIssue)]);
  return issues.length === 0
    ? {
      settings: checked.settings,
      issues,
      warnings: inOrder(checked.warnings.map(toIssue)),
    }
    : { settings: null, issues, warnings: [] };
}

/** Order issues as they stand in the file and keep one of each. */
function inOrder(issues: readonly ConfigIssue[]): ConfigIssue[] {
  const unique = new Map(issues.map((each) => [formatIssue(each), each]));
  return [...unique.values()]
    .sort((a, b) => a.line - b.line || a.column - b.column);
}
