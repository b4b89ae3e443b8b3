// docs/security.md cites a test for each thing that somebody cannot do.

import { deepStrictEqual, ok } from "node:assert/strict";
import { testNames } from "../lab/test_names.ts";

const ROOT = new URL("../../", import.meta.url);

function read(path: string): string {
  return Deno.readTextFileSync(new URL(path, ROOT));
}

// Line breaks are where the formatter puts them.
const text = read("docs/security.md").replace(/\s+/g, " ");

/** A file, and the tests of it that follow. */
const CITATION = /`(\w+\/\w+_test\.ts)`,((?: `[^`]+`,?)+)/g;

/** What follows an arrow, up to the next thing that is said. */
const cited = Array.from(
  text.matchAll(CITATION),
  ([, file = "", names = ""]) => ({
    file: `tests/${file}`,
    names: Array.from(names.matchAll(/`([^`]+)`/g), ([, name = ""]) => name),
  }),
);

Deno.test("docs/security.md cites tests that exist, in the files that have them", () => {
  ok(cited.length > 50, `${cited.length} files are cited`);
  const missing = cited.flatMap(({ file, names }) => {
    const known = testNames(read(file));
    return names.filter((name) => !known.includes(name))
      .map((name) => `${file}: ${name}`);
  });
  deepStrictEqual(missing, []);
});

Deno.test("docs/security.md cites something behind every arrow", () => {
  const arrows = text.split("→").slice(1);
  ok(arrows.length > 40);
  deepStrictEqual(
    arrows.filter((words) => !/^ `\w+\/\w+_test\.ts`, `/.test(words)),
    [],
  );
});

Deno.test("docs/security.md shows by a test all that somebody cannot do", () => {
  const claims = text.split(/ (?=- |#+ )/)
    .filter((item) => item.startsWith("- Cannot "));
  ok(claims.length > 30, `${claims.length} claims`);
  deepStrictEqual(claims.filter((item) => !item.includes("→")), [
    "- Cannot do more than the attacker above.",
  ]);
});

Deno.test("a test that a document cites is found however it is registered", () => {
  const file = [
    'Deno.test("a", () => {});',
    'Deno.test(\n  "b",\n  needsRoot,\n  () => {},\n);',
    'Deno.test({\n  name: "c",\n  fn() {},\n});',
    "Deno.test(`d ${what} e`, () => {});",
    'rootTest("f", () => {}); withLock("g", () => {});',
    'call("h");',
  ];
  deepStrictEqual(testNames(file.join("\n")), [
    ...["a", "b", "c", "d … e", "f", "g"],
  ]);
});
