/**
 * Configurations.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { diffInstances } from "../../../src/config/diff.ts";
import type { Host } from "../../../src/config/host.ts";
import { type ConfigIssue, formatIssue } from "../../../src/config/issue.ts";
import { loadConfig, type LoadedConfig } from "../../../src/config/load.ts";
import { testHost } from "../../../tests/unit/config_host.ts";
import { decode, mutateUtf8 } from "../bytes.ts";
import type { Target } from "../target.ts";

/** The target. */
export const config: Target = {
  name: "config",
  form: "text",
  maxLength: 32 * 1024,
  sources: ["/src/config/", "/yaml/"],
  steps: { base: 400_000, perByte: 4_000 },
  mutate: (input, chance, other) => mutateUtf8(input, chance, other, WORDS),
  judge,
};

/** Addresses of its own are what an instance must not have. */
const HOST: Host = {
  ...testHost,
  addresses: () => [{ address: "192.0.2.1", link: "eth0", protocol: 0 }],
};

const WORDS = [
  ...["global:", "vrrp_instances:", "sync_groups:", "health_checkers:"],
  ...["notifications:", "- ", "name: a", "interface: eth0", "priority: 255"],
  ...["virtual_router_id: 1", "version: 3", "virtual_ips: [192.0.2.9/24]"],
  ...["advert_interval: 10ms", "auth_type: PASS", "auth_pass: secret12"],
  ...["track_scripts: [a]", "garp: { repeat: 5 }", "type: http", "config:"],
  ...["url: http://a.example/", "matches: '(a*)*b'", "interval: 1s"],
  ...["notify: /bin/a", "unicast_peers: [192.0.2.2]", "2001:db8::1/64"],
  ...["&a ", "*a", "<<: *a", "!!str ", "? ", ": ", "|", ">-", "''", '"\\q"'],
  ...["{", "}", "[", "]", ", ", "#", "---\n", "...\n", "%YAML 1.2\n---\n"],
  ...["__proto__", "constructor", "null", "~", ".nan", "0x1", "1e3", "true"],
  ...[
    "255",
    "0",
    "-1",
    "4095",
    "10.0.0.0/33",
    "\t",
    "\r\n",
    "\u2028",
    "\u00a0",
  ],
];

/** Issues that are told, and a last line of how many more there are. */
const MOST_ISSUES = 101;

function judge(input: Uint8Array): void {
  const text = decode(input);
  const loaded = loadConfig(text, "c.yaml", HOST);
  const { settings, issues, warnings } = loaded;
  strictEqual(settings === null, issues.length > 0, "Settings, or issues");
  judgeIssues(text, issues);
  judgeIssues(text, warnings);
  if (settings !== null) {
    // They go to the core as JSON.
    deepStrictEqual(JSON.parse(JSON.stringify(settings)), settings);
    const { instances } = settings;
    deepStrictEqual(diffInstances(instances, instances).unchanged, instances);
  }
  judgeMoved(text, loaded);
}

function judgeIssues(text: string, issues: readonly ConfigIssue[]): void {
  ok(issues.length <= MOST_ISSUES, `${issues.length} issues`);
  const lines = text.split(/\n/);
  let before = { line: 1, column: 1 };
  for (const issue of issues) {
    const { line, column } = issue;
    const said = formatIssue(issue);
    const length = lines[line - 1]?.length ?? -1;
    ok(line >= 1 && column >= 1, said);
    ok(column <= length + 1, `Outside of the text: ${said}`);
    ok(
      line > before.line || line === before.line && column >= before.column,
      `Out of order: ${said}`,
    );
    ok(!/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(said), "Signs that do harm");
    judgeExcerpt(issue);
    before = issue;
  }
}

function judgeExcerpt({ excerpt }: ConfigIssue): void {
  if (excerpt === null) return;
  const { text, at, length } = excerpt;
  ok(text.length <= 74, `Too long: ${text}`);
  // Behind the last character the caret has no letter above it.
  ok(at >= 0 && at <= text.length && length >= 1, `Outside of: ${text}`);
  ok(!/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(text), "Signs that do harm");
}

/** Below a line of comment all is the same, a line further down. */
function judgeMoved(text: string, loaded: LoadedConfig): void {
  // What is the beginning of a text is none in the middle of it.
  if (/^[\ufeff%]/.test(text) || text.length >= 1024 * 1024 - 2) return;
  const moved = loadConfig(`#\n${text}`, "c.yaml", HOST);
  deepStrictEqual(moved.settings, loaded.settings);
  deepStrictEqual(
    moved.issues.map(withoutPlaces(1)),
    loaded.issues.map(withoutPlaces(0)),
  );
}

/** Issues as they are a number of lines further up. */
function withoutPlaces(lines: number): (issue: ConfigIssue) => string {
  return (issue) =>
    // What is said of the whole stands at its beginning.
    formatIssue({ ...issue, line: Math.max(1, issue.line - lines) })
      // Where a key stood before is said in words.
      .replace(/in line \d+/, "");
}
