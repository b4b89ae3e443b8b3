/**
 * The documents tell the truth: each command in them is run by a test or marked
 * as not, each configuration loads, each log line is as the program prints it,
 * and each link leads somewhere.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { loadConfig } from "../../src/config/load.ts";
import { CHAPTERS, type LogEvent } from "../../src/log/catalogue.ts";
import { lineFormatter } from "../../src/log/log_format.ts";
import { reasonInWords } from "../../src/log/reason_words.ts";
import type { Reason } from "../../src/vrrp/reason.ts";
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
    const says = withoutComments(file, read(file)).includes(words);
    ok(says, `${file} does not say ${words}`);
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

/** A comment, or a string, in which there is none. */
const COMMENT_OR_STRING =
  /(\/\/[^\n]*|\/\*[^]*?\*\/)|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[^])*`/g;

/** A text of a program: what only comments say, it does not do. */
function withoutComments(path: string, text: string): string {
  return path.endsWith(".ts")
    ? text.replace(COMMENT_OR_STRING, (all, comment) => comment ? "" : all)
    : text.replace(/^\s*#.*$/gm, "");
}

/** Text of all sources, with strings put together that are in parts. */
function sources(directory: string): string {
  return [...Deno.readDirSync(new URL(directory, ROOT))]
    .map(({ name, isDirectory }) =>
      isDirectory
        ? sources(`${directory}${name}/`)
        : withoutComments(name, read(directory + name))
    )
    .join("\n")
    .replace(/["`]\s*\+\s*["`]/g, "");
}

Deno.test("words that stand in a comment alone are not said", () => {
  const text = 'a("https://x"); // b("c")\n/* d("e")\n */ f(`// ${"g"}`); // h';
  strictEqual(
    withoutComments("a.ts", text),
    'a("https://x"); \n f(`// ${"g"}`); ',
  );
  strictEqual(withoutComments("run", "a\n # b\nc # d"), "a\n\nc # d");
});

const PEER = "192.0.2.11";
/** What a line of text begins with. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d /;

/** Why an instance changes its state, in the documents. */
const REASONS: readonly (readonly [from: string, to: string, Reason])[] = [
  ["BACKUP", "MASTER", { kind: "silence", peer: PEER, silentFor: 3610 }],
  ["BACKUP", "MASTER", { kind: "silence", peer: null, silentFor: 3610 }],
  ["BACKUP", "MASTER", { kind: "resigned", peer: PEER }],
  ["BACKUP", "MASTER", {
    ...{ kind: "preempt", peer: PEER, peerPriority: 1, ownPriority: 2 },
    delay: 0,
  }],
  ["MASTER", "BACKUP", {
    ...{ kind: "better", peer: PEER, peerPriority: 2, ownPriority: 1 },
  }],
  ["MASTER", "BACKUP", {
    ...{ kind: "better", peer: PEER, peerPriority: 2, ownPriority: 1 },
    ownSum: { configured: 2, terms: [{ what: 'check "web"', amount: -1 }] },
  }],
  ["MASTER", "FAULT", {
    ...{ kind: "interface", interface: "eth0" },
    ...{ condition: "no_carrier", carries: null },
  }],
  ["FAULT", "BACKUP", {
    kind: "recovered",
    what: {
      ...{ kind: "interface", interface: "eth0" },
      ...{ condition: "up", carries: null },
    },
  }],
];

/** Events whose sentence is another than that of their example. */
const OTHERS: readonly LogEvent[] = [
  ...REASONS.map(([from, to, reason]): LogEvent => ({
    ...{ event: "transition", instance: "VI_1", from, to, priority: 100 },
    ...{ reason: reasonInWords(reason), isPlanned: false },
  })),
  {
    ...{ event: "rival", instance: "VI_1", source: PEER, sourcePriority: 1 },
    ...{ priority: 2, count: 1, lasted: 0 },
  },
  {
    ...{ event: "priority", instance: "VI_1", priority: 150, from: 140 },
    ...{ configured: 150, terms: [] },
  },
  {
    ...{ event: "master_heard", instance: "VI_1", source: PEER },
    ...{ sourcePriority: 100, priority: 150 },
  },
  {
    ...{ event: "reload", result: "done", error: null, sections: [] },
    ...{ removed: 0, restarted: 0, changed: 1, added: 0, unchanged: 0 },
    names: { changed: ["VI_1"] },
  },
  { event: "check_up", check: "web", detail: "Connected" },
  { event: "check_down", check: "file /a", detail: "Gone", isFile: true },
  { event: "check_up", check: "file /a", detail: "There", isFile: true },
];

/** A sentence without the facts that are other ones each time. */
function shape(sentence: string): string {
  return sentence
    .replace(/\b\d+(?:\.\d+){3}(?:\/\d+)?/g, "ADDRESS")
    .replace(/(["'])(?:(?!\1).)*\1/g, "NAME")
    .replace(/\b\d+(?:\.\d+)?\b/g, "N");
}

/** Lines as text has them, without their time. */
function printable(): readonly string[] {
  const examples = Object.values(CHAPTERS).flatMap((events) =>
    Object.entries(events).map(([event, { example }]) => ({
      event,
      ...example,
    }))
  ) as LogEvent[];
  const lines = [...examples, ...OTHERS].map((event) =>
    lineFormatter("text", null)({ ...event, time: 0 })
      .replace(TIME, "")
  );
  return lines;
}

/**
 * Whether a line has these words, as tables write them: … for anything, N for a
 * number.
 */
function isOf(words: string, line: string): boolean {
  const parts = words.split(/(…|\bN\b)/).map((part) => {
    if (part === "…") return ".*";
    return part === "N" ? "[\\d.]+" : RegExp.escape(part);
  });
  return new RegExp(parts.join("")).test(line);
}

for (const path of DOCUMENTS) {
  Deno.test(`every log line in ${path} is one that the program prints`, () => {
    const known = new Set(printable().map(shape));
    const lines = blocks(read(path), "text")
      .filter(({ text }) => /^(?:VI_\d \w+ → |\d{4}-\d\d-\d\dT)/m.test(text))
      .flatMap(({ text }) => text.trimEnd().split("\n"));
    for (const line of lines) {
      match(line, TIME);
      const said = line.replace(TIME, "");
      ok(known.has(shape(said)), `nothing prints "${said}"`);
    }
  });
}

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
  const cells = firstCells(read("docs/troubleshooting.md"), headings)
    .flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)])
    .map(([, line = ""]) => line);
  const lines = printable();
  const [whole, others] = [true, false].map((isWhole) =>
    cells.filter((cell) => lines.some((line) => isOf(cell, line)) === isWhole)
  );
  ok((whole?.length ?? 0) > 20, `only ${whole?.length} whole lines`);
  // What comes of probes and the kernel, and is a part of a line.
  const said = (others ?? []).flatMap((line) => line.split(names))
    .map((part) => part.replace(/^[\s":;,]+|[\s":;,]+$/g, ""))
    .filter((part) => part.length > 2 && !/^[A-Z]+$/.test(part));
  deepStrictEqual(said.filter((part) => !code.includes(part)), []);
});
