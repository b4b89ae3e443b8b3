/**
 * Measures alived beside Debian's keepalived, by turns: `deno task bench`.
 *
 *     --quick        two minutes; says little of what is rare
 *     --rounds N     how often each part is measured; 10, or 1 when quick
 *     --only TEXT    parts with these words in their names
 *     --aside        also what has no goals
 *     --long         also what takes hours
 *     --sources      alived from its sources on this Deno, with the flags of V8
 *                    that a release has; else the compiled program, made for
 *                    this or named by ALIVED_BIN
 *     --json FILE    also write all values to a file
 *     --read FILE    measure nothing: show what such a file has
 *     --docs         also write the table into docs/performance.md
 *
 * docs/performance.md says how it measures and how to read it.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a command line tool

import { join } from "node:path";
import { parseArgs } from "node:util";
import { obstacle } from "../tests/lab/namespace.ts";
import { run } from "../tests/lab/program.ts";
import { useTmpfs } from "./bench/circumstances.ts";
import { useSources } from "./bench/contender.ts";
import type { Part } from "./bench/part.ts";
import { ASIDE, LONG, PARTS, QUICK, THOROUGH } from "./bench/parts.ts";
import type { Report } from "./bench/report.ts";
import { measure } from "./bench/run.ts";
import { reportText, withReport } from "./bench/table.ts";
import { V8_FLAGS } from "./compile.ts";

const ROOT = join(import.meta.dirname ?? ".", "..");
const PAGE = join(ROOT, "docs/performance.md");

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      rounds: { type: "string" },
      only: { type: "string", default: "" },
      aside: { type: "boolean", default: false },
      long: { type: "boolean", default: false },
      sources: { type: "boolean", default: false },
      json: { type: "string" },
      read: { type: "string" },
      docs: { type: "boolean", default: false },
    },
  });
  try {
    const report: Report = values.read === undefined
      ? await measureAll(values)
      : JSON.parse(await Deno.readTextFile(values.read));
    await show(report, values.docs);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exitCode = 1;
  }
}

/** What of the command line says what to measure, and how. */
interface Choice {
  readonly quick: boolean;
  readonly rounds?: string | undefined;
  readonly only: string;
  readonly aside: boolean;
  readonly long: boolean;
  readonly sources: boolean;
  readonly json?: string | undefined;
}

async function measureAll(choice: Choice): Promise<Report> {
  const { quick, rounds = quick ? "1" : "10", json } = choice;
  const times = Number(rounds);
  if (!Number.isInteger(times) || times < 1) {
    throw new Error(`Cannot measure "${rounds}" rounds: must be 1 or more`);
  }
  await prepare(choice);
  const isWanted = ({ name }: Part): boolean => name.includes(choice.only);
  const parts = [...PARTS, ...choice.aside ? ASIDE : []].filter(isWanted);
  const hours = (choice.long ? LONG : []).filter(isWanted);
  const effort = quick ? QUICK : THOROUGH;
  return await measure(
    { parts, rounds: times, hours, effort },
    async (report) => {
      if (json === undefined) return;
      await Deno.writeTextFile(json, JSON.stringify(report, null, 2) + "\n");
    },
  );
}

/** Make everything ready that is measured and that measures. */
async function prepare({ sources }: Choice): Promise<void> {
  // Where ip and keepalived are, which is not in everybody's PATH.
  Deno.env.set("PATH", `${Deno.env.get("PATH")}:/usr/sbin:/sbin`);
  const reason = await obstacle(["keepalived", "ping", "bash", "chrt"]);
  if (reason !== null) throw new Error(reason);
  useTmpfs();
  if (sources) useSources(V8_FLAGS);
  else await useBinary();
}

async function useBinary(): Promise<void> {
  if (Deno.env.has("ALIVED_BIN")) return;
  const binary = join(ROOT, "build", "alived");
  await run([
    ...[Deno.execPath(), "run", "-A", "--no-prompt"],
    ...[join(ROOT, "tools/compile.ts"), "--output", binary],
  ]);
  Deno.env.set("ALIVED_BIN", binary);
}

async function show(report: Report, docs: boolean): Promise<void> {
  console.log(reportText(report));
  if (docs) {
    const page = await Deno.readTextFile(PAGE);
    await Deno.writeTextFile(PAGE, withReport(page, report));
    await run([Deno.execPath(), "fmt", "--quiet", PAGE]);
  }
  if (report.failures.length > 0) Deno.exitCode = 1;
}
