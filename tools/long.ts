/**
 * Runs the tests that take longer than one waits for: `deno task long [NAME]`,
 * or those whose names contain NAME.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a command line tool

import { join } from "node:path";
import { obstacle } from "../tests/lab/namespace.ts";

if (import.meta.main) {
  Deno.chdir(join(import.meta.dirname ?? ".", ".."));
  const reason = await obstacle();
  if (reason !== null) console.error(reason);
  Deno.exitCode = reason === null ? await runLong(Deno.args.join(" ")) : 1;
}

/** @returns The exit code of `deno test`. */
async function runLong(name: string): Promise<number> {
  const filter = name === "" ? [] : ["--filter", name];
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--no-prompt", "tests/long", ...filter],
    stdout: "inherit",
    stderr: "inherit",
  }).spawn().status;
  return code;
}
