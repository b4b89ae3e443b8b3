/**
 * From the text of a YAML file to settings, with a place for every mistake.
 *
 * @module
 */

import { checkConfig } from "./check.ts";
import { excerptsOf } from "./excerpt.ts";
import { keepalivedProblem } from "./foreign.ts";
import type { Host } from "./host.ts";
import {
  type ConfigIssue,
  type Finding,
  formatPath,
  isMap,
  type Path,
} from "./issue.ts";
import { MAX_TOLD } from "./mistakes.ts";
import { keyNames } from "./schema/key_names.ts";
import type { Settings } from "./settings.ts";
import { UNREAD } from "./yaml/data.ts";
import { parseYaml, type Place, type YamlDocument } from "./yaml.ts";

/** What a text says. */
export interface LoadedConfig {
  /** The settings, or null when there are issues. */
  readonly settings: Settings | null;
  /** All mistakes, in file order. */
  readonly issues: readonly ConfigIssue[];
  /** What is accepted and may not be expected, in file order. */
  readonly warnings: readonly ConfigIssue[];
  /** Whether it holds what is not for everyone to read. */
  readonly holdsSecret: boolean;
}

/** Most characters that a configuration may have. */
const MAX_CHARACTERS = 1024 * 1024;

/**
 * Read a configuration.
 *
 * It gets all its mistakes at once; of slips in the YAML also those that stand
 * around them, where these can be read all the same.
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
    return nothing([issue]);
  }
  const { document, problems, untold } = parseYaml(text);
  const tell = teller(text, file);
  const foreign = document !== null && isMap(document.data)
    ? null
    : keepalivedProblem(text);
  if (foreign !== null) {
    return nothing(tell([foreign], 0));
  }
  if (document === null) {
    return nothing(tell(problems, untold));
  }
  const placed = (finding: Finding): Told => ({
    ...document.placeOf(finding),
    path: formatPath(finding.path),
    problem: finding.problem,
  });
  const checked = checkConfig(document.data, host);
  if (document.isMoved && checked.findings.some(isMisplaced)) {
    return nothing(tell(problems, untold));
  }
  // What is said of a value that YAML took otherwise than meant follows of that.
  const taken = new Set(problems.map(placeText));
  const findings = checked.findings
    .filter(({ path }) => !isUnread(document.data, path))
    .map(placed)
    .filter((each) => !taken.has(placeText(each)));
  const issues = tell([...problems, ...findings], untold);
  const warnings = [...checked.warnings, ...cutPasswords(document)];
  return {
    settings: issues.length > 0 ? null : checked.settings,
    issues,
    warnings: tell(warnings.map(placed), 0),
    holdsSecret: checked.holdsSecret,
  };
}

/** What a text says of which nothing can be read. */
function nothing(issues: readonly ConfigIssue[]): LoadedConfig {
  return { settings: null, issues, warnings: [], holdsSecret: false };
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

/** Whether a key is missing, or stands where it is not known. */
function isMisplaced({ path, at }: Finding): boolean {
  return at === "key" && keyNames().has(String(path.at(-1)));
}

/** Whether a path leads to, or through, what could not be read. */
function isUnread(data: unknown, path: Path): boolean {
  let below = data;
  for (const step of path) {
    if (Array.isArray(below)) below = below[Number(step)];
    else if (isMap(below) && Object.hasOwn(below, step)) below = below[step];
    else break;
  }
  return below === UNREAD;
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
