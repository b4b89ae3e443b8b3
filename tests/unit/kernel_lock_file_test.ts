import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { type LockAttempt, lockFile } from "../../ffi/lock_file.ts";
import { processOf } from "../../src/kernel/lock_holder.ts";

/** Do something with the path of a lock in an empty directory. */
function withLock(name: string, test: (path: string) => void): void {
  Deno.test(name, () => {
    const directory = Deno.makeTempDirSync({ prefix: "alived-lock-" });
    try {
      test(`${directory}/alived.pid`);
    } finally {
      Deno.removeSync(directory, { recursive: true });
    }
  });
}

function take(path: string, replace = false): LockAttempt {
  return lockFile(path, "17\n", replace);
}

function release(attempt: LockAttempt): void {
  ok(attempt.type === "locked");
  attempt.lock[Symbol.dispose]();
}

withLock("a lock file is private, and says who has it", (path) => {
  const attempt = take(path);
  strictEqual(Deno.readTextFileSync(path), "17\n");
  strictEqual((Deno.statSync(path).mode ?? 0) & 0o7777, 0o600);
  const second = take(path);
  ok(second.type === "held" && second.isFit);
  strictEqual(second.status.inode, BigInt(Deno.statSync(path).ino ?? 0));
  strictEqual(second.status.uid, Deno.uid());
  release(attempt);
  release(take(path));
});

withLock("a lock file that others may read is replaced", (path) => {
  for (const mode of [0o644, 0o604, 0o640, 0o622]) {
    Deno.writeTextFileSync(path, "9\n");
    Deno.chmodSync(path, mode);
    using before = Deno.openSync(path);
    const attempt = take(path);
    // Whoever has it open can lock that one for ever.
    strictEqual(before.statSync().nlink, 0, mode.toString(8));
    strictEqual((Deno.statSync(path).mode ?? 0) & 0o7777, 0o600);
    release(attempt);
  }
});

withLock("whoever holds the lock of such a file keeps nobody out", (path) => {
  const old = take(path);
  Deno.chmodSync(path, 0o644);
  const asked = take(path);
  ok(asked.type === "held" && !asked.isFit);
  const replaced = take(path, true);
  strictEqual((Deno.statSync(path).mode ?? 0) & 0o7777, 0o600);
  // The other file is another lock.
  const again = take(path);
  ok(again.type === "held" && again.isFit);
  release(old);
  strictEqual(take(path).type, "held");
  release(replaced);
});

withLock("what is no file is replaced, but for a directory", (path) => {
  const elsewhere = `${path}.elsewhere`;
  Deno.writeTextFileSync(elsewhere, "kept");
  Deno.symlinkSync(elsewhere, path);
  release(take(path));
  strictEqual(Deno.lstatSync(path).isFile, true);
  strictEqual(Deno.readTextFileSync(elsewhere), "kept");
  Deno.removeSync(path);
  new Deno.Command("mkfifo", { args: [path] }).outputSync();
  release(take(path));
  strictEqual(Deno.lstatSync(path).isFile, true);
  Deno.removeSync(path);
  Deno.mkdirSync(path);
  throws(() => take(path), { code: "EISDIR" });
});

Deno.test("a process is alived by its program and its user, not by its name alone", async () => {
  // The side asks for itself and for others alike.
  const self = processOf(Deno.pid);
  strictEqual(self?.isAlived, true);
  strictEqual(self.pid, Deno.pid);
  const child = new Deno.Command("sleep", { args: ["60"] }).spawn();
  try {
    deepStrictEqual(processOf(child.pid)?.isAlived, false);
  } finally {
    child.kill();
    await child.status;
  }
  strictEqual(processOf(0), null);
  strictEqual(processOf(4_194_305), null);
});
