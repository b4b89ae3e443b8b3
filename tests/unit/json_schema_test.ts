import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Ajv, type ValidateFunction } from "ajv";
import { parse } from "yaml";
import { configJsonSchema } from "../../src/config/json_schema.ts";
import { loadConfig } from "../../src/config/load.ts";
import { testHost } from "./config_host.ts";

function read(path: string): string {
  return Deno.readTextFileSync(new URL(`../../${path}`, import.meta.url));
}

/** Strict: a keyword that is unknown or has no effect is a mistake. */
const ajv = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true });
ajv.addVocabulary([
  ...["patternErrorMessage", "enumDescriptions", "defaultSnippets"],
]);
const schema = configJsonSchema();
const validate = ajv.compile(schema);
/** For examples that are one section. */
const validateSection = ajv.compile({ ...schema, required: [] });

/** What is wrong with a text, as an editor sees it. */
function problems(text: string, check: ValidateFunction = validate): string[] {
  if (check(parse(text, { merge: true, logLevel: "silent" }))) return [];
  return (check.errors ?? []).map(({ instancePath, message }) =>
    `${instancePath}: ${message}`
  );
}

for (
  const path of [
    "config.example.yaml",
    "deployment/config.yaml",
    "tests/fixtures/go-alived/small.yaml",
    "tests/fixtures/go-alived/full.yaml",
  ]
) {
  Deno.test(`the JSON Schema accepts ${path}`, () => {
    deepStrictEqual(problems(read(path)), []);
  });
}

Deno.test("the JSON Schema accepts every example of the documents", () => {
  const examples = [
    ...["docs/configuration.md", "docs/recipes.md"],
    "deployment/COMPATIBILITY.md",
  ]
    .flatMap((path) => [...read(path).matchAll(/```yaml\n(.*?)```/gs)]);
  ok(examples.length >= 15);
  for (const [, yaml = ""] of examples) {
    deepStrictEqual(problems(yaml, validateSection), [], yaml);
  }
});

/** A configuration with these keys in its instance, and these sections. */
function configuration(keys: string, sections: string): string {
  return `vrrp_instances:
  - name: VI_1
    interface: eth0
    virtual_router_id: 51
    virtual_ips: [192.0.2.100/24]
    ${keys}
${sections}
`;
}

/** Keys of an instance, and sections beside it. */
type Pieces = readonly [keys: string, sections?: string];

const ACCEPTED: readonly Pieces[] = [
  ["auth_type: PASS\n    auth_pass: 0123"],
  ["preempt: no"],
  ["preempt: ON"],
  ["advert_interval: 1m30s"],
  ["garp:"],
  ["garp: { refresh: 0, repeat: 100 }"],
  ["higher_prio_send_advert: yes"],
  [
    "excluded_virtual_ips: [{ address: 2001:db8::1, preferred: true, track: no }]",
  ],
  [
    "track_scripts: [80]",
    "health_checkers: [{ name: 80, type: file, config: { path: /a } }]",
  ],
  ["notify: [/bin/echo, 1]"],
  ["", "global: { vip_lease: off, notification_email: [a@b.example] }"],
  ["", "global:"],
  ["excluded_virtual_ips: [192.0.2.1, 192.0.2.2/32]"],
  ["excluded_virtual_ips: [2001:db8::1, ::ffff:192.0.2.1/96, 2001:DB8::2/128]"],
  ["down_timer_adverts: 1", "global: { vip_lease: 1m30s, startup_delay: .5 }"],
  [
    "track_scripts: [a]",
    "health_checkers: [{ name: a, type: http, config: { method: get, url: HTTP://a.example } }]",
  ],
  [
    "track_scripts: [a]",
    "health_checkers: [{ name: a, type: tcp, config: { host: FE80::1, port: 1 } }]",
  ],
];

for (const [keys, sections = ""] of ACCEPTED) {
  Deno.test(`the JSON Schema accepts, as alived does, ${keys}${sections}`, () => {
    const text = configuration(keys, sections);
    deepStrictEqual(loadConfig(text, "c", testHost).issues, []);
    deepStrictEqual(problems(text), []);
  });
}

const REFUSED: readonly (readonly [...Required<Pieces>, place: string])[] = [
  ["prioritty: 100", "", "/vrrp_instances/0"],
  ["priority: 0", "", "/vrrp_instances/0/priority"],
  ["priority: 256", "", "/vrrp_instances/0/priority"],
  ["priority: 1.5", "", "/vrrp_instances/0/priority"],
  ["version: 4", "", "/vrrp_instances/0/version"],
  ["advert_interval: 1 second", "", "/vrrp_instances/0/advert_interval"],
  ["track_interfaces: [eth0/1]", "", "/vrrp_instances/0/track_interfaces/0"],
  [
    "excluded_virtual_ips: [192.0.2.256]",
    "",
    "/vrrp_instances/0/excluded_virtual_ips/0",
  ],
  [
    "excluded_virtual_ips: [192.0.2.1/33]",
    "",
    "/vrrp_instances/0/excluded_virtual_ips/0",
  ],
  ["source_address: 192.0.2", "", "/vrrp_instances/0/source_address"],
  ["preempt: maybe", "", "/vrrp_instances/0/preempt"],
  ["garp: { repaet: 5 }", "", "/vrrp_instances/0/garp"],
  ["priority: null", "", "/vrrp_instances/0/priority"],
  ["track_files: [{ weight: 1 }]", "", "/vrrp_instances/0/track_files/0"],
  ["notify: { shel: a }", "", "/vrrp_instances/0/notify"],
  ["", "global: { log: { level: loud } }", "/global/log/level"],
  ["", "globl: {}", ""],
  [
    "",
    "health_checkers: [{ name: a, type: tcp, config: { host: b } }]",
    "/health_checkers/0/config",
  ],
  [
    "",
    "health_checkers: [{ name: a, type: htpp, config: {} }]",
    "/health_checkers/0/type",
  ],
  [
    "",
    "health_checkers: [{ name: a, type: ping, config: { host: 'http://a' } }]",
    "/health_checkers/0/config/host",
  ],
  ["", "health_checkers: [{ name: a, type: tcp }]", "/health_checkers/0"],
  [
    "",
    "sync_groups: [{ name: a, instances: [VI_1] }]",
    "/sync_groups/0/instances",
  ],
];

for (const [keys, sections, place] of REFUSED) {
  Deno.test(`the JSON Schema refuses, as alived does, ${keys}${sections}`, () => {
    const text = configuration(keys, sections);
    const { issues } = loadConfig(text, "c", testHost);
    ok(issues.length > 0);
    const places = problems(text).map((problem) => problem.split(":")[0]);
    ok(places.includes(place), problems(text).join("\n"));
  });
}

/** Every schema in a JSON Schema, with its path. */
function* schemasIn(value: unknown, path = ""): Generator<[string, Keywords]> {
  if (typeof value !== "object" || value === null) return;
  if (!path.endsWith("/properties")) yield [path, value];
  for (const [key, inner] of Object.entries(value)) {
    yield* schemasIn(inner, `${path}/${key}`);
  }
}

/** Keywords that are looked at here. */
interface Keywords {
  readonly title?: string;
  readonly description?: string;
  readonly pattern?: string;
  readonly patternErrorMessage?: string;
  readonly enum?: readonly unknown[];
  readonly enumDescriptions?: readonly string[];
}

/** Paths of the schemas that are not as they should be. */
function unlike(is: (keywords: Keywords, path: string) => boolean): string[] {
  return [...schemasIn(schema)]
    .filter(([path, keywords]) => !is(keywords, path))
    .map(([path]) => path);
}

Deno.test("the JSON Schema has a title and a description of every key and item", () => {
  const described = /(?<!\/if)\/(?:properties\/\w+|items)$/;
  deepStrictEqual(
    unlike(({ title, description }, path) =>
      !described.test(path) ||
      (title !== undefined && description !== undefined)
    ),
    [],
  );
  const titles = [...schemasIn(schema)].flatMap(([, { title }]) => title ?? []);
  ok(titles.length > 100, `only ${titles.length}`);
});

Deno.test("the JSON Schema says what each word means", () => {
  deepStrictEqual(
    unlike((keywords) =>
      keywords.enum?.length === undefined ||
      keywords.enum.length === keywords.enumDescriptions?.length &&
        !keywords.enumDescriptions.includes("")
    ),
    [],
  );
});

Deno.test("the JSON Schema says in words what a pattern is for", () => {
  deepStrictEqual(
    unlike(({ pattern, patternErrorMessage = "" }) =>
      typeof pattern !== "string" ||
      /^(must be |is not the name of a )[^"]*("[/:]"[^"]*)*$/.test(
        patternErrorMessage,
      )
    ),
    [],
  );
});

Deno.test("the JSON Schema says more of a pattern than the type", () => {
  deepStrictEqual(
    unlike(({ patternErrorMessage }) =>
      !/^must be (?:a )?(?:text|duration|number|string)$/
        .test(patternErrorMessage ?? "")
    ),
    [],
  );
});

Deno.test("the JSON Schema has ranges, words and defaults", () => {
  const { properties } = schema as {
    properties: { vrrp_instances: { items: { properties: unknown } } };
  };
  const keys = properties.vrrp_instances.items.properties as Record<
    string,
    unknown
  >;
  deepStrictEqual(keys.priority, {
    type: "integer",
    minimum: 1,
    maximum: 255,
    title: "Priority",
    description: "1 to 255; the host with the highest is master. " +
      "255 is for the one that owns the addresses. Default: 100",
    default: 100,
  });
  deepStrictEqual(keys.checksum, {
    enum: ["auto", "rfc9568", "pseudo_header"],
    title: "Checksum",
    description: "What the IPv4 checksum of version 3 covers. Default: auto",
    enumDescriptions: [
      "As peers send it; pseudo_header until one is heard",
      "The message alone",
      "The addresses too: RFC 5798 and keepalived",
    ],
    default: "auto",
  });
  strictEqual(schema.$schema, "http://json-schema.org/draft-07/schema#");
});

/** The tables of docs/configuration.md: key, values and default of each row. */
const rows = [...read("docs/configuration.md").matchAll(/^\| .* \|$/gm)]
  .map(([row]) => row.split("|").map((cell) => cell.trim()))
  .map(([, key = "", values = "", ifAbsent = ""]) => ({
    key: key.replaceAll("`", "").split(".").at(-1),
    values,
    ifAbsent,
  }));

/** What a row must say of a key, and its path. */
interface Facts {
  readonly path: string;
  readonly key: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** All keys of a JSON Schema, those of alternatives too. */
function* keysOf(json: unknown, path = ""): Generator<Facts> {
  if (typeof json !== "object" || json === null) return;
  const { properties = {}, ...rest } = json as {
    readonly properties?: Readonly<Record<string, Omit<Facts, "key" | "path">>>;
  };
  for (const [key, facts] of Object.entries(properties)) {
    yield { ...facts, path: `${path}.${key}`, key };
    yield* keysOf(facts, `${path}.${key}`);
  }
  for (const inner of Object.values(rest)) yield* keysOf(inner, path);
}

Deno.test("the tables of docs/configuration.md have the defaults and ranges of the schema", () => {
  const keys = [...keysOf(schema)].filter((facts) =>
    facts.default !== undefined || facts.maximum !== undefined
  );
  ok(keys.length > 50, `only ${keys.length}`);
  const wrong = keys.filter(({ key, default: ifAbsent, minimum, maximum }) =>
    !rows.some((row) =>
      row.key === key &&
      (ifAbsent === undefined || row.ifAbsent === `\`${ifAbsent}\``) &&
      (maximum === undefined ||
        row.values.replaceAll("−", "-").replace(" to ", "–")
          .includes(`${minimum}–${maximum}`))
    )
  );
  deepStrictEqual(wrong.map(({ path }) => path), []);
});
