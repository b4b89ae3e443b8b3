/**
 * A process of `judge.ts`. There is one for each mutant, so that none leaves
 * anything behind for the next.
 *
 * @module
 */

import { join } from "node:path";
import type { Plan, Report } from "./judge.ts";

/** Seeds of each simulation that are run. */
const SIMULATED = 200;

/** Beyond this much heap, in MiB, it ends: a loop that gathers for ever. */
const HEAP = 1024;

/** What a process of tests said, or how it ended without saying anything. */
export type Answer =
  | { readonly kind: "report"; readonly report: Report }
  | { readonly kind: "timeout" }
  | { readonly kind: "crash"; readonly stderr: string };

/**
 * Run tests in a process of their own.
 *
 * @param folder The tree of sources with their tests.
 * @param plan What to run.
 * @param timeout Milliseconds after which it is killed.
 */
export async function runJudge(
  folder: string,
  plan: Plan,
  timeout: number,
): Promise<Answer> {
  const signal = AbortSignal.timeout(timeout);
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "-A", "--no-prompt", "--no-check", "--no-lock"],
      `--config=${join(folder, "deno.json")}`,
      `--v8-flags=--max-old-space-size=${HEAP}`,
      join(import.meta.dirname ?? ".", "judge.ts"),
      JSON.stringify(plan),
    ],
    cwd: folder,
    env: { NO_COLOR: "1", ALIVED_SIM_RUNS: String(SIMULATED) },
    signal,
  }).output();
  const report = readReport(new TextDecoder().decode(stdout));
  if (report !== null) return { kind: "report", report };
  if (signal.aborted) return { kind: "timeout" };
  return { kind: "crash", stderr: new TextDecoder().decode(stderr) };
}

/** The report is the last line; tests may have printed something before. */
function readReport(stdout: string): Report | null {
  const line = stdout.trimEnd().split("\n").at(-1) ?? "";
  return line.startsWith('{"failure":') ? JSON.parse(line) : null;
}
