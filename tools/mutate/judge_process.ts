/**
 * A process of `judge.ts`. There is one for each mutant, so that none leaves
 * anything behind for the next.
 *
 * @module
 */

import { join } from "node:path";
import { PASSED, type Plan, type Report } from "./judge.ts";

/** Seeds of the simulator whose stories are told. */
const SIMULATED = 300;

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
 * @param patience Milliseconds that each test may take, in the order of the
 *   plan; the first of them includes the start.
 */
export async function runJudge(
  folder: string,
  plan: Plan,
  patience: readonly number[],
): Promise<Answer> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "-A", "--no-prompt", "--no-check", "--no-lock"],
      `--config=${join(folder, "deno.json")}`,
      `--v8-flags=--max-old-space-size=${HEAP}`,
      join(import.meta.dirname ?? ".", "judge.ts"),
      JSON.stringify(plan),
    ],
    cwd: folder,
    env: { NO_COLOR: "1", ALIVED_SIM_SEEDS: String(SIMULATED) },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const stderr = new Response(child.stderr).text();
  let late = false;
  const watch = (test: number): ReturnType<typeof setTimeout> =>
    setTimeout(() => {
      late = true;
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended by itself just now.
      }
    }, patience[test] ?? patience.at(-1) ?? 0);

  let passed = 0;
  let last = "";
  let timer = watch(0);
  const stdout = child.stdout.pipeThrough(new TextDecoderStream());
  for await (const line of linesOf(stdout)) {
    last = line;
    if (line !== PASSED) continue;
    clearTimeout(timer);
    timer = watch(++passed);
  }
  await child.status;
  clearTimeout(timer);
  if (late) return { kind: "timeout" };
  if (last.startsWith('{"failure":')) {
    return { kind: "report", report: JSON.parse(last) };
  }
  return { kind: "crash", stderr: await stderr };
}

async function* linesOf(
  stream: ReadableStream<string>,
): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}
