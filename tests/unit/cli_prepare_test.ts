// In a process of its own: what is prepared cannot be taken back.

import { deepStrictEqual } from "node:assert/strict";
import { Program } from "../lab/program.ts";

Deno.test("a listener of ours stays where it is put", async () => {
  const { href } = new URL("../../src/cli/prepare.ts", import.meta.url);
  const script = `import { prepare } from "${href}"; prepare();
    console.log(Deno.env.get("DENO_SERVE_ADDRESS") ?? "none"); Deno.exit(0);`;
  const command = [Deno.execPath(), "eval", "--no-check", script];
  await using program = new Program("prepare", command, {
    env: { DENO_SERVE_ADDRESS: "tcp:127.0.0.1:9" },
  });
  await program.ended;
  deepStrictEqual(program.lines, ["none"]);
});
