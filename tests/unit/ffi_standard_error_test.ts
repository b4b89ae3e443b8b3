// A line on standard error that waits for no reader.

import { deepStrictEqual } from "node:assert/strict";
import { Program } from "../lab/program.ts";
import { testedDeno } from "../lab/tested_deno.ts";

const { href } = new URL("../../ffi/standard_error.ts", import.meta.url);
const SCRIPT = `import { writeStandardError } from "${href}";
  writeStandardError("a line"); console.log("went on"); Deno.exit(0);`;

/** Run the script below bash, which puts something in place of its stderr. */
async function linesOf(bash: string): Promise<readonly string[]> {
  const deno = [testedDeno(), "eval", "--no-check", SCRIPT];
  await using program = new Program("complains", [
    ...["bash", "-c", `${bash}; "$@"`, "bash", ...deno],
  ]);
  await program.waitFor((line) => line === "went on", { what: "its end" });
  await program.ended;
  return program.lines.toSorted();
}

Deno.test("a pipe that is read gets the line", async () => {
  deepStrictEqual(await linesOf(":"), ["a line", "went on"]);
});

Deno.test("a full pipe does not get it, and nobody waits", async () => {
  const full = "exec 2> >(exec sleep 4 > /dev/null); " +
    "head -c 65536 /dev/zero >&2";
  deepStrictEqual(await linesOf(full), ["went on"]);
});

Deno.test("a file gets it where the others write", async () => {
  const file = await Deno.makeTempFile();
  await linesOf(`exec 2> ${file}; echo before >&2`);
  const written = await Deno.readTextFile(file);
  await Deno.remove(file);
  deepStrictEqual(written, "before\na line\n");
});
