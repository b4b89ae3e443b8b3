/**
 * More seeds than one waits for: those that `deno task test` does not reach.
 *
 * @module
 */

import { strictEqual } from "node:assert/strict";

const SEEDS = 100_000;
/** Behind those of tests/sim. */
const FIRST = 1_000_001;

Deno.test("all properties hold in the stories of 100,000 more seeds", async () => {
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--no-prompt", "tools/sim.ts"],
      ...["--seeds", `${SEEDS}`, "--from", `${FIRST}`],
    ],
    stdout: "inherit",
    stderr: "inherit",
  }).spawn().status;
  strictEqual(code, 0);
});
