/**
 * Which tests run through which mutant: found by running every test once with
 * no mutant switched on.
 *
 * @module
 */

import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { importsOf } from "./imports.ts";
import type { Plan, PlannedFile, Report } from "./judge.ts";
import { runJudge } from "./judge_process.ts";
import type { Mutant } from "./mutant.ts";

/** Folders of the tests that judge. */
const FOLDERS = ["tests/unit", "tests/rfc", "tests/sim"];

/**
 * A test that reads files may read sources, which are not what they were; one
 * that starts programs would start them without the mutant.
 */
const UNFIT = /read(Text)?File|read-?dir|Deno\.Command/i;

/** A test may take this long with no mutant, in ms. */
const PATIENCE = 300_000;
/** With one, the test may take this long and a multiple of its time. */
const SLACK = 20_000;
const MULTIPLE = 20;

/** A file of tests, and what its tests run through. */
export interface CoveredFile {
  /** Path from the root of the tree. */
  readonly path: string;
  /** Its `file:` address. */
  readonly url: string;
  /** What a run with no mutant said. */
  readonly report: Report;
}

/** What judges a mutant. */
export interface Judgement {
  /** What to run. */
  readonly plan: Plan;
  /** How long each of its tests may take, in ms. */
  readonly patience: readonly number[];
}

/**
 * Run all tests with no mutant that import a mutated file.
 *
 * @param folder The tree of sources with their tests.
 * @param mutated Paths of the mutated files from there.
 * @returns The files whose tests run through any mutant.
 * @throws {Error} When one fails.
 */
export async function coverTree(
  folder: string,
  mutated: readonly string[],
): Promise<CoveredFile[]> {
  const covered: CoveredFile[] = [];
  for (const path of await findTests(folder)) {
    const imports = await importsOf(folder, path);
    if (!mutated.some((file) => imports.has(file))) continue;
    const url = pathToFileURL(join(folder, path)).href;
    const report = await runAll(folder, [{ url, tests: null }]);
    const reached = report.tests.some((test) => !isEmpty(test.reached));
    if (reached || !isEmpty(report.loading)) {
      covered.push({ path, url, report });
    }
  }
  // They will share a process: whether they can is to be seen before.
  await runAll(folder, covered.map(({ url }) => ({ url, tests: null })));
  return covered;
}

async function findTests(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for (const tests of FOLDERS) {
    for await (const { name } of Deno.readDir(join(folder, tests))) {
      if (!name.endsWith("_test.ts")) continue;
      const path = `${tests}/${name}`;
      const text = await Deno.readTextFile(join(folder, path));
      if (!UNFIT.test(text)) paths.push(path);
    }
  }
  return paths.sort();
}

async function runAll(
  folder: string,
  files: readonly PlannedFile[],
): Promise<Report> {
  const plan: Plan = { mutant: null, hitLimit: 0, files };
  const answer = await runJudge(folder, plan, [PATIENCE]);
  const names = files.map(({ url }) => basename(url)).join(", ");
  if (answer.kind !== "report") {
    const why = answer.kind === "crash" ? answer.stderr : "it takes too long";
    throw new Error(`Cannot judge by ${names}: ${why}`);
  }
  if (answer.report.failure !== null) {
    throw new Error(
      `Cannot judge by ${names}, which fails without a mutant: ` +
        answer.report.failure,
    );
  }
  return answer.report;
}

/**
 * Choose the tests for a mutant, those first that are likely to see it soon:
 * of the file named like the mutated one, then of the quickest.
 *
 * @param covered What {@linkcode coverTree} found in the mutant's tree.
 * @returns null when no test runs through it.
 */
export function planFor(
  mutant: Mutant,
  covered: readonly CoveredFile[],
): Judgement | null {
  const named = testName(mutant.file);
  let hits = 0;
  const chosen = covered.flatMap(({ path, url, report }) => {
    // What a constant is worth is settled while loading: then any test may
    // see it, and the tests may be others than they were.
    const all = mutant.id in report.loading;
    const tests = all ? report.tests : report.tests
      .filter(({ reached }) => mutant.id in reached)
      .toSorted((a, b) => a.duration - b.duration);
    hits += report.loading[mutant.id] ?? 0;
    for (const test of tests) hits += test.reached[mutant.id] ?? 0;
    const duration = tests.reduce((sum, test) => sum + test.duration, 0);
    if (tests.length === 0 && !all) return [];
    const numbers = all ? null : tests.map(({ number }) => number);
    const distance = basename(path).startsWith(named) ? 0 : 1;
    return [{ file: { url, tests: numbers }, tests, duration, distance }];
  }).toSorted((a, b) => a.distance - b.distance || a.duration - b.duration);
  if (chosen.length === 0) return null;
  return {
    plan: {
      mutant: mutant.id,
      hitLimit: 10_000 + 100 * hits,
      files: chosen.map(({ file }) => file),
    },
    patience: chosen.flatMap(({ tests }) =>
      tests.map(({ duration }) => SLACK + MULTIPLE * duration)
    ),
  };
}

/** `src/wire/vrrp.ts` → `wire_vrrp`, as its test is called. */
function testName(file: string): string {
  return file.replace(/^src\//, "").replace(/\.ts$/, "").replaceAll("/", "_");
}

function isEmpty(record: Readonly<Record<string, number>>): boolean {
  return Object.keys(record).length === 0;
}
