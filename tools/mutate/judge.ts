/**
 * Runs tests in this process, with one mutant switched on or with none: the
 * program that `judgement.ts` starts for each mutant. It takes the place of
 * `deno test`, which takes ten times as long to start.
 *
 * What comes out is a line for each test that passes, and in the end one of
 * JSON, a {@linkcode Report}.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- the report goes to the standard output

import fc from "fast-check";
import { SWITCHES, type Switches } from "./switches.ts";

/** What to run: the argument of this program, as JSON. */
export interface Plan {
  /** The mutant to switch on, or null. */
  readonly mutant: string | null;
  /** How often it may be reached before that counts as a loop without end. */
  readonly hitLimit: number;
  /** The files in their order. */
  readonly files: readonly PlannedFile[];
}

/** A file of tests, and which of them to run. */
export interface PlannedFile {
  /** Its `file:` address. */
  readonly url: string;
  /** Numbers of the tests, in the order to run; null is all of them. */
  readonly tests: readonly number[] | null;
}

/** What came of it. */
export interface Report {
  /** What failed first, or null. */
  readonly failure: string | null;
  /** Each test that passed. */
  readonly tests: readonly TestRun[];
  /** Mutants reached while the files were loaded → how often. */
  readonly loading: Readonly<Record<string, number>>;
}

/** A test that passed. */
export interface TestRun {
  /** Its number in its file, from 0. */
  readonly number: number;
  /** How long it took, in ms. */
  readonly duration: number;
  /** Mutants that it reached → how often. */
  readonly reached: Readonly<Record<string, number>>;
}

/** The line that tells that a test passed, so that the next may take its time. */
export const PASSED = "passed";

/** A test as it is registered. */
interface Test {
  readonly name: string;
  readonly run: (context: unknown) => unknown;
}

const switches: Switches = {
  activeMutant: null,
  hitCount: 0,
  hitLimit: 0,
  currentTestId: undefined,
  mutantCoverage: { static: {}, perTest: {} },
};

if (import.meta.main) {
  const report = await judge(JSON.parse(Deno.args[0] ?? ""));
  console.log(JSON.stringify(report));
  // A test that was given up may have left something that still runs.
  Deno.exit(0);
}

async function judge(plan: Plan): Promise<Report> {
  Reflect.set(globalThis, SWITCHES, switches);
  switches.activeMutant = plan.mutant;
  switches.hitLimit = plan.hitLimit;
  // The same cases each time, and no time spent on making them small.
  fc.configureGlobal({ seed: 1, endOnFailure: true });

  const runs: TestRun[] = [];
  let failure: string | null = null;
  for (const file of plan.files) {
    failure = await runFile(file, runs);
    if (failure !== null) break;
  }
  if (switches.hitCount > switches.hitLimit) failure ??= "hit limit";
  return { failure, tests: runs, loading: switches.mutantCoverage.static };
}

/** @returns What failed, or null. */
async function runFile(
  { url, tests: wanted }: PlannedFile,
  runs: TestRun[],
): Promise<string | null> {
  const tests: Test[] = [];
  Reflect.set(Deno, "test", (...args: unknown[]) => tests.push(readTest(args)));
  const file = url.slice(url.lastIndexOf("/") + 1);
  try {
    await import(url);
  } catch (error) {
    return `${file}: ${firstLine(error)}`;
  }
  for (const number of wanted ?? tests.keys()) {
    const test = tests[number];
    if (test === undefined) return `${file}: no test ${number}`;
    const id = `${file} ${number}`;
    switches.currentTestId = id;
    const begin = performance.now();
    try {
      await test.run({ name: test.name });
    } catch {
      return `${file}: ${test.name}`;
    } finally {
      switches.currentTestId = undefined;
    }
    const duration = performance.now() - begin;
    const reached = switches.mutantCoverage.perTest[id] ?? {};
    runs.push({ number, duration, reached });
    console.log(PASSED);
  }
  return null;
}

/** @param args Those of `Deno.test`: a name and a function, or an object. */
function readTest(args: readonly unknown[]): Test {
  const [first, second] = args;
  if (typeof first === "string" && typeof second === "function") {
    return { name: first, run: (context) => second(context) };
  }
  throw new TypeError(
    "Cannot judge by a test that is not a name and a function",
  );
}

function firstLine(error: unknown): string {
  return String(error).split("\n")[0] ?? "";
}
