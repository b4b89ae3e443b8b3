/**
 * What an empty program with one empty Worker takes, made like alived: less
 * than that is out of reach.
 *
 * @module
 */

import { Program, run } from "../../../tests/lab/program.ts";
import { sleep } from "../../../tests/lab/wait.ts";
import { V8_FLAGS } from "../../compile.ts";
import { fallbackToolchain } from "../../denort.ts";
import type { Part, Row } from "../part.ts";
import { memoryMib } from "../process.ts";

const MAIN = `
  new Worker(import.meta.resolve("./worker.ts"), { type: "module" });
  setInterval(() => {}, 1_000_000);
`;
const WORKER = "setInterval(() => {}, 1_000_000);\n";
/** Milliseconds until it has started. */
const SETTLING = 3_000;

const RSS: Row = { name: "an empty program of the runtime: RSS", unit: "MiB" };
const PSS: Row = { name: "an empty program of the runtime: PSS", unit: "MiB" };

/** Memory of the empty program. */
export const EMPTY_PROGRAM: Part = {
  ...{ name: "empty program", rows: [RSS, PSS], alivedAlone: true },
  measure: async () => {
    const directory = await Deno.makeTempDir({ prefix: "alived-bench-" });
    try {
      await Deno.writeTextFile(`${directory}/main.ts`, MAIN);
      await Deno.writeTextFile(`${directory}/worker.ts`, WORKER);
      const command = await make(directory);
      await using program = new Program("empty program", command);
      await sleep(SETTLING);
      return [
        [RSS, await memoryMib([program.pid])],
        [PSS, await memoryMib([program.pid], "Pss")],
      ];
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
};

/** Compile it with what made alived; a run from source is one of it. */
async function make(directory: string): Promise<string[]> {
  const main = `${directory}/main.ts`;
  const flags = `--v8-flags=${V8_FLAGS.join(",")}`;
  const alived = Deno.env.get("ALIVED_BIN");
  if (alived === undefined) {
    return [Deno.execPath(), "run", flags, "-A", "--no-prompt", main];
  }
  const version = await run([alived, "--version"]);
  const own = version.includes(`deno ${Deno.version.deno}`);
  const { deno, denort } = own
    ? { deno: Deno.execPath(), denort: null }
    : await fallbackToolchain();
  const binary = `${directory}/empty`;
  await run([
    ...["env", ...denort === null ? [] : [`DENORT_BIN=${denort}`]],
    ...[deno, "compile", "--quiet", "--no-code-cache", "--no-check", flags],
    ...["-A", "--no-prompt", `--include=${directory}/worker.ts`],
    ...["--output", binary, main],
  ]);
  return [binary];
}
