/**
 * The run directory and what may lie in it in place of alived's files.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { Alived, runDirectoryOf } from "../lab/alived.ts";
import type { Host } from "../lab/lab.ts";
import { openPair } from "../lab/pair.ts";
import { noScripts } from "../lab/real_root.ts";
import { VIP } from "../lab/router.ts";
import { PATIENCE, until } from "../lab/wait.ts";

const FAST = { version: 3, interval: 0.1 } as const;

const OBSTACLES: readonly (readonly [string, readonly string[], RegExp])[] = [
  ["a FIFO", ["mkfifo"], /: not a regular file \(EINVAL\): taken for an empty/],
  ["a directory", ["mkdir"], /: not a regular file \(EINVAL\): taken for an/],
  [
    "3 GiB of nothing",
    ["truncate", "--size=3G"],
    /: longer than 4194304 bytes/,
  ],
];

for (const [what, command, words] of OBSTACLES) {
  Deno.test(`${what} in place of the record is an empty record and a warning`, async () => {
    await using pair = await openPair();
    const { a } = pair;
    const record = `${runDirectoryOf(a)}/addresses.json`;
    await Deno.mkdir(runDirectoryOf(a), { mode: 0o755 });
    await a.exec(...command, record);
    const alived = await Alived.start(a, FAST);
    await alived.waitForState("MASTER");
    const [warning] = alived.events().filter(({ level }) =>
      level === "warning"
    );
    match(warning?.message ?? "", words);
    ok(await a.holds(VIP));
    strictEqual(await alived.stop(), 0);
    deepStrictEqual(await a.addresses(), ["192.0.2.1/24"]);
  });
}

/** What a daemon says that does not start in a directory. */
async function refusal(host: Host, runDirectory: string): Promise<string> {
  const alived = await Alived.start(host, FAST, { runDirectory });
  strictEqual(await alived.program.endsWithin(PATIENCE), 1);
  return alived.program.lines.join("\n");
}

Deno.test("a run directory that others can change is refused with the remedy", async () => {
  await using pair = await openPair();
  const { a } = pair;
  const open = `${a.directory}/open`;
  await Deno.mkdir(open);
  await Deno.chmod(open, 0o777);
  await Deno.symlink(open, `${a.directory}/link`);
  for (const path of [open, `${open}/below`, `${a.directory}/link`]) {
    match(await refusal(a, path), /all users can write .*; run chmod o-w /);
  }
  strictEqual((await a.exec("ls", open)).trim(), "below");
});

const skip = await noScripts();

Deno.test("so is one of another user, and a link of another user", {
  ignore: skip !== null,
}, async () => {
  await using pair = await openPair();
  const { a } = pair;
  const theirs = `${a.directory}/theirs`;
  const ours = `${a.directory}/ours`;
  await Deno.mkdir(theirs);
  await Deno.mkdir(ours);
  await Deno.symlink(ours, `${a.directory}/link`);
  await a.exec("chown", "-h", "8112", theirs, `${a.directory}/link`);
  for (const path of [theirs, `${a.directory}/link`]) {
    match(await refusal(a, path), /belongs to user 8112; run chown -h root /);
  }
});

Deno.test("a link in place of a file leads nowhere else", async () => {
  await using pair = await openPair();
  const { a } = pair;
  const directory = runDirectoryOf(a);
  const elsewhere = `${a.directory}/elsewhere`;
  await Deno.mkdir(directory, { mode: 0o755 });
  await Deno.writeTextFile(elsewhere, "kept");
  for (const name of ["alived.pid", "addresses.json.new"]) {
    await Deno.symlink(elsewhere, `${directory}/${name}`);
  }
  await Deno.link(elsewhere, `${directory}/addresses.json`);
  const alived = await Alived.start(a, FAST);
  await alived.waitForState("MASTER");
  await until(async () => {
    const text = await Deno.readTextFile(`${directory}/addresses.json`);
    return text.includes(VIP);
  }, { what: "the record" });
  strictEqual(await alived.stop(), 0);
  strictEqual(await Deno.readTextFile(elsewhere), "kept");
});
