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
import { MAX_TOLD } from "./mistakes.ts";
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
  const { document, problems, untold } = parseYaml(text);
  const broken = problems.map((problem) => ({ ...whole, ...problem }));
  if (document === null) {
    return { settings: null, issues: told(broken, untold), warnings: [] };
  }
  const toIssue = (finding: Finding): ConfigIssue => ({
    file,
    ...document.placeOf(finding),
    path: formatPath(finding.path),
    problem: finding.problem,
  });
  const checked = checkConfig(document.data, host);
  const issues = told(
    [...broken, ...checked.findings.map(toIssue)],
    untold,
  );
  return issues.length === 0
    ? {
      settings: checked.settings,
      issues,
      warnings: told(checked.warnings.map(toIssue), 0),
    }
    : { settings: null, issues, warnings: [] };
}

/**
 * The issues that are told: each once, as they stand in the file, and of very
 * many the first ones and how many there are.
 *
 * @param untold How many are not even in the list.
 */
function told(
  issues: readonly ConfigIssue[],
  untold: number,
): readonly ConfigIssue[] {
  const unique = new Map(issues.map((each) => [formatIssue(each), each]));
  const inOrder = [...unique.values()]
    .sort((a, b) => a.line - b.line || a.column - b.column);
  const first = inOrder.slice(0, MAX_TOLD);
  const more = inOrder.length - first.length + untold;
  const last = first.at(-1);
  return more === 0 || last === undefined
    ? first
    : [...first, { ...last, path: "", problem: `and ${more} more` }];
}
