/**
 * Holds the sources to the plan of the house: who may import whom, what pure
 * files and the core's files may name, how files are called and how long.
 *
 * @module
 */

import { deepStrictEqual, ok } from "node:assert/strict";

/** Path from the root of the repository → its text. */
type Sources = ReadonlyMap<string, string>;

/**
 * Who may import what: paths, folders and packages. The first row that a file's
 * path begins with is its rule; a file without one has no place in the house. A
 * type-only import counts.
 */
const IMPORTS: readonly (readonly [string, readonly string[]])[] = [
  ["main.ts", ["src/cli/"]],
  ["ffi/", ["ffi/"]],
  ["src/wire/", ["src/wire/"]],
  ["src/vrrp/", ["src/vrrp/", "src/wire/address.ts"]],
  // Asks the host itself; the rest of the room is given the answers.
  ["src/config/this_host.ts", ["src/config/", "src/kernel/"]],
  [
    "src/config/",
    [
      ...["src/config/", "src/wire/address.ts", "yaml", "valibot", "re2js"],
    ],
  ],
  ["src/log/", ["src/log/", "src/vrrp/reason.ts"]],
  ["src/kernel/port.ts", ["src/wire/"]],
  ["src/kernel/link_condition.ts", ["src/wire/"]],
  ["src/kernel/held_record.ts", ["src/wire/"]],
  [
    "src/kernel/linux/",
    [
      ...["src/kernel/linux/", "src/kernel/port.ts", "src/wire/", "ffi/"],
      ...["src/kernel/link_condition.ts", "src/kernel/attempt.ts"],
      "src/kernel/service_manager.ts",
    ],
  ],
  ["src/kernel/", ["src/kernel/", "src/wire/", "ffi/"]],
  ["src/health/monitor.ts", []],
  ["src/health/history.ts", []],
  [
    "src/health/",
    [
      ...["src/health/", "src/kernel/", "src/config/settings/check.ts"],
      ...["src/config/settings/script.ts", "src/config/pattern.ts"],
      ...["src/wire/address.ts", "src/log/one_line.ts", "src/log/secrets.ts"],
      "src/log/catalogue.ts",
      ...["node:dgram", "node:tls"],
    ],
  ],
  [
    "src/notify/",
    [
      ...["src/notify/", "src/kernel/child.ts", "src/kernel/patience.ts"],
      ...["src/log/one_line.ts", "src/log/catalogue.ts"],
      // Names and connections are the same for checks and for webhooks.
      ...["src/log/secrets.ts", "src/health/probes/http_message.ts"],
      "src/health/probes/resolve.ts",
      "src/health/probes/url_connection.ts",
      ...["src/config/settings/notify.ts", "src/config/settings/script.ts"],
      "nodemailer",
      ...["node:net", "node:tls"],
    ],
  ],
  ["src/control/", ["src/control/", "valibot"]],
  ["src/doctor/", ["src/doctor/", "src/kernel/", "src/wire/", "src/config/"]],
  [
    "src/daemon/messages.ts",
    [
      ...["src/config/settings/", "src/log/", "src/vrrp/state.ts"],
      ...["src/vrrp/reason.ts", "src/vrrp/operator.ts"],
      "src/daemon/core_status.ts",
      ...["src/kernel/service_manager.ts", "src/kernel/port.ts"],
    ],
  ],
  ["src/daemon/core_status.ts", ["src/vrrp/", "src/wire/"]],
  // Given its machine, it knows neither Linux nor C.
  [
    "src/daemon/core/",
    [
      ...["src/daemon/core/", "src/daemon/messages.ts", "src/vrrp/"],
      "src/daemon/core_status.ts",
      ...["src/kernel/port.ts", "src/kernel/link_condition.ts"],
      ...["src/kernel/held_record.ts", "src/wire/"],
      ...["src/config/settings/", "src/log/"],
    ],
  ],
  [
    "src/daemon/core_worker.ts",
    ["src/daemon/core/", "src/daemon/messages.ts", "src/kernel/linux/"],
  ],
  [
    "src/sim/",
    [
      ...["src/sim/", "src/daemon/core/", "src/daemon/messages.ts"],
      "src/daemon/core_status.ts",
      ...["src/kernel/port.ts", "src/vrrp/", "src/wire/"],
      "src/config/settings/",
    ],
  ],
  [
    "src/daemon/side/",
    [
      ...["src/daemon/side/", "src/daemon/messages.ts"],
      ...["src/daemon/core_status.ts", "src/control/"],
      "src/wire/drop_reason.ts",
      ...["src/daemon/core_worker.ts", "src/vrrp/", "src/config/"],
      ...["src/kernel/", "src/health/", "src/notify/", "src/log/"],
      ...["src/control/", "valibot"],
      "node:inspector",
    ],
  ],
  [
    "src/cli/",
    [
      ...["src/cli/", "src/daemon/", "src/config/", "src/control/"],
      ...["src/doctor/", "src/vrrp/timing.ts", "deno.json"],
      ...["src/kernel/signals.ts", "src/kernel/lock_holder.ts"],
      ...["src/log/one_line.ts", "valibot"],
      "@commander-js/extra-typings",
    ],
  ],
];

/** What files may not name, in code. The last column is what is forbidden. */
const WORDS: readonly (readonly [string, RegExp, RegExp])[] = [
  [
    "a pure file",
    /^src\/(wire\/|vrrp\/|config\/((schema|yaml)\/\w+|rules\/\w+|settings\/\w+|check|diff|load|mistakes|pattern|settings|yaml|json_schema)\.ts|health\/(monitor|history)\.ts|kernel\/(port|link_condition|held_record)\.ts)/,
    /\b(Deno|Date|performance|setTimeout|setInterval|Math\.random|console|async|await)\b/,
  ],
  // Time and chance are the machine's, so that a story can be told twice.
  [
    "a file that is given its machine",
    /^src\/(daemon\/core|sim)\//,
    /\b(Deno|Date|performance|Math\.random|console)\b/,
  ],
  [
    "a file but main.ts",
    /^(ffi|src)\//,
    /\bDeno\.exit\b/,
  ],
  [
    "any file",
    /./,
    /\bexport \*/,
  ],
];

/** Where the core starts, and what the files it runs may not name, in code. */
const CORE = "src/daemon/core_worker.ts";
const CORE_WORDS =
  /\b(async|await|Promise|setTimeout|setInterval|queueMicrotask|fetch)\b/;
const DENO = /\bDeno\.\w+/;
/** The parts of Deno by which ffi/ reaches C; all of it is synchronous. */
const DENO_FFI =
  /\bDeno\.(dlopen|DynamicLibrary|ForeignLibraryInterface|(Unsafe)?Pointer\w*|build|errors)\b/g;

const BARREL = /(^|\/)(mod|index|utils?|helpers?|types?|common|misc)\.ts$/;
const MAX_LINES = 350;

const COMMENT = String.raw`/\*[\s\S]*?\*/|//[^\n]*`;
const STRING = String.raw`"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'`;
const TEMPLATE = "`(?:\\\\[\\s\\S]|[^`\\\\])*`";
const TOKEN = new RegExp(`${COMMENT}|${STRING}|${TEMPLATE}`, "g");

/** Blank comments out; a comment sign in a string is none. */
function withoutComments(source: string): string {
  return source.replace(
    TOKEN,
    (token) => token.startsWith("/") ? " " : token,
  );
}

/** Blank comments and plain strings out; templates hold code and stay. */
function codeOf(source: string): string {
  return source.replace(
    TOKEN,
    (token) => token.startsWith("`") ? token : '""',
  );
}

/** What a file imports, in any of the forms there are. */
function importsOf(
  path: string,
  source: string,
  { types = true } = {},
): string[] {
  const forms =
    /\b(?:import|export)\s(?<type>type\s)?[\w\s{},*$]*?\bfrom\s*"(?<from>[^"]+)"|\bimport\s*"(?<bare>[^"]+)"|\bimport\(\s*"(?<dynamic>[^"]+)"|\bnew URL\(\s*"(?<url>[^"]+)",\s*import\.meta\.url/g;
  return [...withoutComments(source).matchAll(forms)]
    .map(({ groups = {} }) => groups)
    .filter((groups) => types || groups.type === undefined)
    .map(({ from, bare, dynamic, url }) => from ?? bare ?? dynamic ?? url ?? "")
    .map((specifier) =>
      specifier.startsWith(".")
        ? new URL(specifier, `file:///${path}`).pathname.slice(1)
        : specifier
    );
}

/** The files that run in the core's isolate: what core.ts imports, but types. */
function coreFiles(sources: Sources): Set<string> {
  const found = new Set<string>([CORE]);
  for (const path of found) {
    const source = sources.get(path) ?? "";
    for (const next of importsOf(path, source, { types: false })) {
      if (/^(src|ffi)\//.test(next)) found.add(next);
    }
  }
  return found;
}

/** Everything that is against the plan, one line each. */
function check(sources: Sources): string[] {
  const problems: string[] = [];
  const core = coreFiles(sources);
  for (const [path, source] of sources) {
    const code = codeOf(source);
    const rule = IMPORTS.find(([from]) => path.startsWith(from));
    if (rule === undefined) problems.push(`${path} is in no known room`);
    for (const target of importsOf(path, source)) {
      if (rule && !rule[1].some((allowed) => target.startsWith(allowed))) {
        problems.push(`${path} may not import ${target}`);
      }
    }
    for (const [what, file, words] of WORDS) {
      const word = file.test(path) && words.exec(code)?.[0];
      if (word) problems.push(`${path}: ${what} may not say ${word}`);
    }
    if (core.has(path)) {
      const rest = path.startsWith("ffi/") ? code.replace(DENO_FFI, "") : code;
      const word = CORE_WORDS.exec(rest)?.[0] ?? DENO.exec(rest)?.[0];
      if (word) problems.push(`${path}: the core may not say ${word}`);
    }
    if (BARREL.test(path)) problems.push(`${path} is named for nothing`);
    const lines = source.trimEnd().split("\n").length;
    if (lines > MAX_LINES) problems.push(`${path} has ${lines} lines`);
  }
  return problems;
}

function* filesIn(root: URL, directory: string): Generator<string> {
  for (const entry of Deno.readDirSync(new URL(directory, root))) {
    if (entry.isDirectory) {
      yield* filesIn(root, `${directory}${entry.name}/`);
    } else if (entry.name.endsWith(".ts")) {
      yield directory + entry.name;
    }
  }
}

Deno.test("the sources keep to the plan of the house", () => {
  const root = new URL("../../", import.meta.url);
  const paths = [...filesIn(root, "ffi/"), ...filesIn(root, "src/"), "main.ts"];
  const sources = new Map(
    paths.map((path) => [path, Deno.readTextFileSync(new URL(path, root))]),
  );
  ok(sources.has(CORE));
  deepStrictEqual(check(sources), []);
});

/**
 * The paths that the tree of docs/architecture.md stands for: files, and
 * folders that no file is named in.
 */
function treeOf(document: string): Set<string> {
  const [, tree = ""] = /^```\n(main\.ts[^]*?)```/m.exec(document) ?? [];
  const paths = new Set<string>();
  let folders: string[] = [];
  for (const line of tree.split("\n")) {
    const depth = line.search(/\S/) / 2;
    const names = [...line.matchAll(/(?<=^| |,)[\w/]+(?:\.ts|\/)(?=$|[ ,])/g)]
      .map(([name]) => name);
    // Deeper lines go on where the one above ended.
    if (depth <= 2) folders = folders.slice(0, depth);
    for (const name of names) paths.add(folders.join("") + name);
    folders.push(...names.slice(0, 1).filter((name) => name.endsWith("/")));
  }
  const named = [...paths];
  return new Set(
    named.filter((path) =>
      !path.endsWith("/") ||
      !named.some((file) => file.endsWith(".ts") && file.startsWith(path))
    ),
  );
}

Deno.test("docs/architecture.md names every file, or the folder of all of them", () => {
  const root = new URL("../../", import.meta.url);
  const tree = treeOf(
    Deno.readTextFileSync(new URL("docs/architecture.md", root)),
  );
  const files = [...filesIn(root, "ffi/"), ...filesIn(root, "src/"), "main.ts"];
  const isNamed = (file: string): boolean =>
    [...tree].some((path) =>
      path.endsWith("/") ? file.startsWith(path) : file === path
    );
  deepStrictEqual(files.filter((file) => !isNamed(file)), []);
  const sources = [...tree].filter((path) => /^(src|ffi)\//.test(path));
  const isThere = (path: string): boolean =>
    files.some((file) => file.startsWith(path));
  deepStrictEqual(sources.filter((path) => !isThere(path)), []);
});

/** A file, what it says, and what it may not import by that. */
const FORBIDDEN_IMPORTS: readonly (readonly [string, string, string])[] = [
  ["main.ts", 'import "./src/daemon/side.ts";', "src/daemon/side.ts"],
  [
    "ffi/libc.ts",
    'import {\n  a,\n} from "../src/wire/a.ts";',
    "src/wire/a.ts",
  ],
  ["src/wire/a.ts", 'import { b } from "../vrrp/b.ts";', "src/vrrp/b.ts"],
  ["src/vrrp/a.ts", 'import { b } from "../wire/vrrp.ts";', "src/wire/vrrp.ts"],
  ["src/vrrp/a.ts", 'import { b } from "yaml";', "yaml"],
  ["src/config/a.ts", 'import { b } from "../../ffi/b.ts";', "ffi/b.ts"],
  [
    "src/kernel/a.ts",
    'import type { B } from "../config/settings/check.ts";',
    "src/config/settings/check.ts",
  ],
  ["src/health/monitor.ts", 'import { b } from "./b.ts";', "src/health/b.ts"],
  [
    "src/health/probes/a.ts",
    'import { b } from "../../config/load.ts";',
    "src/config/load.ts",
  ],
  [
    "src/notify/a.ts",
    'import type { B } from "../config/settings/check.ts";',
    "src/config/settings/check.ts",
  ],
  [
    "src/notify/a.ts",
    'new Worker(new URL("../daemon/core_worker.ts", import.meta.url));',
    "src/daemon/core_worker.ts",
  ],
  [
    "src/log/a.ts",
    'import type { B } from "../config/settings/global.ts";',
    "src/config/settings/global.ts",
  ],
  ["src/control/a.ts", 'export { b } from "../wire/b.ts";', "src/wire/b.ts"],
  ["src/doctor/a.ts", 'import { b } from "../vrrp/b.ts";', "src/vrrp/b.ts"],
  [
    "src/daemon/side/a.ts",
    'import { b } from "../../cli/b.ts";',
    "src/cli/b.ts",
  ],
  [
    "src/daemon/core/a.ts",
    'import { b } from "../../../ffi/b.ts";',
    "ffi/b.ts",
  ],
  [
    "src/daemon/core/a.ts",
    'import { b } from "../../kernel/linux/b.ts";',
    "src/kernel/linux/b.ts",
  ],
  [
    "src/daemon/core/a.ts",
    'import type { B } from "../../kernel/process.ts";',
    "src/kernel/process.ts",
  ],
  [
    "src/daemon/core/a.ts",
    'import type { B } from "../../config/settings.ts";',
    "src/config/settings.ts",
  ],
  [
    "src/daemon/core/a.ts",
    'import { b } from "../side/b.ts";',
    "src/daemon/side/b.ts",
  ],
  [
    "src/daemon/core_worker.ts",
    'import { b } from "../kernel/b.ts";',
    "src/kernel/b.ts",
  ],
  [
    "src/daemon/messages.ts",
    'import type { B } from "./core/b.ts";',
    "src/daemon/core/b.ts",
  ],
  [
    "src/kernel/port.ts",
    'import type { B } from "./linux/b.ts";',
    "src/kernel/linux/b.ts",
  ],
  [
    "src/kernel/link_condition.ts",
    'import { b } from "../../ffi/b.ts";',
    "ffi/b.ts",
  ],
  [
    "src/kernel/held_record.ts",
    'import { b } from "./port.ts";',
    "src/kernel/port.ts",
  ],
  [
    "src/kernel/linux/a.ts",
    'import { b } from "../process.ts";',
    "src/kernel/process.ts",
  ],
  [
    "src/kernel/linux/a.ts",
    'import type { B } from "../../vrrp/b.ts";',
    "src/vrrp/b.ts",
  ],
  [
    "src/sim/a.ts",
    'import { b } from "../kernel/linux/b.ts";',
    "src/kernel/linux/b.ts",
  ],
  ["src/sim/a.ts", 'import { b } from "../../ffi/b.ts";', "ffi/b.ts"],
  ["src/log/a.ts", 'import { b } from "../../ffi/b.ts";', "ffi/b.ts"],
  ["src/health/a.ts", 'import { b } from "../../ffi/b.ts";', "ffi/b.ts"],
  ["src/doctor/a.ts", 'import { b } from "../../ffi/b.ts";', "ffi/b.ts"],
  [
    "src/daemon/side/a.ts",
    'import { b } from "../../../ffi/b.ts";',
    "ffi/b.ts",
  ],
  ["src/cli/a.ts", 'await import("../kernel/b.ts");', "src/kernel/b.ts"],
];

for (const [path, source, target] of FORBIDDEN_IMPORTS) {
  Deno.test(`the plan forbids ${source.replaceAll("\n", "")} in ${path}`, () => {
    deepStrictEqual(check(new Map([[path, source]])), [
      `${path} may not import ${target}`,
    ]);
  });
}

/** A file, what it says, and what is said of it. */
const FORBIDDEN: readonly (readonly [string, string, string])[] = [
  ["src/extra/a.ts", "", " is in no known room"],
  ["src/wire/mod.ts", "", " is named for nothing"],
  ["src/wire/utils.ts", "", " is named for nothing"],
  ["src/wire/a.ts", "a;\n".repeat(351), " has 351 lines"],
  [
    "src/vrrp/a.ts",
    "performance.now();",
    ": a pure file may not say performance",
  ],
  [
    "src/kernel/held_record.ts",
    "Deno.readTextFileSync(a);",
    ": a pure file may not say Deno",
  ],
  [
    "src/daemon/core/a.ts",
    "performance.now();",
    ": a file that is given its machine may not say performance",
  ],
  [
    "src/sim/a.ts",
    "Math.random();",
    ": a file that is given its machine may not say Math.random",
  ],
  ["src/config/diff.ts", "`${Date.now()}`;", ": a pure file may not say Date"],
  [
    "src/cli/a.ts",
    "Deno.exit(1);",
    ": a file but main.ts may not say Deno.exit",
  ],
  [
    "src/cli/a.ts",
    'export * from "./b.ts";',
    ": any file may not say export *",
  ],
  [CORE, "Deno.stat(a);", ": the core may not say Deno.stat"],
];

for (const [path, source, problem] of FORBIDDEN) {
  Deno.test(`the plan forbids ${source.slice(0, 40)} in ${path}`, () => {
    deepStrictEqual(check(new Map([[path, source]])), [path + problem]);
  });
}

Deno.test("the plan forbids promises and Deno's I/O in all the core runs", () => {
  const files = {
    "src/daemon/core_worker.ts":
      'import { a } from "../kernel/linux/clock.ts";',
    "src/kernel/linux/clock.ts":
      'import { a } from "../../../ffi/libc.ts";\nasync function b() {}',
    "ffi/libc.ts": 'Deno.dlopen("libc.so.6", {});\nDeno.openSync("a");',
  };
  deepStrictEqual(check(new Map(Object.entries(files))), [
    "src/kernel/linux/clock.ts: the core may not say async",
    "ffi/libc.ts: the core may not say Deno.openSync",
  ]);
});

Deno.test("the plan allows what looks forbidden", () => {
  const files = {
    "src/wire/arp.ts": [
      "/** Deno. Date, console; see https://example.org/ async",
      ' * import { a } from "../vrrp/router.ts";',
      " */",
      "// export * await",
      'const a = "Date /* not a comment";',
      "const updateDates = 1;",
      'import { c } from "./address.ts";',
    ].join("\n"),
    // Types of the side are not in the core's isolate.
    "src/daemon/core/a.ts": 'import type { A } from "../../log/log.ts";',
    "src/daemon/side/side.ts":
      "export async function a() { await Deno.stat(b); }",
    "src/cli/version.ts": [
      'import config from "../../deno.json" with { type: "json" };',
      'import { Command } from "@commander-js/extra-typings";',
    ].join("\n"),
  };
  deepStrictEqual(check(new Map(Object.entries(files))), []);
});

Deno.test("the compiled program embeds every package that the sources import", () => {
  const root = new URL("../../", import.meta.url);
  const compile = Deno.readTextFileSync(new URL("tools/compile.ts", root));
  const packages = [...filesIn(root, "src/")].flatMap((path) => {
    const source = Deno.readTextFileSync(new URL(path, root));
    return importsOf(path, source, { types: false })
      .filter((name) => !/^(src|ffi|node:|deno\.json|main\.ts)/.test(name));
  }).filter((name) => !/\.(ts|js|json|yaml)$/.test(name));
  ok(packages.includes("yaml"));
  deepStrictEqual(
    [...new Set(packages)].filter((name) => !compile.includes(`"${name}"`)),
    [],
  );
});
