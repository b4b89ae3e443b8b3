import { deepStrictEqual, ok } from "node:assert/strict";
import { parse } from "yaml";
import type { Host } from "../../src/config/host.ts";
import { formatIssue } from "../../src/config/issue.ts";
import { loadConfig } from "../../src/config/load.ts";
import { configSchema } from "../../src/config/schema/config.ts";
import { testHost } from "./config_host.ts";

function read(path: string): string {
  return Deno.readTextFileSync(new URL(`../../${path}`, import.meta.url));
}

/** A valibot schema as far as this test reads it. */
interface Schema {
  readonly entries?: Readonly<Record<string, Schema>>;
  readonly item?: Schema;
  readonly wrapped?: Schema;
  readonly pipe?: readonly Schema[];
  readonly getter?: (input: unknown) => Schema;
}

const TYPES = ["tcp", "https", "ping", "script", "dns", "file", "process"];

/** Paths of all keys of a schema and of what is in it, without indices. */
function pathsOf(schema: Schema, path = ""): string[] {
  const { entries = {}, item, wrapped, pipe = [], getter } = schema;
  const inner = [item, wrapped, ...pipe].filter((each) => each !== undefined);
  return [
    ...Object.entries(entries).flatMap(([key, value]) => [
      `${path}.${key}`,
      ...pathsOf(value, `${path}.${key}`),
    ]),
    // In place of a schema, one of its pipe is the schema itself.
    ...inner.flatMap((each) => each === schema ? [] : pathsOf(each, path)),
    ...(getter === undefined
      ? []
      : path === ".health_checkers"
      ? TYPES.flatMap((type) => ofType(pathsOf(getter({ type }), path), type))
      : pathsOf(getter({}), path)),
  ];
}

/** Paths of a health checker, with its type in those of `config`. */
function ofType(paths: readonly string[], type: string): string[] {
  return paths.map((path) => path.replace(/\.config\./, `.config(${type}).`));
}

/** Maps whose keys are the operator's. */
const OWN_KEYS = ["headers", "environment"];

/** Paths of all keys of a file, without indices. */
function pathsIn(value: unknown, path = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => pathsIn(item, path));
  if (typeof value !== "object" || value === null) return [];
  const paths = Object.entries(value).flatMap(([key, inner]) => [
    `${path}.${key}`,
    ...(OWN_KEYS.includes(key) ? [] : pathsIn(inner, `${path}.${key}`)),
  ]);
  return path === ".health_checkers" && "type" in value
    ? ofType(paths, String(value.type))
    : paths;
}

/** Each path once; what is the same in several places counts as one. */
function unique(paths: readonly string[]): string[] {
  const same = paths.map((path) =>
    path.replace(/.*(\.track_\w+\.)/, "$1").replace(/.*\.shell$/, ".shell")
      .replace(".excluded_virtual_ips.", ".virtual_ips.")
  );
  return [...new Set(same)].sort();
}

const paths = unique(pathsOf(configSchema as Schema));

Deno.test("this test sees the keys of the schema", () => {
  for (
    const path of [
      ".global.log.level",
      ".vrrp_instances.garp.repeat",
      ".vrrp_instances.virtual_ips.label",
      ".vrrp_instances.unicast_peers.min_ttl",
      ".track_files.weight",
      ".shell",
      ".sync_groups.notify_stop",
      ".health_checkers.config(dns).type",
      ".health_checkers.config(https).ca_file",
      ".notifications.email.smtp.tls",
      ".notifications.webhooks.events",
    ]
  ) ok(paths.includes(path), path);
});

Deno.test("config.example.yaml has every key", () => {
  deepStrictEqual(
    unique(pathsIn(parse(read("config.example.yaml")))),
    // It excludes global.notification_email.
    paths.filter((path) => path !== ".notifications.email.to"),
  );
});

Deno.test("docs/configuration.md names every key", () => {
  const text = read("docs/configuration.md");
  for (const path of paths) {
    const key = path.split(".").at(-1);
    ok(new RegExp(`[\`.]${key}[\`.]`).test(text), key);
  }
});

/** Its file of passwords is not that of the machine that tests. */
const host: Host = {
  ...testHost,
  findUser: () => ({ user: { uid: 65_534, gid: 65_534 } }),
  findGroup: () => ({ gid: 4 }),
};

Deno.test("config.example.yaml loads without a warning", () => {
  const { settings, issues, warnings } = loadConfig(
    read("config.example.yaml"),
    "config.example.yaml",
    host,
  );
  deepStrictEqual([...issues, ...warnings], []);
  deepStrictEqual(
    settings?.instances.map(({ name, trackers }) => [name, trackers.length]),
    [["VI_1", 13], ["VI_2", 0]],
  );
});

Deno.test("every example of docs/configuration.md loads", () => {
  const text = read("docs/configuration.md");
  const examples = [...text.matchAll(/```yaml\n(.*?)```/gs)]
    .map(([, yaml = ""]) => yaml);
  ok(examples.length >= 15);
  for (const example of examples) {
    const whole = completed(example.replace(/^#.*\n/, ""));
    const { issues, warnings } = loadConfig(whole, "docs", host);
    deepStrictEqual([...issues, ...warnings].map(formatIssue), [], whole);
  }
});

/** An example with instances; the first tracks its check. */
function completed(example: string): string {
  if (example.startsWith("vrrp_instances:")) return example;
  const tracks = example.startsWith("health_checkers:") ? "[check]" : "[]";
  return `vrrp_instances:
  - { name: VI_1, interface: eth0, virtual_router_id: 51, virtual_ips: [192.0.2.1], track_scripts: ${tracks} }
  - { name: VI_2, interface: eth1, virtual_router_id: 51, virtual_ips: [192.0.2.2] }
${example}`;
}

const VIP = {
  interface: null,
  scope: "global",
  label: null,
  track: true,
  preferred: false,
};
const GLOBAL = {
  log: { level: "info", format: "auto" },
  startupDelay: 0,
  vipLeaseSeconds: null,
  realtime: false,
  scriptUser: null,
  controlSocket: { path: null, status: null },
  http: null,
  peers: [],
};

/** What go-alived's format has no keys for. */
const DEFAULTS = {
  family: "ipv4",
  version: 2,
  preempt: true,
  preemptDelay: 0,
  checksum: "auto",
  downTimerAdverts: 3,
  linkUpDelay: 0,
  linkDownDelay: 0,
  unicastPeers: [],
  sourceAddress: null,
  excludedVirtualIps: [],
  garp: { repeat: 5, delay: 5000, refresh: 4000, interval: 0 },
  higherPriorityAdvert: false,
};

/** A host without the scripts. */
const bare: Host = {
  ...testHost,
  programProblem: () => "does not exist",
  fileProblem: () => "does not exist",
};

Deno.test("a small file of go-alived's format loads unchanged", () => {
  const text = read("tests/fixtures/go-alived/small.yaml");
  const { settings, issues, warnings } = loadConfig(text, "small.yaml", bare);
  deepStrictEqual(issues, []);
  deepStrictEqual(warnings.map(formatIssue), [
    "small.yaml:13:16 vrrp_instances[0].auth_pass: only the first 8 bytes are used",
  ]);
  deepStrictEqual(settings, {
    global: { ...GLOBAL, routerId: "attic" },
    instances: [{
      ...DEFAULTS,
      name: "gateway",
      interface: "lan0",
      virtualRouterId: 7,
      priority: 130,
      advertInterval: 2000,
      password: "tea-at-f",
      virtualIps: [{ address: "198.51.100.254", prefix: 25, ...VIP }],
      trackers: [],
      notify: { byState: {}, any: null },
    }],
    syncGroups: [],
    checks: [],
    notifications: { email: null, webhooks: [] },
  });
});

Deno.test("a file with every key of go-alived's format loads unchanged, with warnings", () => {
  const text = read("tests/fixtures/go-alived/full.yaml");
  const { settings, issues, warnings } = loadConfig(text, "full.yaml", bare);
  deepStrictEqual(issues, []);
  deepStrictEqual(warnings.map(formatIssue), [
    "full.yaml:4:3 global.notification_email: no SMTP server is named: mail goes to 127.0.0.1:25",
    "full.yaml:14:16 vrrp_instances[0].auth_pass: only the first 8 bytes are used",
    'full.yaml:19:20 vrrp_instances[0].notify_master: "/opt/proxy/bin/take" does not exist',
    'full.yaml:20:20 vrrp_instances[0].notify_backup: "/opt/proxy/bin/leave" does not exist',
    'full.yaml:21:19 vrrp_instances[0].notify_fault: "/opt/proxy/bin/alarm" does not exist',
    'full.yaml:52:11 health_checkers[2].name: no tracker uses "uplink": it does not run',
    'full.yaml:62:11 health_checkers[3].name: no tracker uses "disk": it does not run',
  ]);
  const tracker = (name: string): unknown => ({
    watch: { type: "check", name },
    weight: -10,
    reverse: false,
  });
  deepStrictEqual(settings, {
    global: { ...GLOBAL, routerId: "proxy-b" },
    instances: [{
      ...DEFAULTS,
      name: "proxy",
      interface: "bond1",
      virtualRouterId: 201,
      priority: 90,
      advertInterval: 3000,
      password: "0penSesa",
      virtualIps: [
        { address: "203.0.113.40", prefix: 27, ...VIP },
        { address: "203.0.113.41", prefix: 27, ...VIP },
      ],
      trackers: [tracker("port"), tracker("page")],
      notify: {
        byState: {
          MASTER: ["/opt/proxy/bin/take"],
          BACKUP: ["/opt/proxy/bin/leave"],
          FAULT: ["/opt/proxy/bin/alarm"],
        },
        any: null,
      },
    }],
    syncGroups: [],
    checks: [{
      name: "port",
      interval: 4000,
      timeout: 1000,
      rise: 5,
      fall: 4,
      probe: {
        type: "tcp",
        host: "203.0.113.33",
        port: 8443,
        send: null,
        expect: null,
      },
    }, {
      name: "page",
      interval: 15_000,
      timeout: 6000,
      rise: 1,
      fall: 5,
      probe: {
        type: "http",
        url: "https://203.0.113.33:8443/ready",
        method: "HEAD",
        headers: {},
        expectedStatus: [[204, 204]],
        contains: null,
        matches: null,
        followRedirects: false,
        insecureSkipVerify: true,
        serverName: null,
        caFile: null,
      },
    }],
    notifications: {
      email: {
        to: ["oncall@example.net"],
        from: "alived@test",
        smtp: {
          host: "127.0.0.1",
          port: 25,
          tls: "none",
          user: null,
          passwordFile: null,
          caFile: null,
        },
      },
      webhooks: [],
    },
  });
});

Deno.test("the configuration that is installed loads without a warning", () => {
  const { settings, issues, warnings } = loadConfig(
    read("deployment/config.yaml"),
    "config.yaml",
    testHost,
  );
  deepStrictEqual([issues, warnings], [[], []]);
  deepStrictEqual(settings?.instances.map(({ name }) => name), ["VI_1"]);
});
