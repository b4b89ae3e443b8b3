// A slip in the YAML is one message, and what stands around it is told too.

import { ok } from "node:assert/strict";
import { formatIssue } from "../../src/config/issue.ts";
import type { Host } from "../../src/config/host.ts";
import { load, testHost } from "./config_host.ts";

const HOST: Host = {
  ...testHost,
  findUser: () => ({ user: { uid: 7, gid: 8 } }),
  findGroup: () => ({ gid: 4 }),
};

const EXAMPLE = Deno.readTextFileSync(
  new URL("../../config.example.yaml", import.meta.url),
);

/** Slips of a hand, each of a line that has room for it. */
const SLIPS: Readonly<
  Record<string, readonly [line: RegExp, slip: string]>
> = {
  "no space behind the colon": [/^([^#]*?[a-z_]+): (?=\S)/, "$1:"],
  // "- pid_file /run/a.pid" is the name of a process.
  "no colon": [/^( *(?!- pid_file)(?:- )?[a-z_]+): (?=\S)/, "$1 "],
  "an equals sign": [/^( *(?:- )?[a-z_]+): (?=\S)/, "$1 = "],
  "no space behind the dash": [/^( *)- (?=[a-z])/, "$1-"],
  "a tab": [/^ +(?=[a-z-])/, "\t"],
  "one space too many": [/^(?= +[a-z-])/, " "],
  "one space too few": [/^ (?= *[a-z-])/, ""],
  "a bracket that is not closed": [/^([^#]*)[\]}]/, "$1"],
  "a bracket that is closed twice": [/^([^#]*?)\]/, "$1]]"],
  "a sign that begins no value": [/^( *(?:- )?[a-z_]+): (?=[a-z\d])/, "$1: @"],
  "a template": [/^( *(?:- )?[a-z_]+): [a-z\d].*/, "$1: {{ x }}"],
  "an open double quote": [/^( *(?:- )?[a-z_]+): (?=[a-z\d])/, '$1: "'],
  "an open single quote": [/^( *(?:- )?[a-z_]+): (?=[a-z\d])/, "$1: '"],
};

for (const [what, [pattern, slip]] of Object.entries(SLIPS)) {
  Deno.test(`loadConfig() tells ${what} as one mistake, wherever it is`, () => {
    const lines = EXAMPLE.split("\n");
    /** A line alone may be moved; others put the blame on the one below. */
    const isMoved = what.startsWith("one space");
    let slips = 0;
    for (const [i, line] of lines.entries()) {
      if (/^\s*#/.test(line) || !pattern.test(line)) continue;
      slips++;
      const text = lines.with(i, line.replace(pattern, slip)).join("\n");
      const { issues } = load(text, HOST);
      if (isMoved && issues.length === 0) continue;
      ok(issues.length === 1, `${line}\n${issues.map(formatIssue).join("\n")}`);
      ok(isMoved || issues[0]?.line === i + 1, line);
    }
    ok(slips > 5, `${slips} slips`);
  });
}
