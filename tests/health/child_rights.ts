/**
 * Runs a program as alived does and prints what it wrote: a program of its own,
 * so that a test can start it with other rights.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a command line tool

import { runCommand, tendOrphans } from "../../src/kernel/child.ts";

const [uid = "", ...command] = Deno.args;
const user = uid === "-" ? null : { uid: Number(uid), gid: Number(uid) };
const run = (): ReturnType<typeof runCommand> =>
  runCommand(command, { timeout: 10_000, user, environment: {} });
tendOrphans();
const { outcome, output } = await run();
console.log(`${outcome}\n${output.trimEnd()}`);
if (Deno.pid === 1) {
  // What it left behind ends now, and is buried.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const zombies = Array.from(Deno.readDirSync("/proc"), ({ name }) => name)
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => Deno.readTextFileSync(`/proc/${pid}/stat`))
    .filter((stat) => / Z /.test(stat));
  console.log(`${zombies.length} zombies`);
  const again = await run();
  console.log(again.outcome);
}
const score = Deno.readTextFileSync("/proc/self/oom_score_adj").trim();
console.log(`score ${score}`);
Deno.exit(0);
