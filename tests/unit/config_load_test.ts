import { deepStrictEqual, doesNotThrow, ok } from "node:assert/strict";
import fc from "fast-check";
import { formatIssue } from "../../src/config/issue.ts";
import { loadConfig, type LoadedConfig } from "../../src/config/load.ts";
import { testHost } from "./config_host.ts";

function load(text: string): LoadedConfig {
  return loadConfig(text, "c.yaml", testHost);
}

/** The lines an operator reads, without the name of the file. */
function issues(text: string): string[] {
  return load(text).issues.map(formatIssue);
}

function warnings(text: string): string[] {
  return load(text).warnings.map(formatIssue);
}

/** A file with one instance; `lines` come after its five first lines. */
function instance(...lines: string[]): string {
  return [
    "vrrp_instances:",
    "  - name: a",
    "    interface: eth0",
    "    virtual_router_id: 51",
    "    virtual_ips: [192.0.2.1]",
    ...lines.map((line) => `    ${line}`),
  ].join("\n");
}

/** What stands in line 6 of an otherwise good instance → what is said of it. */
const ONE_LINE: readonly (readonly [string, string])[] = [
  [
    "priority: 0",
    "6:15 vrrp_instances[0].priority: must be a whole number from 1 to 255, not 0",
  ],
  [
    "priority: 256",
    "6:15 vrrp_instances[0].priority: must be a whole number from 1 to 255, not 256",
  ],
  [
    "priority: 1.5",
    "6:15 vrrp_instances[0].priority: must be a whole number from 1 to 255, not 1.5",
  ],
  [
    'priority: "100"',
    '6:15 vrrp_instances[0].priority: must be a whole number from 1 to 255, not "100": remove the quotes',
  ],
  [
    "priority:",
    "6:14 vrrp_instances[0].priority: has no value: it must be a whole number from 1 to 255",
  ],
  [
    "priority: [1]",
    "6:15 vrrp_instances[0].priority: must be a whole number from 1 to 255, not a list",
  ],
  [
    "priority: { a: 1 }",
    "6:15 vrrp_instances[0].priority: must be a whole number from 1 to 255, not a map",
  ],
  [
    "prioritty: 100",
    '6:5 vrrp_instances[0].prioritty: is not a known key (did you mean "priority"?)',
  ],
  [
    "speed: 1",
    "6:5 vrrp_instances[0].speed: is not a known key",
  ],
  [
    "version: 4",
    "6:14 vrrp_instances[0].version: must be 2 or 3, not 4",
  ],
  [
    "state: BAKCUP",
    '6:12 vrrp_instances[0].state: must be BACKUP or MASTER, not "BAKCUP" (did you mean "BACKUP"?)',
  ],
  [
    "state: FAULT",
    '6:12 vrrp_instances[0].state: must be BACKUP or MASTER, not "FAULT"',
  ],
  [
    "advert_interval: 0",
    "6:22 vrrp_instances[0].advert_interval: must be 1s to 255s in version 2, not 0s",
  ],
  [
    "advert_interval: 256",
    "6:22 vrrp_instances[0].advert_interval: must be 1s to 255s in version 2, not 256s",
  ],
  [
    "advert_interval: 250ms",
    "6:22 vrrp_instances[0].advert_interval: must be whole seconds in version 2, not 250ms: version: 3 takes 10ms to 40.95s",
  ],
  [
    "advert_interval: 1.5",
    "6:22 vrrp_instances[0].advert_interval: must be whole seconds in version 2, not 1500ms: version: 3 takes 10ms to 40.95s",
  ],
  [
    "advert_interval: -1",
    "6:22 vrrp_instances[0].advert_interval: must be a duration such as 1s or 250ms, not -1",
  ],
  [
    "advert_interval: soon",
    '6:22 vrrp_instances[0].advert_interval: must be a duration such as 1s or 250ms, not "soon": the units are h, m, s and ms, as in 1m30s',
  ],
  [
    "preempt: perhaps",
    '6:14 vrrp_instances[0].preempt: must be true or false, not "perhaps"',
  ],
  [
    "preempt: 1",
    "6:14 vrrp_instances[0].preempt: must be true or false, not 1",
  ],
  [
    "checksum: rfc9568",
    "6:15 vrrp_instances[0].checksum: has no effect in version 2: remove it, or use version: 3",
  ],
  [
    "auth_type: PASS",
    "6:16 vrrp_instances[0].auth_type: PASS needs a password: add auth_pass",
  ],
  [
    "auth_type: AH",
    "6:16 vrrp_instances[0].auth_type: AH authentication is not supported: use PASS or NONE",
  ],
  [
    "auth_pass: geheim",
    "6:16 vrrp_instances[0].auth_pass: has no effect without PASS: add auth_type: PASS, or remove it",
  ],
  [
    "down_timer_adverts: 101",
    "6:25 vrrp_instances[0].down_timer_adverts: must be a whole number from 1 to 100, not 101",
  ],
  [
    "garp: 5",
    "6:11 vrrp_instances[0].garp: must be a map",
  ],
  [
    "garp: []",
    "6:11 vrrp_instances[0].garp: must be a map, not a list",
  ],
  [
    "garp: { repeat: 0 }",
    "6:21 vrrp_instances[0].garp.repeat: must be a whole number from 1 to 100, not 0",
  ],
  [
    "garp: { delay: 61m }",
    '6:20 vrrp_instances[0].garp.delay: must be a duration from 0s to 1h, not "61m"',
  ],
  [
    "garp: { refresh: 999ms }",
    '6:22 vrrp_instances[0].garp.refresh: must be a duration of 0s, or from 1s to 24h, not "999ms"',
  ],
  [
    "garp: { repeats: 3 }",
    '6:13 vrrp_instances[0].garp.repeats: is not a known key (did you mean "repeat"?)',
  ],
  [
    "priority: 10\n    priority: 20",
    "7:5: this key stands in its map already, in line 6, column 5",
  ],
];

for (const [line, expected] of ONE_LINE) {
  Deno.test(`loadConfig() refuses ${JSON.stringify(line)}`, () => {
    deepStrictEqual(issues(instance(line)), [`c.yaml:${expected}`]);
  });
}

/** Several lines from line 6 on → what is said of them. */
const RULES: readonly (readonly [string, string[], string[]])[] = [
  ["a v3 interval that is no multiple of 10 ms", [
    "version: 3",
    "advert_interval: 15ms",
  ], [
    "7:22 vrrp_instances[0].advert_interval: must be 10ms to 40.95s in steps of 10ms, not 15ms",
  ]],
  ["a v3 interval over 40.95 s", ["version: 3", "advert_interval: 41"], [
    "7:22 vrrp_instances[0].advert_interval: must be 10ms to 40.95s in steps of 10ms, not 41s",
  ]],
  ["a v3 interval of 0", ["version: 3", "advert_interval: 0"], [
    "7:22 vrrp_instances[0].advert_interval: must be 10ms to 40.95s in steps of 10ms, not 0s",
  ]],
  ["version 3 with PASS, once", ["version: 3", "auth_type: PASS"], [
    "7:16 vrrp_instances[0].auth_type: PASS is not part of version 3: use NONE, or version: 2",
  ]],
  ["version 3 with a password", ["version: 3", "auth_pass: geheim"], [
    "7:16 vrrp_instances[0].auth_pass: is not part of version 3: remove it",
  ]],
  ["an auth_pass beside NONE", ["auth_type: NONE", "auth_pass: geheim"], [
    "7:16 vrrp_instances[0].auth_pass: has no effect without PASS: add auth_type: PASS, or remove it",
  ]],
  ["an owner that does not preempt", ["priority: 255", "preempt: off"], [
    "7:14 vrrp_instances[0].preempt: must be true with priority 255: an owner always preempts",
  ]],
  ["rules and ranges of one instance together", [
    "version: 3",
    "auth_type: PASS",
    "priority: 300",
    "speed: 1",
  ], [
    "7:16 vrrp_instances[0].auth_type: PASS is not part of version 3: use NONE, or version: 2",
    "8:15 vrrp_instances[0].priority: must be a whole number from 1 to 255, not 300",
    "9:5 vrrp_instances[0].speed: is not a known key",
  ]],
];

for (const [what, lines, expected] of RULES) {
  Deno.test(`loadConfig() refuses ${what}`, () => {
    deepStrictEqual(
      issues(instance(...lines)),
      expected.map((line) => `c.yaml:${line}`),
    );
  });
}

/** Value of `virtual_ips` at 5:18 → what is said of it. */
const VIRTUAL_IPS: readonly (readonly [string, string])[] = [
  [
    "192.0.2.1",
    "5:18 vrrp_instances[0].virtual_ips: must be a list of addresses, in brackets as in [a, b] or each in a line behind a dash",
  ],
  [
    "[192.0.2.256]",
    '5:19 vrrp_instances[0].virtual_ips[0]: must be an address or address/prefix, not "192.0.2.256"',
  ],
  [
    "[192.0.2.1/33]",
    '5:19 vrrp_instances[0].virtual_ips[0]: must be an address or address/prefix, not "192.0.2.1/33": a prefix of IPv4 is at most 32',
  ],
  [
    "[router.example]",
    '5:19 vrrp_instances[0].virtual_ips[0]: must be an address or address/prefix, not "router.example": names are not looked up here',
  ],
  [
    "[3]",
    "5:19 vrrp_instances[0].virtual_ips[0]: must be an address or address/prefix, not 3",
  ],
  [
    "[2001:db8::1]",
    "5:19 vrrp_instances[0].virtual_ips[0]: IPv6 cannot be advertised by this release, in neither version of VRRP: an IPv4 instance can hold it by excluded_virtual_ips",
  ],
  [
    "[192.0.2.1, 2001:db8::1]",
    "5:30 vrrp_instances[0].virtual_ips[1]: an instance cannot mix IPv4 and IPv6 addresses",
  ],
  [
    "[192.0.2.1, 192.0.2.1/24]",
    '5:30 vrrp_instances[0].virtual_ips[1]: "192.0.2.1" is in this list already',
  ],
  [
    "[224.0.0.18]",
    "5:19 vrrp_instances[0].virtual_ips[0]: 224.0.0.18 is a multicast group: no host can hold it",
  ],
  [
    "[0.0.0.0]",
    "5:19 vrrp_instances[0].virtual_ips[0]: 0.0.0.0 is an unspecified address: no host can hold it",
  ],
  [
    "[127.0.0.1/8]",
    "5:19 vrrp_instances[0].virtual_ips[0]: 127.0.0.1 is a loopback address: no host can hold it",
  ],
  [
    "[255.255.255.255]",
    "5:19 vrrp_instances[0].virtual_ips[0]: 255.255.255.255 is the broadcast address: no host can hold it",
  ],
  [
    "[192.0.2.127/25]",
    "5:19 vrrp_instances[0].virtual_ips[0]: 192.0.2.127 is the broadcast address of its /25: no host can hold it",
  ],
];

for (const [value, expected] of VIRTUAL_IPS) {
  Deno.test(`loadConfig() refuses virtual_ips: ${value}`, () => {
    const text = instance().replace("[192.0.2.1]", value);
    deepStrictEqual(issues(text), [`c.yaml:${expected}`]);
  });
}

Deno.test("loadConfig() takes 255 virtual IPs and refuses 256", () => {
  const ips = Array.from({ length: 256 }, (_, i) => `198.18.${i}.1`);
  const withIps = (list: readonly string[]): string =>
    instance().replace("[192.0.2.1]", `[${list.join(", ")}]`);
  deepStrictEqual(issues(withIps(ips.slice(0, 255))), []);
  deepStrictEqual(issues(withIps(ips)), [
    "c.yaml:5:18 vrrp_instances[0].virtual_ips: holds 256 addresses: an advert has room for 255",
  ]);
});

Deno.test("loadConfig() takes both addresses of a /31 and a host's /32", () => {
  const ips = "[192.0.2.0/31, 192.0.2.1/31, 192.0.2.255/32, 192.0.2.127/24]";
  deepStrictEqual(issues(instance().replace("[192.0.2.1]", ips)), []);
});

/** Bad name or interface of the instance → what is said of it. */
const NAMES: readonly (readonly [string, string, string])[] = [
  [
    "name: a",
    "name: a b",
    '2:11 vrrp_instances[0].name: must be 1 to 64 printable characters without white space, not "a b"',
  ],
  [
    "name: a",
    'name: ""',
    '2:11 vrrp_instances[0].name: must be 1 to 64 printable characters without white space, not ""',
  ],
  [
    "name: a",
    'name: "a\\eb"',
    '2:11 vrrp_instances[0].name: must be 1 to 64 printable characters without white space, not "a\\u001bb"',
  ],
  [
    "name: a",
    'name: "a\\u202eb"',
    '2:11 vrrp_instances[0].name: must be 1 to 64 printable characters without white space, not "a\\u{202e}b"',
  ],
  [
    "name: a",
    `name: ${"n".repeat(65)}`,
    `2:11 vrrp_instances[0].name: must be 1 to 64 printable characters without white space, not "${
      "n".repeat(60)
    }…"`,
  ],
  [
    "eth0",
    "eth0:1",
    '3:16 vrrp_instances[0].interface: must be an interface name: 1 to 15 bytes without "/", ":" and white space, not "eth0:1": it is an address that has a label, see virtual_ips',
  ],
  [
    "eth0",
    "../eth0",
    '3:16 vrrp_instances[0].interface: must be an interface name: 1 to 15 bytes without "/", ":" and white space, not "../eth0"',
  ],
  [
    "eth0",
    '".."',
    '3:16 vrrp_instances[0].interface: must be an interface name: 1 to 15 bytes without "/", ":" and white space, not ".."',
  ],
  [
    "eth0",
    "sixteen-bytes-00",
    '3:16 vrrp_instances[0].interface: must be an interface name: 1 to 15 bytes without "/", ":" and white space, not "sixteen-bytes-00"',
  ],
  [
    "eth0",
    "éééééééé",
    '3:16 vrrp_instances[0].interface: must be an interface name: 1 to 15 bytes without "/", ":" and white space, not "éééééééé"',
  ],
];

for (const [good, bad, expected] of NAMES) {
  Deno.test(`loadConfig() refuses ${bad}`, () => {
    deepStrictEqual(issues(instance().replace(good, bad)), [
      `c.yaml:${expected}`,
    ]);
  });
}

/** Whole files → what is said of them. */
const FILES: readonly (readonly [string, string, string[]])[] = [
  ["an empty file", "", [
    ":1:1 vrrp_instances: at least one instance is required",
  ]],
  ["a file of comments", "# nothing\n", [
    ":1:1 vrrp_instances: at least one instance is required",
  ]],
  ["a file without instances", "global: {}\n", [
    ":1:1 vrrp_instances: at least one instance is required",
  ]],
  ["an empty list of instances", "global:\nvrrp_instances: []\n", [
    ":2:17 vrrp_instances: at least one instance is required",
  ]],
  ["a list", "- a\n", [":1:1: must be a map, not a list"]],
  ["a word", "alived\n", [":1:1: must be a map"]],
  ["instances that are no list", "vrrp_instances: { a: 1 }\n", [
    ":1:17 vrrp_instances: must be a list of instances, each of which begins with a dash",
  ]],
  ["an instance that is no map", "vrrp_instances:\n  - VI_1\n", [
    ":2:5 vrrp_instances[0]: must be a map",
  ]],
  ["an instance without its required keys", "vrrp_instances:\n  - {}\n", [
    ":2:5 vrrp_instances[0].name: is required",
    ":2:5 vrrp_instances[0].interface: is required",
    ":2:5 vrrp_instances[0].virtual_router_id: is required",
  ]],
  [
    "an unknown section and an unknown key of global",
    `globl: 1\nglobal: { log: { level: inform }, "a\\nb": 1 }\n${instance()}`,
    [
      ':1:1 globl: is not a known key (did you mean "global"?)',
      ':2:25 global.log.level: must be debug, info, notice, warning or error, not "inform" (did you mean "info"?)',
      ':2:35 global."a\\nb": is not a known key',
    ],
  ],
  ["two slips, and what is missing beside them", "a: b: c\nd: 'x' y\n", [
    ":1:1 vrrp_instances: at least one instance is required",
    ":1:4: a value in one line cannot have keys or items of its own: put it in quotes, or begin a new line",
    ":2:8: follows a value that has ended: put the whole value in one pair of quotes, and write '' for ' in single ones",
  ]],
  ["a tab as indentation", "global:\n\tlog: {}\n", [
    ":1:1 vrrp_instances: at least one instance is required",
    ":2:1: a tab indents this line: YAML takes spaces only",
  ]],
  ["two documents", `${instance()}\n---\n${instance()}\n`, [
    ":6:1: only one document is allowed in a file",
  ]],
  ["an unknown tag", instance("auth_pass: !geheim"), [
    ':6:16: unknown tag: quote text that starts with "!"',
  ]],
  ["an alias without an anchor", instance("auth_pass: *geheim"), [
    ':6:16: no anchor has this name: quote text that starts with "*"',
  ]],
  ["a map as a key", "? { a: 1 }\n: 2\n", [
    ":1:3: a map or a list cannot be a key: put it in quotes",
  ]],
  ["a merge of what is no map", "a: { <<: 3 }\n", [
    ":1:1 vrrp_instances: at least one instance is required",
    ":1:1 a: is not a known key",
    ":1:10: only maps can be merged",
  ]],
  ["a map that merges itself", "a: &a { <<: *a }\n", [
    ":1:1 vrrp_instances: at least one instance is required",
    ":1:1 a: is not a known key",
    ":1:13: stands for what it is in",
  ]],
  ["more than 1 MiB", "#".repeat(1024 * 1024 + 1), [
    ":1:1: is longer than 1 MiB",
  ]],
];

for (const [what, text, expected] of FILES) {
  Deno.test(`loadConfig() refuses ${what}`, () => {
    deepStrictEqual(issues(text), expected.map((line) => `c.yaml${line}`));
  });
}

Deno.test("loadConfig() refuses nesting that would exhaust the stack", () => {
  const lines = issues("- ".repeat(50_000));
  ok(lines.every((line) => line.endsWith(": is nested too deeply")), lines[0]);
  ok(lines.length > 0);
});

Deno.test("loadConfig() refuses aliases that multiply", () => {
  const lists = Array.from({ length: 9 }, (_, i) => {
    const items = i === 0 ? "x" : Array(9).fill(`*a${i - 1}`).join(", ");
    return `a${i}: &a${i} [${items}]`;
  });
  deepStrictEqual(issues(lists.join("\n")), [
    "c.yaml:7:9: holds too many values, each alias counted as what it stands for",
  ]);
});

Deno.test("loadConfig() tells conflicts of instances beside a bad key", () => {
  const text = `vrrp_instances:
  - { name: a, interface: eth0, virtual_router_id: 1, virtual_ips: [192.0.2.1] }
  - { name: a, interface: eth0, virtual_router_id: 0, virtual_ips: [192.0.2.1] }
  - { name: a, interface: eth1, virtual_router_id: 1, virtual_ips: [192.0.2.1] }
  - name: b
    interface: eth0
    version: 3
    virtual_router_id: 1
    virtual_ips: [192.0.2.2, 192.0.2.1/24]
`;
  deepStrictEqual(issues(text), [
    'c.yaml:3:13 vrrp_instances[1].name: "a" is the name of vrrp_instances[0]',
    "c.yaml:3:52 vrrp_instances[1].virtual_router_id: must be a whole number from 1 to 255, not 0",
    "c.yaml:3:69 vrrp_instances[1].virtual_ips[0]: 192.0.2.1 is on eth0 already, in vrrp_instances[0]",
    'c.yaml:4:13 vrrp_instances[2].name: "a" is the name of vrrp_instances[0]',
    "c.yaml:8:24 vrrp_instances[3].virtual_router_id: 1 is on eth0 already, in vrrp_instances[0]",
    "c.yaml:9:30 vrrp_instances[3].virtual_ips[1]: 192.0.2.1 is on eth0 already, in vrrp_instances[0]",
  ]);
});

Deno.test("loadConfig() places what a merge key brings in at its source", () => {
  const text = `vrrp_instances:
  - &base
    name: a
    interface: eth0
    virtual_router_id: 1
    virtual_ips: [192.0.2.1]
    priority: 0
  - { <<: *base, name: b, virtual_router_id: 2, virtual_ips: [192.0.2.2] }
`;
  deepStrictEqual(issues(text), [
    "c.yaml:7:15 vrrp_instances[0].priority: must be a whole number from 1 to 255, not 0",
    "c.yaml:7:15 vrrp_instances[1].priority: must be a whole number from 1 to 255, not 0",
  ]);
  const { settings } = load(text.replace("priority: 0", "priority: 9"));
  deepStrictEqual(
    settings?.instances.map(({ name, priority }) => [name, priority]),
    [["a", 9], ["b", 9]],
  );
});

Deno.test("loadConfig() never repeats a password", () => {
  const secret = "geheim";
  const texts = [
    `auth_pass: [${secret}]`,
    `auth_pass: {${secret}: 1}`,
    `auth_pass: ${secret}ß`,
    `auth_pass: "${secret}"${secret}`,
    `auth_pass: }${secret}`,
    `auth_pass: @${secret}`,
    `auth_pass: !${secret}`,
    `auth_pass: *${secret}`,
    `auth_pass: |${secret}`,
    `auth_pass: ${secret}: ${secret}`,
    `auth_pass:${secret}`,
    `auth_type: NONE\n    auth_pass: ${secret}`,
    `version: 3\n    auth_pass: ${secret}`,
    `auth_pas: ${secret}`,
    `auth_type: PASS\n    auth_pass: ${secret}${secret}\n    priority: 0`,
  ];
  for (const text of texts) {
    const { issues, warnings } = load(instance(text));
    const all = [...issues, ...warnings];
    const lines = all
      .flatMap((issue) => [formatIssue(issue), issue.excerpt?.text])
      .join("\n");
    ok(lines !== "", text);
    ok(!lines.includes(secret), lines);
  }
});

const GLOBAL = {
  routerId: null,
  log: { level: "info", format: "auto" },
  startupDelay: 0,
  vipLeaseSeconds: null,
  realtime: false,
  scriptUser: null,
  controlSocket: { path: null, status: null },
  http: null,
  peers: [],
};

Deno.test("loadConfig() fills in the defaults", () => {
  deepStrictEqual(load(instance()), {
    settings: {
      global: GLOBAL,
      instances: [{
        name: "a",
        interface: "eth0",
        family: "ipv4",
        version: 2,
        virtualRouterId: 51,
        priority: 100,
        advertInterval: 1000,
        preempt: true,
        preemptDelay: 0,
        password: null,
        checksum: "auto",
        downTimerAdverts: 3,
        linkUpDelay: 0,
        linkDownDelay: 0,
        unicastPeers: [],
        sourceAddress: null,
        virtualIps: [{
          address: "192.0.2.1",
          prefix: 32,
          interface: null,
          scope: "global",
          label: null,
          track: true,
          preferred: false,
        }],
        excludedVirtualIps: [],
        garp: { repeat: 5, delay: 5000, refresh: 4000, interval: 0 },
        higherPriorityAdvert: false,
        trackers: [],
        notify: { byState: {}, any: null },
      }],
      syncGroups: [],
      checks: [],
      notifications: { email: null, webhooks: [] },
    },
    issues: [],
    warnings: [],
    holdsSecret: false,
  });
});

Deno.test("loadConfig() takes every key of an instance at another value than its default", () => {
  const text = `
global:
  router_id: 7
  log: { level: debug, format: json }
  startup_delay: 1500ms
  vip_lease: 3s
  realtime: yes
  script_user: keeper
  control_socket: { path: /a/c.sock, status_path: /a/s.sock, group: keepers }
  http:
    listen: "[::1]:80"
    allowed_hosts: [A.example]
    keepalived_metrics: yes
  peers: ["http://192.0.2.2:9650/"]
vrrp_instances:
  - name: 0x10
    interface: 10e1
    state: MASTER
    version: 3
    virtual_router_id: 255
    priority: 254
    advert_interval: 40.95
    preempt: Yes
    preempt_delay: 1h
    auth_type: NONE
    checksum: pseudo_header
    down_timer_adverts: 1
    link_up_delay: 5
    link_down_delay: 100ms
    unicast_peers: [192.0.2.3, { address: 192.0.2.4, min_ttl: 254 }]
    source_address: 192.0.2.2
    virtual_ips:
      - 192.0.2.1/24
      - { address: 198.51.100.1/31, interface: 10e1, scope: link, label: "10e1:v" }
    excluded_virtual_ips:
      - { address: 2001:DB8::1/64, preferred: true }
      - { address: 203.0.113.1, interface: eth1, scope: host, label: eth1, track: no }
    garp: { repeat: 100, delay: 0, refresh: 1m30s, interval: 1s }
    higher_prio_send_advert: true
    notify: /bin/any
    notify_master: /bin/master 'a b' c
    notify_backup: [/bin/backup, "$x", 0x1]
    notify_fault: { shell: "echo $1 | logger" }
    notify_stop: [/bin/stop]
`;
  deepStrictEqual(load(text), {
    settings: {
      global: {
        routerId: "7",
        log: { level: "debug", format: "json" },
        startupDelay: 1500,
        vipLeaseSeconds: 3,
        realtime: true,
        scriptUser: { uid: 7, gid: 8 },
        controlSocket: {
          path: "/a/c.sock",
          status: {
            path: "/a/s.sock",
            group: { name: "keepers", gid: 9 },
          },
        },
        http: {
          listen: { address: "::1", port: 80 },
          allowedHosts: ["a.example"],
          keepalivedMetrics: true,
        },
        peers: ["http://192.0.2.2:9650"],
      },
      instances: [{
        name: "0x10",
        interface: "10e1",
        family: "ipv4",
        version: 3,
        virtualRouterId: 255,
        priority: 254,
        advertInterval: 40_950,
        preempt: true,
        preemptDelay: 3_600_000,
        password: null,
        checksum: "pseudo_header",
        downTimerAdverts: 1,
        linkUpDelay: 5000,
        linkDownDelay: 100,
        unicastPeers: [
          { address: "192.0.2.3", minTtl: 1 },
          { address: "192.0.2.4", minTtl: 254 },
        ],
        sourceAddress: "192.0.2.2",
        virtualIps: [{
          address: "192.0.2.1",
          prefix: 24,
          interface: null,
          scope: "global",
          label: null,
          track: true,
          preferred: false,
        }, {
          address: "198.51.100.1",
          prefix: 31,
          interface: null,
          scope: "link",
          label: "10e1:v",
          track: true,
          preferred: false,
        }],
        excludedVirtualIps: [{
          address: "2001:db8::1",
          prefix: 64,
          interface: null,
          scope: "global",
          label: null,
          track: true,
          preferred: true,
        }, {
          address: "203.0.113.1",
          prefix: 32,
          interface: "eth1",
          scope: "host",
          label: "eth1",
          track: false,
          preferred: false,
        }],
        garp: { repeat: 100, delay: 0, refresh: 90_000, interval: 1000 },
        higherPriorityAdvert: true,
        trackers: [],
        notify: {
          byState: {
            MASTER: ["/bin/master", "a b", "c"],
            BACKUP: ["/bin/backup", "$x", "0x1"],
            FAULT: ["/bin/sh", "-c", "echo $1 | logger"],
            STOP: ["/bin/stop"],
          },
          any: ["/bin/any"],
        },
      }],
      syncGroups: [],
      checks: [],
      notifications: { email: null, webhooks: [] },
    },
    issues: [],
    warnings: [],
    holdsSecret: false,
  });
});

Deno.test("loadConfig() takes sections that hold nothing as absent", () => {
  const { settings } = load(`global:\n${instance("garp:")}`);
  deepStrictEqual(settings, load(instance()).settings);
});

for (
  const [word, expected] of [
    ["yes", true],
    ["on", true],
    ["TRUE", true],
    ["no", false],
    ["Off", false],
    ["false", false],
  ] as const
) {
  Deno.test(`loadConfig() reads ${word} as ${expected}`, () => {
    const { settings } = load(instance(`preempt: ${word}`));
    deepStrictEqual(settings?.instances[0]?.preempt, expected);
  });
}

for (
  const [written, used] of [
    ["0123", "0123"],
    ["1e3", "1e3"],
    ["true", "true"],
    ['"12345678"', "12345678"],
    ["a b", "a b"],
  ] as const
) {
  Deno.test(`loadConfig() reads the password ${written} as text`, () => {
    const text = instance("auth_type: PASS", `auth_pass: ${written}`);
    const { settings } = load(text);
    deepStrictEqual(settings?.instances[0]?.password, used);
  });
}

Deno.test("loadConfig() cuts a password to 8 bytes with a warning", () => {
  const text = instance("auth_type: PASS", "auth_pass: 123456789");
  const { settings } = load(text);
  deepStrictEqual(settings?.instances[0]?.password, "12345678");
  deepStrictEqual(warnings(text), [
    "c.yaml:7:16 vrrp_instances[0].auth_pass: only the first 8 bytes are used",
  ]);
});

Deno.test("loadConfig() finds the line behind words that have two of them", () => {
  deepStrictEqual(
    loadConfig("- \n2\n d:", "c.yaml", testHost).issues.map(formatIssue),
    [
      "c.yaml:3:2: begins in column 2, where nothing above it begins: its neighbours are in column 3",
    ],
  );
});

Deno.test("loadConfig() never throws", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    doesNotThrow(() => load(text));
  }));
  const piece = fc.constantFrom(
    ..."{}[]:-?,&*!|>'\"%@#\n\t ".split(""),
    ...["a", "<<", "&a ", "*a", ": ", "- ", "\n  ", "---\n", "!!set", "null"],
    ...["global", "log", "garp", "vrrp_instances", "name", "auth_pass"],
    ...["virtual_ips", "__proto__", "constructor", "1", ".nan", "192.0.2.1"],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const { settings, issues } = load(pieces.join(""));
      deepStrictEqual(settings === null, issues.length > 0);
    }),
    { numRuns: 500 },
  );
});

Deno.test("loadConfig() never throws on any value of any key", () => {
  const key = fc.constantFrom(
    ...["name", "interface", "state", "version", "virtual_router_id"],
    ...["priority", "advert_interval", "preempt", "auth_type", "auth_pass"],
    ...["checksum", "virtual_ips", "garp", "track_scripts", "other"],
    ...["excluded_virtual_ips", "unicast_peers", "source_address", "notify"],
    ...["track_files", "track_processes", "track_interfaces"],
    ...["type", "interval", "timeout", "config", "instances"],
  );
  const entry = fc.dictionary(key, fc.jsonValue({ maxDepth: 2 }));
  fc.assert(fc.property(fc.array(entry), (entries) => {
    const text = JSON.stringify({
      vrrp_instances: entries,
      sync_groups: entries,
      health_checkers: entries,
      notifications: entries[0],
      global: entries[1],
    });
    const { settings, issues } = load(text);
    deepStrictEqual(settings === null, issues.length > 0);
  }));
});
