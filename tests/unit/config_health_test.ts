import { deepStrictEqual } from "node:assert/strict";
import type { Host } from "../../src/config/host.ts";
import { issuesOf, load, testHost, warningsOf } from "./config_host.ts";

/** One instance that tracks the check `c`, whose entry has these lines. */
function check(...lines: string[]): string {
  return [
    "vrrp_instances:",
    "  - { name: a, interface: eth0, virtual_router_id: 1, virtual_ips: [192.0.2.1], track_scripts: [c] }",
    "health_checkers:",
    "  - name: c",
    ...lines.map((line) => `    ${line}`),
  ].join("\n");
}

/** Type and config → the probe. */
const PROBES: readonly (readonly [string, string, object])[] = [
  ["tcp", "{ host: localhost, port: 80 }", {
    type: "tcp",
    host: "localhost",
    port: 80,
    send: null,
    expect: null,
  }],
  ["tcp", '{ host: "::1", port: 25, send: "QUIT\\r\\n", expect: 220 }', {
    type: "tcp",
    host: "::1",
    port: 25,
    send: "QUIT\r\n",
    expect: "220",
  }],
  ["http", "{ url: http://127.0.0.1:80/health }", {
    type: "http",
    url: "http://127.0.0.1:80/health",
    method: "GET",
    headers: {},
    expectedStatus: [[200, 200]],
    contains: null,
    matches: null,
    followRedirects: false,
    insecureSkipVerify: false,
    serverName: null,
    caFile: null,
  }],
  [
    "https",
    "{ url: 'https://u:p%20q@[::1]/', method: post, headers: { X-A: 1 }, " +
    "expected_status: [204, 300-399], contains: 1, matches: '^o+k$', " +
    "follow_redirects: yes, insecure_skip_verify: true, " +
    "server_name: www.example.com, ca_file: /etc/ca.pem }",
    {
      type: "http",
      url: "https://u:p%20q@[::1]/",
      method: "POST",
      headers: { "X-A": "1" },
      expectedStatus: [[204, 204], [300, 399]],
      contains: "1",
      matches: "^o+k$",
      followRedirects: true,
      insecureSkipVerify: true,
      serverName: "www.example.com",
      caFile: "/etc/ca.pem",
    },
  ],
  ["http", "{ url: http://a/, expected_status: 200-299 }", {
    type: "http",
    url: "http://a/",
    method: "GET",
    headers: {},
    expectedStatus: [[200, 299]],
    contains: null,
    matches: null,
    followRedirects: false,
    insecureSkipVerify: false,
    serverName: null,
    caFile: null,
  }],
  ["ping", "{ host: 8.8.8.8 }", { type: "ping", host: "8.8.8.8", count: 1 }],
  ["ping", '{ host: "2001:db8::1", count: 20 }', {
    type: "ping",
    host: "2001:db8::1",
    count: 20,
  }],
  ["script", "{ script: /bin/check.sh, args: [nginx, 80] }", {
    type: "script",
    command: ["/bin/check.sh", "nginx", "80"],
    environment: {},
  }],
  ["script", "{ script: { shell: 'a | b' }, environment: { PORT: 080 } }", {
    type: "script",
    command: ["/bin/sh", "-c", "a | b"],
    environment: { PORT: "080" },
  }],
  ["dns", "{ name: www.example.com }", {
    type: "dns",
    name: "www.example.com",
    recordType: "A",
    server: null,
    expect: null,
  }],
  [
    "dns",
    '{ name: a.example, type: AAAA, server: "[2001:db8::53]:5353", expect: "2001:DB8::0:1" }',
    {
      type: "dns",
      name: "a.example",
      recordType: "AAAA",
      server: { host: "2001:db8::53", port: 5353 },
      expect: "2001:db8::1",
    },
  ],
  ["dns", "{ name: _a.example, type: TXT, server: ns1.example, expect: v=1 }", {
    type: "dns",
    name: "_a.example",
    recordType: "TXT",
    server: { host: "ns1.example", port: 53 },
    expect: "v=1",
  }],
  ["file", "{ path: /run/ready }", {
    type: "file",
    path: "/run/ready",
    maxAge: null,
    number: false,
  }],
  ["file", "{ path: /run/n, max_age: 1m30s, number: true }", {
    type: "file",
    path: "/run/n",
    maxAge: 90_000,
    number: true,
  }],
  ["process", "{ name: nginx, quorum: 2 }", {
    type: "process",
    name: "nginx",
    pidFile: null,
    quorum: 2,
  }],
  ["process", "{ name: sshd, pid_file: /run/sshd.pid }", {
    type: "process",
    name: "sshd",
    pidFile: "/run/sshd.pid",
    quorum: 1,
  }],
];

for (const [type, config, probe] of PROBES) {
  Deno.test(`loadConfig() reads a ${type} check of ${config}`, () => {
    const { settings, issues } = load(
      check(`type: ${type}`, `config: ${config}`),
    );
    deepStrictEqual(issues, []);
    deepStrictEqual(settings?.checks, [{
      name: "c",
      interval: 3000,
      timeout: 2000,
      rise: 2,
      fall: 2,
      probe,
    }]);
  });
}

Deno.test("loadConfig() reads the rhythm of a check", () => {
  const config = "config: { host: a }";
  const rhythm = (...lines: string[]): unknown => {
    const [first] = load(check("type: ping", config, ...lines)).settings
      ?.checks ?? [];
    return [first?.interval, first?.timeout, first?.rise, first?.fall];
  };
  deepStrictEqual(
    rhythm("interval: 5s", "timeout: 250ms", "rise: 3", "fall: 1"),
    [5000, 250, 3, 1],
  );
  // No default is longer than the interval.
  deepStrictEqual(rhythm("interval: 1"), [1000, 1000, 2, 2]);
});

/** Type and config → what is said of it, behind line 6 and the path. */
const BAD: readonly (readonly [string, string, string])[] = [
  ["tcp", "{ host: a }", "6:13 .port: is required"],
  ["tcp", "{ port: 80 }", "6:13 .host: is required"],
  [
    "tcp",
    "{ host: a, port: 0 }",
    "6:30 .port: must be a whole number from 1 to 65535, not 0",
  ],
  [
    "tcp",
    "{ host: a, port: 65536 }",
    "6:30 .port: must be a whole number from 1 to 65535, not 65536",
  ],
  [
    "tcp",
    "{ host: 192.0.2.256, port: 1 }",
    '6:21 .host: must be an address or a host name, not "192.0.2.256"',
  ],
  [
    "tcp",
    "{ host: a b, port: 1 }",
    '6:21 .host: must be an address or a host name, not "a b"',
  ],
  [
    "tcp",
    "{ host: a, prt: 1, port: 1 }",
    '6:24 .prt: is not a known key (did you mean "port"?)',
  ],
  [
    "http",
    "{ url: ftp://a/ }",
    "6:20 .url: must be a URL that begins with http:// or https://",
  ],
  [
    "http",
    "{ url: http://a:0/ }",
    "6:20 .url: must be a URL that begins with http:// or https://",
  ],
  [
    "http",
    "{ url: http://u:%zz@a/ }",
    "6:20 .url: must be a URL that begins with http:// or https://",
  ],
  [
    "https",
    "{ url: http://a/ }",
    "6:20 .url: must be a URL that begins with https://",
  ],
  [
    "http",
    "{ url: http://a/, expected_status: 99 }",
    "6:48 .expected_status: must be a status from 200 to 599, or a range such as 200-299, not 99",
  ],
  [
    "http",
    "{ url: http://a/, expected_status: 299-200 }",
    '6:48 .expected_status: must be a status from 200 to 599, or a range such as 200-299, not "299-200"',
  ],
  [
    "http",
    "{ url: http://a/, expected_status: [] }",
    "6:48 .expected_status: at least one status is required",
  ],
  [
    "http",
    "{ url: http://a/, expected_status: [200, x] }",
    '6:54 .expected_status[1]: must be a status from 200 to 599, or a range such as 200-299, not "x"',
  ],
  [
    "http",
    "{ url: http://a/, matches: '(a' }",
    "6:40 .matches: is not a regular expression: missing closing ): `(a`",
  ],
  [
    "http",
    "{ url: http://a/, method: TRACE }",
    '6:39 .method: must be a method such as GET, not "TRACE"',
  ],
  [
    "http",
    "{ url: http://a/, method: HEAD, contains: ok }",
    "6:39 .method: HEAD has no body to look at: use GET",
  ],
  [
    "http",
    '{ url: http://a/, headers: { "a b": c } }',
    '6:42 .headers."a b": is not the name of a header',
  ],
  [
    "http",
    '{ url: http://a/, headers: { a: "geheim\\n" } }',
    "6:45 .headers.a: must be one line of printable ASCII characters",
  ],
  ["ping", "", "4:5 .host: is required"],
  [
    "ping",
    "{ host: a, count: 21 }",
    "6:31 .count: must be a whole number from 1 to 20, not 21",
  ],
  ["script", "{ args: [a] }", "6:13 .script: is required"],
  [
    "script",
    "{ script: check.sh }",
    "6:23 .script: must begin with the absolute path of a program",
  ],
  [
    "script",
    "{ script: [] }",
    "6:23 .script: must begin with the absolute path of a program",
  ],
  [
    "script",
    "{ script: '/bin/a | b' }",
    '6:23 .script: needs a shell for "|": write { shell: … }, or put it in single quotes',
  ],
  [
    "script",
    "{ script: { shell: a }, args: [b] }",
    "6:43 .args: cannot follow { shell: … }: write them in its text",
  ],
  [
    "script",
    "{ script: /bin/a, environment: { A-B: c } }",
    "6:46 .environment.A-B: is not the name of a variable",
  ],
  [
    "dns",
    "{ name: a..b }",
    '6:21 .name: must be a domain name such as www.example.com, not "a..b"',
  ],
  [
    "dns",
    "{ name: a, type: SRV }",
    '6:30 .type: must be A, AAAA, CNAME, MX, NS, PTR or TXT, not "SRV"',
  ],
  [
    "dns",
    "{ name: a, server: '192.0.2.53:0' }",
    '6:32 .server: must be a name server such as 192.0.2.53 or [2001:db8::53]:5353, not "192.0.2.53:0"',
  ],
  [
    "dns",
    "{ name: a, expect: '2001:db8::1' }",
    "6:32 .expect: must be an address of the family that type asks for",
  ],
  ["file", "{}", "6:13 .path: is required"],
  ["file", "{ path: a }", '6:21 .path: must be an absolute path, not "a"'],
  [
    "file",
    "{ path: /a, max_age: 100ms }",
    '6:34 .max_age: must be a duration of 1s or more, not "100ms"',
  ],
  ["process", "{}", "6:13 : must have name, pid_file or both"],
  [
    "process",
    "{ pid_file: /a, quorum: 2 }",
    "6:13 : cannot have a quorum with pid_file: a file names one process",
  ],
];

for (const [type, config, expected] of BAD) {
  Deno.test(`loadConfig() refuses a ${type} check of ${config}`, () => {
    const [place = "", problem = ""] = expected.split(/ (.*)/s);
    deepStrictEqual(
      issuesOf(
        check(`type: ${type}`, ...(config ? [`config: ${config}`] : [])),
      ),
      [`${place} health_checkers[0].config${problem}`.replace(
        "config: :",
        "config:",
      )],
    );
  });
}

/** Lines from line 5 on → what is said of them. */
const BAD_LINES: readonly (readonly [string[], string])[] = [
  [
    ["type: tpc"],
    '5:11 health_checkers[0].type: must be tcp, http, https, ping, script, dns, file or process, not "tpc" (did you mean "tcp"?)',
  ],
  [["config: {}"], "4:5 health_checkers[0].type: is required"],
  [
    ["type: ping", "config: { host: a }", "interval: 0s"],
    '7:15 health_checkers[0].interval: must be a duration from 10ms to 24h, not "0s"',
  ],
  [
    ["type: ping", "config: { host: a }", "timeout: 0"],
    "7:14 health_checkers[0].timeout: must be a duration from 10ms to 24h, not 0",
  ],
  [
    ["type: ping", "config: { host: a }", "rise: 0"],
    "7:11 health_checkers[0].rise: must be a whole number from 1 to 1000, not 0",
  ],
  [
    ["type: ping", "config: [a]"],
    "6:13 health_checkers[0].config: must be a map, not a list",
  ],
  [
    ["type: ping", "config: { host: a }", "wait: 1"],
    "7:5 health_checkers[0].wait: is not a known key",
  ],
];

for (const [lines, expected] of BAD_LINES) {
  Deno.test(`loadConfig() refuses a check with ${lines.join(", ")}`, () => {
    deepStrictEqual(issuesOf(check(...lines)), [expected]);
  });
}

Deno.test("loadConfig() refuses two checks of one name", () => {
  const text = check("type: ping", "config: { host: a }") +
    "\n  - { name: c, type: ping, config: { host: b } }\n";
  deepStrictEqual(issuesOf(text), [
    '7:13 health_checkers[1].name: "c" is the name of health_checkers[0]',
  ]);
});

Deno.test("loadConfig() warns of a check that no tracker uses and leaves it out", () => {
  const text = check("type: ping", "config: { host: a }") +
    "\n  - { name: d, type: ping, config: { host: b } }\n";
  deepStrictEqual(warningsOf(text), [
    '7:13 health_checkers[1].name: no tracker uses "d": it does not run',
  ]);
  deepStrictEqual(load(text).settings?.checks.map(({ name }) => name), ["c"]);
});

Deno.test("loadConfig() warns of a timeout that is longer than the interval", () => {
  deepStrictEqual(
    warningsOf(
      check("type: ping", "config: { host: a }", "interval: 1", "timeout: 2"),
    ),
    [
      "8:14 health_checkers[0].timeout: is longer than interval: a slow check delays the next",
    ],
  );
});

/** A host that lacks every file. */
const BARE: Host = {
  ...testHost,
  programProblem: () => "does not exist",
  fileProblem: () => "does not exist",
  secretFileProblem: () => "does not exist",
};

Deno.test("loadConfig() refuses a check whose file the host lacks", () => {
  deepStrictEqual(
    issuesOf(check("type: script", "config: { script: /bin/a b }"), BARE),
    ['6:23 health_checkers[0].config.script: "/bin/a" does not exist'],
  );
  deepStrictEqual(
    issuesOf(
      check("type: https", "config: { url: https://a/, ca_file: /ca.pem }"),
      BARE,
    ),
    ['6:41 health_checkers[0].config.ca_file: "/ca.pem" does not exist'],
  );
});

Deno.test("loadConfig() takes a check that no tracker uses without its program", () => {
  const text = check("type: ping", "config: { host: a }") +
    "\n  - { name: d, type: script, config: { script: /bin/a } }\n";
  deepStrictEqual(issuesOf(text, BARE), []);
});
