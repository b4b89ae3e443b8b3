/**
 * A host for tests of configurations, which has every file and one user, and
 * what a text says for it.
 *
 * @module
 */

import type { Host } from "../../src/config/host.ts";
import { type ConfigIssue, formatIssue } from "../../src/config/issue.ts";
import { loadConfig, type LoadedConfig } from "../../src/config/load.ts";

/** The host, named `test`, with the user `keeper` of uid 7 and gid 8
 * and the group `keepers` of gid 9. */
export const testHost: Host = {
  name: () => "test",
  findUser: (text) =>
    text === "keeper"
      ? { user: { uid: 7, gid: 8 } }
      : { problem: "is nobody here" },
  findGroup: (text) =>
    text === "keepers" ? { gid: 9 } : { problem: "is no group here" },
  programProblem: () => null,
  fileProblem: () => null,
  secretFileProblem: () => null,
  changeableBy: () => null,
  links: () => null,
  addresses: () => [],
};

/** Load a text for that host; its name in issues is `c.yaml`. */
export function load(text: string, host: Host = testHost): LoadedConfig {
  return loadConfig(text, "c.yaml", host);
}

/** The issues of a text as an operator reads them, without the file's name. */
export function issuesOf(text: string, host: Host = testHost): string[] {
  return load(text, host).issues.map(withoutFile);
}

/** The warnings of a text as an operator reads them. */
export function warningsOf(text: string, host: Host = testHost): string[] {
  return load(text, host).warnings.map(withoutFile);
}

function withoutFile(issue: ConfigIssue): string {
  return formatIssue(issue).slice("c.yaml:".length);
}
