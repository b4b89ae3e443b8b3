import { deepStrictEqual, ok } from "node:assert/strict";
import { formatIssue } from "../../src/config/issue.ts";
import { loadConfig } from "../../src/config/load.ts";
import { configSchema } from "../../src/config/schema/config.ts";

function read(path: string): string {
  return Deno.readTextFileSync(new URL(`../../${path}`, import.meta.url));
}

/** A valibot schema as far as this test reads it. */
interface Schema {
  readonly entries?: Readonly<Record<string, Schema>>;
  readonly item?: Schema;
  readonly wrapped?: Schema;
}

/** All keys of a schema and of what is in it. */
function keysOf({ entries = {}, item, wrapped }: Schema): string[] {
  return [
    ...Object.entries(entries).flatMap(([key, value]) => [
      key,
      ...keysOf(value),
    ]),
    ...(item === undefined ? [] : keysOf(item)),
    ...(wrapped === undefined ? [] : keysOf(wrapped)),
  ];
}

/** Keys that are accepted and not acted on, as the example has none of them. */
const UNUSED = [
  "health_checkers",
  "notification_email",
  "notify_master",
  "notify_backup",
  "notify_fault",
  "track_scripts",
];

const keys = keysOf(configSchema as Schema);

Deno.test("the schema has the keys that this version knows", () => {
  deepStrictEqual(keys, [
    ...["global", "router_id", "log", "level", "format", "notification_email"],
    ...["vrrp_instances", "name", "interface", "state", "version"],
    ...["virtual_router_id", "priority", "advert_interval", "preempt"],
    ...["auth_type", "auth_pass", "checksum", "down_timer_adverts"],
    ...["virtual_ips", "garp", "repeat", "delay", "refresh"],
    ...["notify_master", "notify_backup", "notify_fault", "track_scripts"],
    "health_checkers",
  ]);
});

Deno.test("config.example.yaml has every key once", () => {
  const found = [...read("config.example.yaml").matchAll(/^[ -]*(\w+):/gm)]
    .map(([, key]) => key);
  deepStrictEqual(
    found.toSorted(),
    keys.filter((key) => !UNUSED.includes(key)).toSorted(),
  );
});

Deno.test("docs/configuration.md names every key", () => {
  const text = read("docs/configuration.md");
  for (const key of keys) ok(new RegExp(`[\`.]${key}[\`.]`).test(text), key);
});

Deno.test("config.example.yaml loads without a warning", () => {
  const { settings, issues, warnings } = loadConfig(
    read("config.example.yaml"),
    "config.example.yaml",
  );
  deepStrictEqual([...issues, ...warnings], []);
  deepStrictEqual(settings, {
    global: { routerId: "node1", log: { level: "info", format: "auto" } },
    instances: [{
      name: "VI_1",
      interface: "eth0",
      family: "ipv4",
      version: 2,
      virtualRouterId: 51,
      priority: 100,
      advertInterval: 1000,
      preempt: true,
      password: "secret12",
      checksum: "auto",
      downTimerAdverts: 3,
      virtualIps: [
        { address: "192.0.2.100", prefix: 24 },
        { address: "192.0.2.101", prefix: 32 },
      ],
      garp: { repeat: 5, delay: 5000, refresh: 60_000 },
    }],
  });
});

const GO_ALIVED = {
  name: "VI_1",
  interface: "eth0",
  family: "ipv4",
  version: 2,
  virtualRouterId: 51,
  priority: 100,
  advertInterval: 1000,
  preempt: true,
  password: "secret12",
  checksum: "auto",
  downTimerAdverts: 3,
  garp: { repeat: 5, delay: 5000, refresh: 60_000 },
};

Deno.test("go-alived's small sample loads unchanged", () => {
  const text = read("tests/fixtures/go-alived/config.mini.yaml");
  const { settings, issues, warnings } = loadConfig(text, "mini.yaml");
  deepStrictEqual(issues, []);
  deepStrictEqual(warnings.map(formatIssue), [
    "mini.yaml:12:16 vrrp_instances[0].auth_pass: only the first 8 bytes are used",
  ]);
  deepStrictEqual(settings, {
    global: { routerId: "node1", log: { level: "info", format: "auto" } },
    instances: [{
      ...GO_ALIVED,
      virtualIps: [{ address: "192.168.1.100", prefix: 24 }],
    }],
  });
});

Deno.test("go-alived's large sample loads unchanged, with warnings", () => {
  const text = read("tests/fixtures/go-alived/config.example.yaml");
  const { settings, issues, warnings } = loadConfig(text, "go.yaml");
  deepStrictEqual(issues, []);
  deepStrictEqual(warnings.map(formatIssue), [
    "go.yaml:3:3 global.notification_email: is not acted on by this version",
    "go.yaml:13:16 vrrp_instances[0].auth_pass: only the first 8 bytes are used",
    "go.yaml:17:5 vrrp_instances[0].notify_master: is not acted on by this version",
    "go.yaml:18:5 vrrp_instances[0].notify_backup: is not acted on by this version",
    "go.yaml:19:5 vrrp_instances[0].notify_fault: is not acted on by this version",
    "go.yaml:20:5 vrrp_instances[0].track_scripts: is not acted on by this version",
    "go.yaml:23:1 health_checkers: is not acted on by this version",
  ]);
  deepStrictEqual(settings, {
    global: { routerId: "node1", log: { level: "info", format: "auto" } },
    instances: [{
      ...GO_ALIVED,
      virtualIps: [
        { address: "192.168.1.100", prefix: 24 },
        { address: "192.168.1.101", prefix: 24 },
      ],
    }],
  });
});
