// docs/rfc9568.md and the tests that it names belong together.

import { deepStrictEqual, ok } from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { testNames } from "../lab/test_names.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const CLAUSE = /^(RFC \d+ )?§/;

/** Names of the tests in a folder. */
function testsIn(folder: string): string[] {
  return readdirSync(`${ROOT}${folder}`, { encoding: "utf8", recursive: true })
    .filter((name) => name.endsWith("_test.ts"))
    .flatMap((name) =>
      testNames(readFileSync(`${ROOT}${folder}/${name}`, "utf8"))
    );
}

const rows = readFileSync(`${ROOT}docs/rfc9568.md`, "utf8")
  .split("\n")
  .filter((line) => /^\| (RFC )?\d/.test(line));
const cited = rows.flatMap((row) =>
  Array.from(row.matchAll(/`([^`]+)`/g), ([, name = ""]) => name)
);

Deno.test("docs/rfc9568.md names tests that exist", () => {
  const names = new Set(testsIn("tests"));
  deepStrictEqual(cited.filter((name) => !names.has(name)), []);
});

Deno.test("docs/rfc9568.md names every test of a clause", () => {
  const clauses = testsIn("tests").filter((name) => CLAUSE.test(name));
  ok(clauses.length > 50);
  deepStrictEqual(clauses.filter((name) => !cited.includes(name)), []);
});

Deno.test("docs/rfc9568.md has a test or a gap for every clause", () => {
  ok(rows.length > 50);
  deepStrictEqual(
    rows.filter((row) => !/`|Gap: |The kernel's part: /.test(row)),
    [],
  );
});
