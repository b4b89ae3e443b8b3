/**
 * Measures the tests: `deno task mutate [FILE…]` changes the protocol code in
 * every small way it knows and counts the changes that no test sees.
 * docs/mutation.md tells how, and keeps the last result.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a command line tool

import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type CoveredFile, coverTree, planFor } from "./mutate/coverage.ts";
import {
  checkEquivalents,
  means,
  readEquivalents,
} from "./mutate/equivalent.ts";
import { runJudge } from "./mutate/judge_process.ts";
import {
  type Judged,
  type Mutant,
  mutantKey,
  type Tree,
  type Verdict,
} from "./mutate/mutant.ts";
import {
  digest,
  readRecord,
  record,
  type Recorded,
  stands,
} from "./mutate/record.ts";
import { percent, scores, table, total, updateTable } from "./mutate/score.ts";
import { writeTrees } from "./mutate/trees.ts";

/** What is mutated when no file is named. */
const SCOPE = [
  "src/vrrp/",
  "src/wire/",
  "src/health/probes/dns_message.ts",
  ...["receive", "perform", "send", "attach"]
    .map((name) => `src/daemon/core/${name}.ts`),
];

const HELP = `deno task mutate [OPTION…] [FILE…]

  FILE         files or folders to mutate, instead of the protocol's
  --every N    only each Nth mutant; the result is not written down
  --jobs N     how many at once; default as many as there are cores
  --resume     keep the verdicts of the last run that still stand`;

/** Least score of a run that ends well, in percent. */
const LEAST = 95;

const ROOT = join(import.meta.dirname ?? ".", "..");
const BUILD = join(ROOT, "build", "mutate");
const RECORD = join(BUILD, "verdicts.jsonl");
const PAGE = join(ROOT, "docs", "mutation.md");

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exitCode = 1;
  }
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    args: Deno.args.filter((arg) => arg !== "--"),
    allowPositionals: true,
    options: {
      every: { type: "string", default: "1" },
      jobs: { type: "string", default: String(navigator.hardwareConcurrency) },
      resume: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const every = count("every", values.every);
  const jobs = count("jobs", values.jobs);
  const files = await listFiles(
    positionals.length === 0
      ? SCOPE
      : positionals.map((path) => relative(ROOT, resolve(path))),
  );

  await Deno.mkdir(BUILD, { recursive: true });
  const { folders, mutants } = await writeTrees(ROOT, BUILD, files);
  const chosen = mutants.filter((_, i) => i % every === 0);
  console.log(`${chosen.length} mutants in ${files.length} files`);
  const covered = {
    stryker: await coverTree(folders.stryker, files),
    arithmetic: await coverTree(folders.arithmetic, files),
  };
  const judged = await judgeAll(
    chosen,
    values.resume ? await readRecord(RECORD) : new Map(),
    (mutant) => judge(mutant, covered[mutant.tree], folders),
    jobs,
  );
  await tell(judged, every === 1 ? files : []);
}

function count(option: string, text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new Error(`Cannot use "${text}" as --${option}: must be 1 or more`);
}

/** @param scope Files, and folders that end in a slash or are ones. */
async function listFiles(scope: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of scope) {
    const info = await Deno.stat(join(ROOT, path)).catch(() => null);
    if (info === null) throw new Error(`Cannot find "${path}"`);
    if (info.isFile) files.push(path);
    else {
      for await (const { name } of Deno.readDir(join(ROOT, path))) {
        if (name.endsWith(".ts")) files.push(join(path, name));
      }
    }
  }
  return [...new Set(files)].sort();
}

/** Judge some mutants at a time, those that no verdict stands of. */
async function judgeAll(
  all: readonly Mutant[],
  known: ReadonlyMap<string, Recorded>,
  judge: (mutant: Mutant) => Promise<Verdict>,
  jobs: number,
): Promise<Judged[]> {
  const judges = await digest(ROOT, ["src", "ffi", "tests"]);
  const judged: Judged[] = [];
  const queue = all.values();
  const work = async (): Promise<void> => {
    for (const mutant of queue) {
      const name = `${mutantKey(mutant)} #${mutant.nth}`;
      const source = await digest(ROOT, [mutant.file]);
      const last = known.get(name);
      const standing = last !== undefined && stands(last, source, judges);
      const verdict = standing ? last.verdict : await judge(mutant);
      if (!standing) await record(RECORD, { name, source, judges, verdict });
      judged.push({ mutant, verdict });
      if (judged.length % 100 === 0) console.log(`${judged.length} judged`);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return judged;
}

async function judge(
  mutant: Mutant,
  covered: readonly CoveredFile[],
  folders: Readonly<Record<Tree, string>>,
): Promise<Verdict> {
  const judgement = planFor(mutant, covered);
  if (judgement === null) return { outcome: "uncovered" };
  const { plan, patience } = judgement;
  const answer = await runJudge(folders[mutant.tree], plan, patience);
  if (answer.kind !== "report") return { outcome: "killed", by: answer.kind };
  const { failure } = answer.report;
  if (failure === null) return { outcome: "survived" };
  return { outcome: "killed", by: failure };
}

/**
 * Print what came of it and write it down.
 *
 * @param files The files of which all mutants were judged.
 */
async function tell(
  judged: readonly Judged[],
  files: readonly string[],
): Promise<void> {
  const list = await readEquivalents();
  const isEquivalent = ({ mutant }: Judged): boolean =>
    list.some((entry) => means(entry, mutant));
  for (const { mutant, verdict } of judged) {
    if (verdict.outcome === "killed") continue;
    if (isEquivalent({ mutant, verdict })) continue;
    const { file, lineNumber, mutator, from, to } = mutant;
    console.log(`${file}:${lineNumber} ${verdict.outcome}: ${mutator}`);
    console.log(`  ${from}\n  ${to}`);
  }
  const today = new Date().toISOString().slice(0, 10);
  const result = scores(judged, isEquivalent, today);
  console.log(table(result));
  const faults = checkEquivalents(list, judged, files);
  for (const fault of faults) console.error(fault);
  if (faults.length > 0 || percent(total(result)) < LEAST) Deno.exitCode = 1;
  if (files.length === 0) return;
  const page = await Deno.readTextFile(PAGE);
  const isThere = (file: string): boolean => existsSync(join(ROOT, file));
  await Deno.writeTextFile(PAGE, updateTable(page, result, isThere));
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", PAGE] })
    .output();
}
