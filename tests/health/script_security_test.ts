import { match, strictEqual } from "node:assert/strict";
import { insecurePath } from "../../src/kernel/script_security.ts";

/** A directory that only root can write, all the way up; then it is gone. */
async function inDirectory(
  use: (directory: string) => void | Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir({ dir: "/root" });
  try {
    await use(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function makeProgram(path: string): void {
  Deno.writeTextFileSync(path, "#!/bin/sh\n");
  Deno.chmodSync(path, 0o755);
}

/** Only root can make files that are another's. */
function rootTest(
  name: string,
  use: (directory: string) => void | Promise<void>,
): void {
  const ignore = Deno.uid() !== 0;
  Deno.test({ name, ignore, fn: () => inDirectory(use) });
}

rootTest("insecurePath() is content with what is root's alone", (dir) => {
  makeProgram(`${dir}/a`);
  strictEqual(insecurePath(`${dir}/a`), null);
  strictEqual(insecurePath("/bin/sh"), null);
});

rootTest("insecurePath() names a program that all can write", (dir) => {
  makeProgram(`${dir}/a`);
  Deno.chmodSync(`${dir}/a`, 0o757);
  strictEqual(
    insecurePath(`${dir}/a`),
    `Cannot run "${dir}/a": all users can write "${dir}/a"; ` +
      `run chmod o-w "${dir}/a", or move the program`,
  );
});

rootTest("insecurePath() names a directory that a group can write", (dir) => {
  Deno.mkdirSync(`${dir}/b`);
  makeProgram(`${dir}/b/a`);
  Deno.chownSync(`${dir}/b`, 0, 12);
  Deno.chmodSync(`${dir}/b`, 0o775);
  strictEqual(
    insecurePath(`${dir}/b/a`),
    `Cannot run "${dir}/b/a": group 12 can write "${dir}/b"; ` +
      `run chmod g-w "${dir}/b"`,
  );
});

rootTest("insecurePath() names a directory of another user", (dir) => {
  Deno.mkdirSync(`${dir}/b`);
  makeProgram(`${dir}/b/a`);
  Deno.chownSync(`${dir}/b`, 1234, 0);
  strictEqual(
    insecurePath(`${dir}/b/a`),
    `Cannot run "${dir}/b/a": "${dir}/b" belongs to user 1234; ` +
      `run chown root "${dir}/b"`,
  );
  strictEqual(insecurePath(`${dir}/b/a`, 1234), null);
});

rootTest("insecurePath() follows links part by part", (dir) => {
  Deno.mkdirSync(`${dir}/open`);
  Deno.mkdirSync(`${dir}/shut`);
  Deno.chmodSync(`${dir}/open`, 0o1777);
  makeProgram(`${dir}/shut/a`);
  // The program is safe, but its link passes through a place that is not.
  Deno.symlinkSync("../shut", `${dir}/open/link`);
  Deno.symlinkSync(`${dir}/open/link/a`, `${dir}/a`);
  match(insecurePath(`${dir}/a`) ?? "", /all users can write "[^"]*\/open"/);
  Deno.removeSync(`${dir}/a`);
  Deno.symlinkSync("./shut/../shut//a", `${dir}/a`);
  strictEqual(insecurePath(`${dir}/a`), null);
});

rootTest("insecurePath() ends in a circle of links", (dir) => {
  Deno.symlinkSync("a", `${dir}/a`);
  strictEqual(insecurePath(`${dir}/a`), null);
});

Deno.test("insecurePath() wants an absolute path", () => {
  strictEqual(
    insecurePath("check"),
    'Cannot run "check": must be an absolute path',
  );
});
