/**
 * The documents tell the truth: each command in them is run by a test or marked
 * as not, each configuration loads, each log line is one of the program's, and
 * each link leads somewhere.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { loadConfig } from "../../src/config/load.ts";
import { testHost } from "./config_host.ts";

const ROOT = new URL("../../", import.meta.url);

const DOCUMENTS = [
  "README.md",
  ...[...Deno.readDirSync(new URL("docs/", ROOT))]
    .map(({ name }) => `docs/${name}`)
    .filter((path) => path.endsWith(".md"))
    .sort(),
];

/** A command of the documents, the file that runs it, and how it says so. */
const RUN: readonly (readonly [string, string, string])[] = [
  [
    "npx -y deno@2.9.6 task demo",
    "tests/system/demo_test.ts",
    "../../tools/demo.ts",
  ],
  ["npx -y deno@2.9.6 task test", ".ci/run", '"${deno[@]}" task test'],
  ["npx -y deno@2.9.6 task compile", ".ci/run", '"${deno[@]}" task compile'],
  ["deno task ok", "tools/test.ts", '["task", "ok"]'],
  [
    "sh install.sh",
    "tests/system/deployment_test.ts",
    'installSh(directory, "--prefix"',
  ],
  [
    "sh install.sh --dry-run",
    "tests/system/deployment_test.ts",
    'installSh(directory, "--dry-run")',
  ],
  ["alived check", "tests/unit/cli_test.ts", 'alived("check"'],
  [
    "alived check -c /etc/alived/config.yaml",
    "tests/unit/cli_test.ts",
    'alived("check", "-c", path)',
  ],
  [
    "alived schema > schema.json",
    "tests/unit/cli_test.ts",
    'alived("schema")',
  ],
  [
    "alived cleanup",
    "tests/system/left_overs_test.ts",
    'alivedCommand("cleanup"',
  ],
  [
    "alived uninstall",
    "tests/smoke/install_test.ts",
    'run([installed, "uninstall", ...options])',
  ],
  [
    "alived uninstall --dry-run",
    "tests/unit/install_steps_test.ts",
    '"uninstall", "--dry-run"',
  ],
  [
    "alived uninstall --purge",
    "tests/unit/install_steps_test.ts",
    "uninstall(directory, true)",
  ],
];

const NOT_RUN = /<!-- not run: [^>]+ -->\n\n?$/;

function read(path: string): string {
  return Deno.readTextFileSync(new URL(path, ROOT));
}

interface Block {
  readonly text: string;
  /** What comes before it. */
  readonly before: string;
}

/** The fenced blocks of a language in a document. */
function blocks(document: string, language: string): Block[] {
  return [...document.matchAll(/^( *)```(\w*)\n([\s\S]*?)^ *```$/gm)]
    .filter(([, , found]) => found === language)
    .map(({ 3: text = "", index }) => ({
      text,
      before: document.slice(0, index),
    }));
}

/** Commands of a document that are neither marked nor in the table. */
function unknownCommands(document: string): string[] {
  const known = RUN.map(([command]) => command);
  return blocks(document, "sh")
    .filter(({ before }) => !NOT_RUN.test(before))
    .flatMap(({ text }) => text.trim().split("\n"))
    .filter((command) => !known.includes(command));
}

for (const path of DOCUMENTS) {
  Deno.test(`every command in ${path} is run by a test or marked as not run`, () => {
    deepStrictEqual(unknownCommands(read(path)), []);
  });
}

Deno.test("a command that nothing runs is found", () => {
  const block = "```sh\nrm -rf /\nalived check\n```\n";
  deepStrictEqual(unknownCommands(block), ["rm -rf /"]);
  deepStrictEqual(
    unknownCommands(`<!-- not run: for good reason -->\n\n${block}`),
    [],
  );
  deepStrictEqual(unknownCommands(`<!-- not run -->\n\n${block}`), [
    "rm -rf /",
  ]);
});

Deno.test("every command that is said to be run is in the documents, and is run", () => {
  const commands = DOCUMENTS.flatMap((path) => blocks(read(path), "sh"))
    .flatMap(({ text }) => text.trim().split("\n"));
  for (const [command, file, words] of RUN) {
    ok(commands.includes(command), `no document says "${command}"`);
    ok(read(file).includes(words), `${file} does not say ${words}`);
  }
});

// config_example_test.ts loads the examples of docs/configuration.md, some of
// which are a section alone.
const WITH_CONFIGURATIONS = [
  ...DOCUMENTS.filter((path) => path !== "docs/configuration.md"),
  "deployment/COMPATIBILITY.md",
];

for (const path of WITH_CONFIGURATIONS) {
  Deno.test(`every configuration in ${path} loads`, () => {
    for (const { text } of blocks(read(path), "yaml")) {
      const { settings, issues, warnings } = loadConfig(text, path, testHost);
      deepStrictEqual([issues, warnings], [[], []]);
      ok(settings !== null);
    }
  });
}

const WITH_LINKS = [
  ...DOCUMENTS,
  "deployment/COMPATIBILITY.md",
  "deployment/monitoring/README.md",
];

for (const path of WITH_LINKS) {
  Deno.test(`every link in ${path} leads to a file and a heading`, () => {
    const links = read(path).matchAll(
      /\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g,
    );
    for (const [link, file = "", anchor] of links) {
      const target = file === ""
        ? new URL(path, ROOT)
        : new URL(file, new URL(path, ROOT));
      const text = Deno.readTextFileSync(target);
      if (anchor === undefined) continue;
      const anchors = [...text.matchAll(/^#+ (.+)$/gm)].map((
        [, heading = ""],
      ) => heading.toLowerCase().replace(/[^\w -]/g, "").replaceAll(" ", "-"));
      ok(anchors.includes(anchor), link);
    }
  });
}

/** Text of all sources, with strings put together that are in parts. */
function sources(directory: string): string {
  return [...Deno.readDirSync(new URL(directory, ROOT))]
    .map(({ name, isDirectory }) =>
      isDirectory ? sources(`${directory}${name}/`) : read(directory + name)
    )
    .join("\n")
    .replace(/["`]\s*\+\s*["`]/g, "");
}

Deno.test("every log line in README.md is one of the program's", () => {
  const code = sources("src/");
  // What the program puts in between.
  const facts = /VI_1 \w+ → \w+:|[\d.]+/;
  const said = blocks(read("README.md"), "text")
    .flatMap(({ text }) => text.split("\n"))
    .filter((line) => line.includes(" → "))
    .flatMap((line) => line.split(facts))
    .map((part) => part.trim())
    .filter((part) => part.length > 2);
  deepStrictEqual(said.filter((part) => !code.includes(part)), []);
  ok(said.length >= 3, `only ${said.length} parts`);
});

/** First cells of the tables whose first heading is one of these. */
function firstCells(document: string, headings: readonly string[]): string[] {
  return document.split("\n\n")
    .map((paragraph) => paragraph.split("\n"))
    .filter(([row = ""]) => headings.includes(row.split("|")[1]?.trim() ?? ""))
    .flatMap(([, , ...rows]) => rows.map((row) => row.split(" | ")[0] ?? ""));
}

Deno.test("every log line in docs/troubleshooting.md is one of the program's", () => {
  const headings = [
    ...["The log says", "Reason", "`… → FAULT:`", "What it found"],
  ];
  const code = sources("src/");
  // What the program puts in between, as the document writes it.
  const names =
    /…|"eth0"|\b(?:N|FILE:LINE:COLUMN PATH)\b|-10|\w+ → \w+|CAP_\w+|\b(?:MASTER|BACKUP|STOP)\b|healthy|failing/;
  const said = firstCells(read("docs/troubleshooting.md"), headings)
    .flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)])
    .flatMap(([, line = ""]) => line.split(names))
    .map((part) => part.replace(/^[\s":;,]+|[\s":;,]+$/g, ""))
    .filter((part) => part.length > 2 && !/^[A-Z]+$/.test(part));
  deepStrictEqual(said.filter((part) => !code.includes(part)), []);
  strictEqual(said.length > 30, true, `only ${said.length} parts`);
});
