import { match, strictEqual } from "node:assert/strict";
import { distrust } from "../../src/kernel/trusted_directory.ts";

const ROOT = Deno.uid() === 0;

/** Do something in an empty directory of this user. */
function inScratch(name: string, test: (directory: string) => void): void {
  Deno.test(name, () => {
    const directory = Deno.makeTempDirSync({ prefix: "alived-trust-" });
    try {
      test(directory);
    } finally {
      Deno.removeSync(directory, { recursive: true });
    }
  });
}

inScratch("a directory of this user below a sticky one is trusted", (top) => {
  Deno.mkdirSync(`${top}/run`, { mode: 0o755 });
  strictEqual(distrust(`${top}/run`), null);
  strictEqual(distrust(`${top}//./run/../run/`), null);
  strictEqual(distrust("run"), '"run" must be an absolute path');
});

inScratch("a directory that others can write is not, sticky or not", (top) => {
  const run = `${top}/run`;
  Deno.mkdirSync(run);
  for (const mode of [0o777, 0o1777, 0o702]) {
    Deno.chmodSync(run, mode);
    strictEqual(
      distrust(run),
      `all users can write "${run}"; run chmod o-w "${run}"`,
    );
  }
  Deno.mkdirSync(`${run}/below`);
  Deno.chmodSync(run, 0o777);
  match(distrust(`${run}/below`) ?? "", /^all users can write ".*\/run"; /);
  Deno.chmodSync(run, 0o1777);
  strictEqual(distrust(`${run}/below`), null);
});

inScratch("a link of ours is followed to what it leads to", (top) => {
  Deno.mkdirSync(`${top}/open`);
  Deno.mkdirSync(`${top}/closed`);
  Deno.chmodSync(`${top}/open`, 0o777);
  Deno.symlinkSync("closed", `${top}/good`);
  Deno.symlinkSync(`${top}/open`, `${top}/bad`);
  Deno.symlinkSync("loop", `${top}/loop`);
  strictEqual(distrust(`${top}/good`), null);
  match(distrust(`${top}/bad`) ?? "", /^all users can write ".*\/open"; /);
  match(distrust(`${top}/loop`) ?? "", /has too many links$/);
});

inScratch("a file is no directory", (top) => {
  Deno.writeTextFileSync(`${top}/file`, "");
  strictEqual(distrust(`${top}/file`), `"${top}/file" is not a directory`);
});

Deno.test("a group that can write is not trusted, but for root's", {
  ignore: !ROOT,
}, () => {
  const top = Deno.makeTempDirSync();
  try {
    Deno.chmodSync(top, 0o770);
    strictEqual(distrust(top), null);
    Deno.chownSync(top, 0, 8112);
    Deno.chmodSync(top, 0o770);
    strictEqual(
      distrust(top),
      `group 8112 can write "${top}"; run chmod g-w "${top}"`,
    );
  } finally {
    Deno.removeSync(top, { recursive: true });
  }
});

Deno.test("directories and links of another user are not trusted", {
  ignore: !ROOT,
}, () => {
  const top = Deno.makeTempDirSync();
  try {
    Deno.mkdirSync(`${top}/theirs`);
    Deno.chownSync(`${top}/theirs`, 8112, 8112);
    Deno.mkdirSync(`${top}/theirs/ours`);
    Deno.mkdirSync(`${top}/ours`);
    Deno.symlinkSync("ours", `${top}/link`);
    new Deno.Command("chown", { args: ["-h", "8112", `${top}/link`] })
      .outputSync();
    const remedy = (path: string): string =>
      `"${path}" belongs to user 8112; run chown -h root "${path}"`;
    strictEqual(distrust(`${top}/theirs`), remedy(`${top}/theirs`));
    strictEqual(distrust(`${top}/theirs/ours`), remedy(`${top}/theirs`));
    strictEqual(distrust(`${top}/link`), remedy(`${top}/link`));
    strictEqual(distrust(`${top}/ours`), null);
    // The directory is that user's own when it is the daemon's.
    Deno.chmodSync(top, 0o755);
    strictEqual(distrust(`${top}/theirs`, 8112), null);
  } finally {
    Deno.removeSync(top, { recursive: true });
  }
});
