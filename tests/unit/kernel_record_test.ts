import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { DiskRecord } from "../../src/kernel/linux/record_file.ts";
import { Failure } from "../../src/kernel/port.ts";

const LIMIT = 4 * 1024 * 1024;

function withDirectory(name: string, test: (directory: string) => void): void {
  Deno.test(name, () => {
    const directory = Deno.makeTempDirSync({ prefix: "alived-record-" });
    try {
      test(directory);
    } finally {
      Deno.removeSync(directory, { recursive: true });
    }
  });
}

function codeOf(result: unknown): string {
  ok(result instanceof Failure);
  return result.code;
}

withDirectory("DiskRecord reads what it wrote", (directory) => {
  const record = new DiskRecord(`${directory}/record`);
  strictEqual(record.read(), null);
  for (const text of ["", "a".repeat(10_000), "ä€😀".repeat(3_000), "b"]) {
    strictEqual(record.write(text), null);
    strictEqual(record.read(), text);
  }
  deepStrictEqual([...Deno.readDirSync(directory)].map(({ name }) => name), [
    "record",
  ]);
  strictEqual((Deno.statSync(`${directory}/record`).mode ?? 0) & 0o777, 0o600);
});

withDirectory("DiskRecord makes the directory", (directory) => {
  const path = `${directory}/a/b`;
  const record = new DiskRecord(`${path}/record`);
  strictEqual(record.write("text"), null);
  strictEqual(record.read(), "text");
  strictEqual((Deno.statSync(path).mode ?? 0) & 0o022, 0);
  // As an administrator may remove it under a running daemon.
  Deno.removeSync(`${directory}/a`, { recursive: true });
  strictEqual(record.read(), null);
  strictEqual(record.write("again"), null);
  strictEqual(record.read(), "again");
});

withDirectory(
  "DiskRecord says where there can be no directory",
  (directory) => {
    Deno.writeTextFileSync(`${directory}/file`, "");
    const record = new DiskRecord(`${directory}/file/record`);
    strictEqual(codeOf(record.write("text")), "ENOTDIR");
    strictEqual(codeOf(record.read()), "ENOTDIR");
  },
);

withDirectory("DiskRecord takes 4 MiB and no more", (directory) => {
  const path = `${directory}/record`;
  const record = new DiskRecord(path);
  const longest = "a".repeat(LIMIT);
  strictEqual(record.write(longest), null);
  strictEqual(record.read(), longest);
  strictEqual(codeOf(record.write(`${longest}a`)), "EFBIG");
  strictEqual(record.read(), longest);
  Deno.writeTextFileSync(path, `${longest}a`);
  const failure = record.read();
  strictEqual(codeOf(failure), "EINVAL");
  strictEqual(
    failure instanceof Failure ? failure.message : failure,
    `Cannot read "${path}": longer than 4194304 bytes (EINVAL)`,
  );
});

withDirectory("DiskRecord waits for nothing that is no file", (directory) => {
  const path = `${directory}/record`;
  const record = new DiskRecord(path);
  new Deno.Command("mkfifo", { args: [path] }).outputSync();
  const failure = record.read();
  strictEqual(
    failure instanceof Failure ? failure.message : failure,
    `Cannot read "${path}": not a regular file (EINVAL)`,
  );
  Deno.removeSync(path);
  Deno.mkdirSync(path);
  strictEqual(codeOf(record.read()), "EINVAL");
  strictEqual(codeOf(record.write("text")), "EISDIR");
  Deno.removeSync(path);
  Deno.symlinkSync("/etc/passwd", path);
  strictEqual(codeOf(record.read()), "ELOOP");
});

withDirectory(
  "DiskRecord believes nobody but root and its user",
  (directory) => {
    const path = `${directory}/record`;
    const record = new DiskRecord(path);
    record.write("text");
    for (const mode of [0o622, 0o602, 0o660]) {
      Deno.chmodSync(path, mode);
      const failure = record.read();
      strictEqual(
        failure instanceof Failure ? failure.message : failure,
        `Cannot read "${path}": others can write it (EACCES)`,
      );
    }
    Deno.chmodSync(path, 0o644);
    strictEqual(record.read(), "text");
    if (Deno.uid() !== 0) return;
    Deno.chownSync(path, 8112, 8112);
    const failure = record.read();
    strictEqual(
      failure instanceof Failure ? failure.message : failure,
      `Cannot read "${path}": belongs to user 8112 (EACCES)`,
    );
    // What it writes is its own again.
    strictEqual(record.write("more"), null);
    strictEqual(record.read(), "more");
  },
);

withDirectory("DiskRecord replaces what lies in its way", (directory) => {
  const path = `${directory}/record`;
  const elsewhere = `${directory}/elsewhere`;
  Deno.writeTextFileSync(elsewhere, "kept");
  Deno.symlinkSync(elsewhere, `${path}.new`);
  Deno.symlinkSync(elsewhere, path);
  const record = new DiskRecord(path);
  strictEqual(record.write("text"), null);
  strictEqual(record.read(), "text");
  strictEqual(Deno.readTextFileSync(elsewhere), "kept");
});
