import { deepStrictEqual } from "node:assert/strict";
import { issuesOf, load, warningsOf } from "./config_host.ts";

/** One instance with these lines, and the health checkers `web` and `db`. */
function instance(...lines: string[]): string {
  return [
    "vrrp_instances:",
    "  - name: a",
    "    interface: eth0",
    "    virtual_router_id: 51",
    "    virtual_ips: [192.0.2.1]",
    ...lines.map((line) => `    ${line}`),
    "health_checkers:",
    "  - { name: web, type: ping, config: { host: a } }",
    "  - { name: db, type: ping, config: { host: a } }",
  ].join("\n");
}

const up = (name: string): object => ({ type: "check", name });
const link = (name: string): object => ({ type: "interface", name });

/** Line → the trackers: what is watched, weight, reverse. */
const TRACKERS: readonly (readonly [string, (readonly unknown[])[]])[] = [
  ["track_scripts: [web, db]", [
    [up("web"), -10, false],
    [up("db"), -10, false],
  ]],
  ["track_scripts: [{ name: web }, { name: db, weight: -40 }]", [
    [up("web"), 0, false],
    [up("db"), -40, false],
  ]],
  ["track_scripts: [{ name: web, weight: 253, reverse: yes }]", [
    [up("web"), 253, true],
  ]],
  ["track_interfaces: [eth1, { name: eth2, weight: -253, reverse: true }]", [
    [link("eth1"), 0, false],
    [link("eth2"), -253, true],
  ]],
  ["track_processes: [nginx, { name: php, weight: -30 }]", [
    [up("process nginx"), 0, false],
    [up("process php"), -30, false],
  ]],
  ["track_processes: [{ name: php, quorum: 3 }, { pid_file: /run/p }]", [
    [up("process php × 3"), 0, false],
    [up("process of /run/p"), 0, false],
  ]],
  ["track_files: [/run/a, { path: /run/b }, { path: /run/c, weight: 1 }]", [
    [up("file /run/a"), 0, false],
    [up("file /run/b"), 0, false],
    [up("number in /run/c"), 1, false],
  ]],
];

for (const [line, expected] of TRACKERS) {
  Deno.test(`loadConfig() reads ${line}`, () => {
    const { settings, issues } = load(instance(line));
    deepStrictEqual(issues, []);
    deepStrictEqual(
      settings?.instances[0]?.trackers,
      expected.map(([watch, weight, reverse]) => ({ watch, weight, reverse })),
    );
  });
}

Deno.test("loadConfig() makes one check of what several trackers watch", () => {
  const text = `vrrp_instances:
  - { name: a, interface: eth0, virtual_router_id: 1, virtual_ips: [192.0.2.1], track_files: [/run/x], track_processes: [nginx] }
  - { name: b, interface: eth0, virtual_router_id: 2, virtual_ips: [192.0.2.2], track_files: [{ path: /run/x, reverse: true }, { path: /run/x/y, weight: 3 }], track_processes: [{ name: nginx, weight: -5 }, { name: nginx, quorum: 2 }] }
`;
  const rhythm = { interval: 1000, timeout: 1000, rise: 1, fall: 1 };
  const process = { type: "process", name: "nginx", pidFile: null };
  const file = { type: "file", maxAge: null };
  deepStrictEqual(load(text).settings?.checks, [
    {
      name: "process nginx",
      ...rhythm,
      probe: { ...process, quorum: 1 },
    },
    {
      name: "file /run/x",
      ...rhythm,
      probe: { ...file, path: "/run/x", number: false },
    },
    {
      name: "process nginx × 2",
      ...rhythm,
      probe: { ...process, quorum: 2 },
    },
    {
      name: "number in /run/x/y",
      ...rhythm,
      probe: { ...file, path: "/run/x/y", number: true },
    },
  ]);
});

/** Line 6 → what is said of it. */
const BAD: readonly (readonly [string, string])[] = [
  [
    "track_scripts: [wbe]",
    '6:21 vrrp_instances[0].track_scripts[0]: "wbe" is not the name of a health checker (did you mean "web"?)',
  ],
  [
    "track_scripts: [{ name: other }]",
    '6:29 vrrp_instances[0].track_scripts[0].name: "other" is not the name of a health checker',
  ],
  [
    "track_scripts: [web, { name: web, weight: 1 }]",
    '6:26 vrrp_instances[0].track_scripts[1]: "web" is in this list already',
  ],
  [
    "track_scripts: [{ name: web, weight: 254 }]",
    "6:42 vrrp_instances[0].track_scripts[0].weight: must be a whole number from -253 to 253, not 254",
  ],
  [
    "track_scripts: [{ name: web, wieght: 1 }]",
    '6:34 vrrp_instances[0].track_scripts[0].wieght: is not a known key (did you mean "weight"?)',
  ],
  [
    "track_scripts: web",
    "6:20 vrrp_instances[0].track_scripts: must be a list of health checkers, in brackets as in [a, b] or each in a line behind a dash",
  ],
  [
    "track_scripts: [[web]]",
    "6:21 vrrp_instances[0].track_scripts[0]: must be 1 to 64 printable characters without white space, not a list",
  ],
  [
    "track_interfaces: [eth0/1]",
    '6:24 vrrp_instances[0].track_interfaces[0]: must be an interface name: 1 to 15 bytes without "/", ":" and white space, not "eth0/1"',
  ],
  [
    "track_files: [run]",
    '6:19 vrrp_instances[0].track_files[0]: must be an absolute path, not "run"',
  ],
  [
    "track_files: [{ weight: 1 }]",
    "6:19 vrrp_instances[0].track_files[0].path: is required",
  ],
  [
    "track_processes: [{ weight: 1 }]",
    "6:23 vrrp_instances[0].track_processes[0]: must have name, pid_file or both",
  ],
];

for (const [line, expected] of BAD) {
  Deno.test(`loadConfig() refuses ${line}`, () => {
    deepStrictEqual(issuesOf(instance(line)), [expected]);
  });
}

Deno.test("loadConfig() does not call a broken checker unknown", () => {
  const text = instance("track_scripts: [web]").replace("ping", "pnig");
  deepStrictEqual(issuesOf(text), [
    '8:24 health_checkers[0].type: must be tcp, http, https, ping, script, dns, file or process, not "pnig" (did you mean "ping"?)',
  ]);
});

Deno.test("loadConfig() refuses an explicit weight on an owner", () => {
  deepStrictEqual(
    issuesOf(
      instance("priority: 255", "track_scripts: [{ name: web, weight: -1 }]"),
    ),
    [
      '7:42 vrrp_instances[0].track_scripts[0].weight: cannot move "a", an owner: priority 255 stays (weight: 0 means FAULT while down)',
    ],
  );
});

Deno.test("loadConfig() warns of go-alived's weight on an owner", () => {
  const text = instance("priority: 255", "track_scripts: [web, { name: db }]");
  deepStrictEqual(issuesOf(text), []);
  deepStrictEqual(warningsOf(text), [
    '7:21 vrrp_instances[0].track_scripts[0]: cannot move "a", an owner: priority 255 stays (weight: 0 means FAULT while down)',
  ]);
});
