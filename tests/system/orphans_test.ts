/**
 * The daemon as process 1, as in a container without an init.
 *
 * @module
 */

import { ok, strictEqual } from "node:assert/strict";
import { Alived } from "../lab/alived.ts";
import { openPair } from "../lab/pair.ts";
import { until } from "../lab/wait.ts";

/** In a namespace of its own, from a shell that left it a process. */
const AS_PROCESS_1 = [
  ...["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"],
  ...["sh", "-c", 'sleep 600 & exec "$@"', "sh"],
];

/** The children of a process, those of all its threads. */
async function childrenOf(pid: number): Promise<number[]> {
  const threads = `/proc/${pid}/task`;
  const children: number[] = [];
  for await (const { name } of Deno.readDir(threads)) {
    const text = await Deno.readTextFile(`${threads}/${name}/children`);
    children.push(...text.split(" ").filter(Boolean).map(Number));
  }
  return children;
}

Deno.test("process 1 buries orphans before it ever ran a script", async () => {
  await using pair = await openPair();
  const { a } = pair;
  const alived = await Alived.start(a, { version: 3, interval: 0.1 }, {
    through: AS_PROCESS_1,
  });
  await alived.waitForState("MASTER");
  const [first] = await childrenOf(alived.program.pid);
  ok(first !== undefined, "it is not process 1 of a namespace");
  const [orphan] = await childrenOf(first);
  // A signal to process 0 would be one to these tests.
  ok(orphan !== undefined, "it was left no process");
  Deno.kill(orphan, "SIGKILL");
  await until(async () => (await childrenOf(first)).length === 0, {
    what: "the burial",
  });
  Deno.kill(first, "SIGTERM");
  strictEqual((await alived.program.ended).code, 0);
});
