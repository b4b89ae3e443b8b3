import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { cpuTime } from "../lab/cpu_time.ts";
import { NASTY_CONFIGURATIONS } from "../lab/nasty_configurations.ts";
import { issuesOf, load, warningsOf } from "./config_host.ts";

/** Milliseconds of CPU that none of them comes near to. */
const LIMIT = 12_000;

/** First and last line of what is said of a nasty configuration. */
const SAID: readonly (readonly [string, string, string])[] = [
  [
    "60,000 unknown keys",
    "3:1 key0: is not a known key",
    "102:1 key99: is not a known key, nor are 59900 more in this map",
  ],
  [
    "keys that stand twice",
    "3:1 aaaaaaaaaaaa: is not a known key",
    "102:1: and 65427 more",
  ],
  [
    "unknown keys of an instance",
    "2:3 vrrp_instances[0].interface: is required",
    "100:3: and 2 more",
  ],
  [
    "one huge list",
    "2:66 vrrp_instances[0].virtual_ips: holds too many addresses: more than 10000",
    "2:66 vrrp_instances[0].virtual_ips: holds too many addresses: more than 10000",
  ],
  [
    "deep nesting",
    "3:203: is nested too deeply",
    "3:203: is nested too deeply",
  ],
  [
    "aliases that multiply",
    "8:9: holds too many values, each alias counted as what it stands for",
    "8:9: holds too many values, each alias counted as what it stands for",
  ],
  [
    "wide merges",
    "1:1: holds too many values, each alias counted as what it stands for",
    "1:1: holds too many values, each alias counted as what it stands for",
  ],
  [
    "bad escapes",
    "3:5: is no escape that YAML knows: in double quotes a backslash is written twice; in single quotes it is a plain sign",
    "3:5: is no escape that YAML knows: in double quotes a backslash is written twice; in single quotes it is a plain sign",
  ],
  [
    "quotes",
    "349986:2: is too large: more than 700,000 words and signs",
    "349986:2: is too large: more than 700,000 words and signs",
  ],
];

for (const [what, first, last] of SAID) {
  Deno.test(`loadConfig() reads ${what} in time, and says what is wrong`, () => {
    const text = NASTY_CONFIGURATIONS[what]?.() ?? "";
    const start = cpuTime();
    const issues = issuesOf(text);
    ok(cpuTime() - start < LIMIT);
    deepStrictEqual([issues[0], issues.at(-1)], [first, last]);
    ok(issues.length <= 101, `${issues.length} issues`);
  });
}

/** An instance with so many wrong trackers. */
function wrong(count: number): string {
  const names = Array.from({ length: count }, (_, i) => `c${i}`);
  return "vrrp_instances:\n" +
    "  - name: a\n    interface: eth0\n    virtual_router_id: 1\n" +
    "    track_scripts:\n" +
    names.map((name) => `      - ${name}\n`).join("");
}

Deno.test("loadConfig() tells 100 mistakes, and of the others how many", () => {
  const said = "is not the name of a health checker";
  strictEqual(issuesOf(wrong(100)).length, 100);
  const issues = issuesOf(wrong(142));
  strictEqual(issues.length, 101);
  deepStrictEqual(issues.slice(99), [
    `105:9 vrrp_instances[0].track_scripts[99]: "c99" ${said}`,
    "105:9: and 42 more",
  ]);
});

Deno.test("loadConfig() tells 100 warnings, and of the others how many", () => {
  const checkers = Array.from(
    { length: 120 },
    (_, i) => `  - { name: c${i}, type: ping, config: { host: a } }\n`,
  );
  const text = "vrrp_instances:\n" +
    "  - { name: a, interface: e, virtual_router_id: 1, notify: /bin/a }\n" +
    `health_checkers:\n${checkers.join("")}`;
  deepStrictEqual(warningsOf(text).slice(99), [
    '103:13 health_checkers[99].name: no tracker uses "c99": it does not run',
    "103:13: and 20 more",
  ]);
});

Deno.test("loadConfig() says where a key stood before", () => {
  deepStrictEqual(
    issuesOf("a: 1\nb:\n  c: 1\n  d: 1\n  c: 2\n").at(-1),
    "5:3: this key stands in its map already, in line 3, column 3",
  );
});

Deno.test("loadConfig() takes from a merge what the map does not say", () => {
  const { settings, issues } = load(`vrrp_instances:
  - &x { name: a, interface: eth7, virtual_router_id: 7, priority: 7 }
  - &y { name: b, interface: eth8, virtual_router_id: 8, down_timer_adverts: 8 }
  - { name: c, <<: [*x, *y], virtual_router_id: 9 }
  - { <<: *y, name: d, interface: eth9 }
`);
  deepStrictEqual(issues, []);
  deepStrictEqual(
    settings?.instances.map(({ name, ...is }) => [
      ...[name, is.interface, is.virtualRouterId, is.priority],
      is.downTimerAdverts,
    ]),
    [
      ["a", "eth7", 7, 7, 3],
      ["b", "eth8", 8, 100, 8],
      ["c", "eth7", 9, 7, 8],
      ["d", "eth9", 8, 100, 8],
    ],
  );
});
