/**
 * What an empty program with one empty Worker takes, made like alived.
 *
 * @module
 */

import { Program, run } from "../../tests/lab/program.ts";
import { sleep } from "../../tests/lab/wait.ts";
import type { Figure } from "./figures.ts";
import { memoryMib } from "./idle.ts";

const MAIN = `
  new Worker(import.meta.resolve("./worker.ts"), { type: "module" });
  setInterval(() => {}, 1_000_000);
`;
const WORKER = "setInterval(() => {}, 1_000_000);\n";

/**
 * Memory of the empty program.
 *
 * @param toolchain The Deno that made alived and its runtime, or null to run
 *   from source.
 */
export async function baseline(
  toolchain: { readonly deno: string; readonly denort?: string } | null,
): Promise<Figure[]> {
  const directory = await Deno.makeTempDir({ prefix: "alived-bench-" });
  try {
    const main = `${directory}/main.ts`;
    await Deno.writeTextFile(main, MAIN);
    await Deno.writeTextFile(`${directory}/worker.ts`, WORKER);
    let command = [Deno.execPath(), "run", "-A", "--no-prompt", main];
    if (toolchain !== null) {
      const binary = `${directory}/empty`;
      const { deno, denort } = toolchain;
      await run([
        ...["env", ...denort === undefined ? [] : [`DENORT_BIN=${denort}`]],
        ...[deno, "compile", "--quiet", "--no-code-cache", "--no-check"],
        ...["--v8-flags=--max-semi-space-size=1", "-A", "--no-prompt"],
        ...[`--include=${directory}/worker.ts`, "--output", binary, main],
      ]);
      command = [binary];
    }
    await using program = new Program("empty program", command);
    await sleep(3_000);
    const pids = [program.pid];
    return [
      { name: "idle: RSS, MiB", value: await memoryMib(pids, "Rss") },
      { name: "idle: PSS, MiB", value: await memoryMib(pids, "Pss") },
    ].map((figure) => ({ ...figure, contender: "empty program" }));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
