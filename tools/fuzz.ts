/**
 * Gives every reader of hostile input what nobody would write:
 * `deno task fuzz [--minutes N] [--seed S] [--grow] [TARGET…]`, or again what
 * was found, `deno task fuzz --replay FILE…`. What is read wrongly is written
 * to tests/fixtures/fuzz, to stay there once it is mended; `--grow` adds what
 * reaches code that nothing there does.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a command line tool

import { basename, dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { readEntry, writeEntry } from "./fuzz/corpus.ts";
import { fuzz, type FuzzResult } from "./fuzz/engine.ts";
import type { Target } from "./fuzz/target.ts";
import { targetOf, TARGETS } from "./fuzz/targets.ts";
import { removeRecordFile } from "./fuzz/targets/record.ts";
import { tell } from "./fuzz/tell.ts";
import { fuzzAll } from "./fuzz/threads.ts";

const MINUTE = 60_000;

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      minutes: { type: "string", default: "10" },
      seed: { type: "string", default: String(Date.now() % 2 ** 31) },
      grow: { type: "boolean", default: false },
      replay: { type: "boolean", default: false },
    },
  });
  const problems = values.replay
    ? await replayAll(positionals)
    : await run(positionals, {
      milliseconds: Number(values.minutes) * MINUTE,
      seed: Number(values.seed),
      grow: values.grow,
    });
  // A thread that stands still would keep the process for ever.
  Deno.exit(problems === 0 ? 0 : 1);
}

/** @returns How many files are read wrongly; none at all is a mistake. */
async function replayAll(paths: readonly string[]): Promise<number> {
  if (paths.length === 0) {
    console.error("--replay takes the files to read");
    return 1;
  }
  let problems = 0;
  for (const path of paths) {
    try {
      await replay(path);
      console.log(`${path}: ok`);
    } catch (error) {
      console.error(
        `${path}: ${error instanceof Error ? error.message : error}`,
      );
      problems++;
    }
  }
  removeRecordFile();
  return problems;
}

/** @throws {Error} When the file is read wrongly. */
async function replay(path: string): Promise<void> {
  const target = targetOf(basename(dirname(resolve(path))));
  if (target === undefined) {
    throw new TypeError("must be in the folder of a target");
  }
  const input = readEntry(path, target.form);
  const options = { milliseconds: 0, seed: 0, grow: false };
  const { finding } = await fuzz(target, [input], options);
  if (finding !== null) throw new Error(finding.message);
}

/** @returns How many targets read something wrongly. */
async function run(
  names: readonly string[],
  { milliseconds, seed, grow }: {
    readonly milliseconds: number;
    readonly seed: number;
    readonly grow: boolean;
  },
): Promise<number> {
  const unknown = names.filter((name) => targetOf(name) === undefined);
  if (unknown.length > 0) {
    const known = TARGETS.map(({ name }) => name).join(", ");
    console.error(`Cannot fuzz "${unknown.join(" ")}": targets are ${known}`);
    return 1;
  }
  if (!(milliseconds > 0) || !Number.isInteger(seed)) {
    console.error("--minutes must be above 0, and --seed a whole number");
    return 1;
  }
  const targets = names.length === 0
    ? TARGETS
    : TARGETS.filter(({ name }) => names.includes(name));
  const threads = navigator.hardwareConcurrency;
  let problems = 0;
  console.log(`Seed ${seed}`);
  const plan = { seed, milliseconds, threads, grow };
  await fuzzAll(targets, plan, async (target, result) => {
    report(target, result);
    if (result.finding !== null) {
      problems++;
      console.error(await tell(target, result.finding, seed));
    }
    if (!grow) return;
    for (const input of result.grown) await writeEntry(target, "grown", input);
  });
  return problems;
}

function report({ name }: Target, { count, reached, grown }: FuzzResult): void {
  const { before, after } = reached;
  console.log(
    `${name}: ${count} inputs, ${grown.length} of them new; ` +
      `they reach ${after} characters of code, the corpus ${before}`,
  );
}
