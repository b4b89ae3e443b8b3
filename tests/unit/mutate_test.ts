// The tool that measures the tests: what it changes, and how it counts.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { instrumentArithmetic } from "../../tools/mutate/arithmetic.ts";
import { checkEquivalents } from "../../tools/mutate/equivalent.ts";
import type { Judged, Verdict } from "../../tools/mutate/mutant.ts";
import { percent, updateTable } from "../../tools/mutate/score.ts";
import { SWITCHES } from "../../tools/mutate/switches.ts";

const SOURCE = `type Size = 4 | 16;
const NAMES = { 1: "one" };
export function high(word: number): number {
  return (word & 0xff00) >> 8;
}
`;

Deno.test("instrumentArithmetic() changes numbers and bit operators that are values", () => {
  const { mutants } = instrumentArithmetic("src/high.ts", SOURCE, 7);
  deepStrictEqual(
    mutants.map(({ id, lineNumber, from, to }) => [id, lineNumber, from, to]),
    [
      ["7", 4, "(word & 0xff00) >> 8", "(word & 0xff00) << 8"],
      ["8", 4, "word & 0xff00", "word | 0xff00"],
      ["9", 4, "0xff00", "65281"],
      ["10", 4, "8", "9"],
    ],
  );
  strictEqual(mutants[0]?.line, "return (word & 0xff00) >> 8;");
});

Deno.test("instrumentArithmetic() switches on the active mutant alone", async () => {
  const { content } = instrumentArithmetic("src/high.ts", SOURCE, 0);
  const switches = {
    activeMutant: "",
    hitCount: 0,
    hitLimit: 100,
    currentTestId: "a test",
    mutantCoverage: { static: {}, perTest: {} },
  };
  Reflect.set(globalThis, SWITCHES, switches);
  try {
    const { high } = await import(
      `data:application/typescript,${encodeURIComponent(content)}`
    );
    const results = ["", "0", "1", "2", "3"].map((id) => {
      switches.activeMutant = id;
      return high(0x1234);
    });
    deepStrictEqual(results, [0x12, 0x120000, 0xff, 0x12, 0x09]);
    strictEqual(switches.hitCount, 4);
    deepStrictEqual(switches.mutantCoverage.perTest, {
      "a test": { 0: 4, 1: 3, 2: 2, 3: 3 },
    });
  } finally {
    Reflect.deleteProperty(globalThis, SWITCHES);
  }
});

Deno.test("percent() counts the killed among those that are not equivalent", () => {
  const score = { file: "src/a.ts", date: "2026-01-02" };
  strictEqual(percent({ ...score, mutants: 9, killed: 6, equivalent: 1 }), 75);
  strictEqual(
    percent({ ...score, mutants: 3, killed: 2, equivalent: 0 }),
    66.6,
  );
  strictEqual(percent({ ...score, mutants: 0, killed: 0, equivalent: 0 }), 100);
});

Deno.test("updateTable() replaces the rows of the files that were run", () => {
  const page = `# Page

| file       | mutants | killed | equivalent | survived |   score | date       |
| ---------- | ------: | -----: | ---------: | -------: | ------: | ---------- |
| \`src/a.ts\` |      10 |      5 |          0 |        5 |  50.0 % | 2026-01-02 |
| \`src/b.ts\` |      20 |     19 |          1 |        0 | 100.0 % | 2026-01-01 |
| \`src/c.ts\` |      20 |      0 |          0 |       20 |   0.0 % | 2026-01-01 |
| all        |      50 |     24 |          1 |       25 |  48.9 % | 2026-01-01 |
`;
  const fresh = {
    file: "src/a.ts",
    mutants: 11,
    killed: 10,
    equivalent: 0,
    date: "2026-01-03",
  };
  const isThere = (file: string): boolean => file !== "src/c.ts";
  const table = updateTable(page, [fresh], isThere).split("\n").slice(2);
  deepStrictEqual(table, [
    "| file | mutants | killed | equivalent | survived | score | date |",
    "| --- | --: | --: | --: | --: | --: | --- |",
    "| `src/a.ts` | 11 | 10 | 0 | 1 | 90.9 % | 2026-01-03 |",
    "| `src/b.ts` | 20 | 19 | 1 | 0 | 100.0 % | 2026-01-01 |",
    "| all | 31 | 29 | 1 | 1 | 96.6 % | 2026-01-01 |",
    "",
  ]);
});

Deno.test("checkEquivalents() finds entries that are killed or gone", () => {
  const entry = {
    file: "src/a.ts",
    line: "let x = 0;",
    mutator: "NumberLiteral",
    from: "0",
    to: "1",
  };
  const listed = { ...entry, reason: "x is set before it is read" };
  const judged = (verdict: Verdict, nth = 0): Judged => ({
    mutant: { ...entry, id: "0", tree: "arithmetic", lineNumber: 1, nth },
    verdict,
  });
  const check = (verdict: Verdict, files: string[]): string[] => {
    return checkEquivalents([listed], [judged(verdict)], files);
  };
  deepStrictEqual(check({ outcome: "survived" }, ["src/a.ts"]), []);
  deepStrictEqual(check({ outcome: "killed", by: "a test" }, ["src/a.ts"]), [
    'Not equivalent, for "a test" kills it: ' +
    "src/a.ts | NumberLiteral | let x = 0; | 0 | 1",
  ]);
  deepStrictEqual(checkEquivalents([listed], [], ["src/a.ts"]), [
    "There is no mutant src/a.ts | NumberLiteral | let x = 0; | 0 | 1",
  ]);
  deepStrictEqual(checkEquivalents([listed], [], ["src/b.ts"]), []);
  const twins = [
    judged({ outcome: "killed", by: "a test" }),
    judged({ outcome: "survived" }, 1),
  ];
  const second = [{ ...listed, nth: 1 }];
  deepStrictEqual(checkEquivalents(second, twins, ["src/a.ts"]), []);
});
