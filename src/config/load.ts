/**
 * From the text of a YAML file to settings, with a place for every mistake.
 *
 * @module
 */

import { checkConfig } from "./check.ts";
import { excerptsOf } from "./excerpt.ts";
import { keepalivedProblem } from "./foreign.ts";
import type { Host } from "./host.ts";
import { type ConfigIssue, type Finding, formatPath, isMap } from "./issue.ts";
import { MAX_TOLD } from "./mistakes.ts";
import type { Settings } from "./settings.ts";
import { parseYaml, type Place, type YamlDocument } from "./yaml.ts";

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
  if (text.length > MAX_CHARACTERS) {
    const problem = "is longer than 1 MiB";
    const issue = {
      file,
      line: 1,
      column: 1,
      path: "",
      problem,
      excerpt: null,
    };
    return { settings: null, issues: [issue], warnings: [] };
  }
  const { document, problems, untold } = parseYaml(text);
  const tell = teller(text, file);
  const foreign = document !== null && isMap(document.data)
    ? null
    : keepalivedProblem(text);
  if (foreign !== null) {
    return { settings: null, issues: tell([foreign], 0), warnings: [] };
  }
  if (document === null) {
    return { settings: null, issues: tell(problems, untold), warnings: [] };
  }
  const placed = (finding: Finding): Told => ({
    ...document.placeOf(finding),
    path: formatPath(finding.path),
    problem: finding.problem,
  });
  const checked = checkConfig(document.data, host);
  // What is said of a value that YAML took otherwise than meant follows of that.
  const taken = new Set(problems.map(placeText));
  const findings = checked.findings.map(placed)
    .filter((each) => !taken.has(placeText(each)));
  const issues = tell([...problems, ...findings], untold);
  if (issues.length > 0) return { settings: null, issues, warnings: [] };
  const warnings = [...checked.warnings, ...cutPasswords(document)];
  return {
    settings: checked.settings,
    issues,
    warnings: tell(warnings.map(placed), 0),
  };
}

/** A mistake with its place; what is wrong in the whole has no path. */
type Told = Place & { readonly path?: string; readonly problem: string };

/**
 * Make a function that gives mistakes the lines that they are in: each once, as
 * they stand in the file, and of very many the first ones and how many there
 * are.
 */
function teller(
  text: string,
  file: string,
): (all: readonly Told[], untold: number) => readonly ConfigIssue[] {
  const excerptOf = excerptsOf(text);
  return (all, untold) => {
    const unique = new Map(
      all.map((each) => [JSON.stringify(each), each]),
    );
    const inOrder = [...unique.values()]
      .sort((a, b) => a.line - b.line || a.column - b.column);
    const first = inOrder.slice(0, MAX_TOLD).map((each): ConfigIssue => ({
      file,
      line: each.line,
      column: each.column,
      path: each.path ?? "",
      problem: each.problem,
      excerpt: excerptOf(each),
    }));
    const more = inOrder.length - first.length + untold;
    const last = first.at(-1);
    return more === 0 || last === undefined ? first : [
      ...first,
      { ...last, path: "", problem: `and ${more} more`, excerpt: null },
    ];
  };
}

function placeText({ line, column }: Place): string {
  return `${line}:${column}`;
}

/** Passwords that end where YAML takes the rest of the line for a comment. */
function cutPasswords({ data, restOf }: YamlDocument): Finding[] {
  const instances = isMap(data) ? data.vrrp_instances : null;
  return (Array.isArray(instances) ? instances : []).flatMap((entry, i) => {
    const path = ["vrrp_instances", i, "auth_pass"];
    // A comment that is meant as one has a space behind its sign.
    return !isMap(entry) || !/^\s+#[^\s#]/.test(restOf(path)) ? [] : [{
      path,
      at: "value",
      problem: 'ends before the "#", which begins a comment: ' +
        "put the password in quotes if it goes on",
    }];
  });
}
