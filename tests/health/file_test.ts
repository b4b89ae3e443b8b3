import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import type { FileProbe } from "../../src/config/settings/check.ts";
import { run, timed } from "./loopback.ts";

async function withFile(
  text: string,
  use: (path: string) => Promise<void>,
): Promise<void> {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(path, text);
    await use(path);
  } finally {
    await Deno.remove(path);
  }
}

function file(path: string, rest: Partial<FileProbe> = {}): FileProbe {
  return { type: "file", path, maxAge: null, number: false, ...rest };
}

Deno.test("a file probe succeeds by a file", async () => {
  await withFile("rubbish", async (path) => {
    deepStrictEqual(await run(file(path)), {
      ok: true,
      detail: `"${path}" exists`,
    });
  });
});

Deno.test("a file probe fails by none", async () => {
  const result = await run(file("/nonexistent/file"));
  strictEqual(result.ok, false);
  match(result.detail, /^".*nonexistent.*" does not exist$/);
});

Deno.test("a file probe fails by a directory", async () => {
  deepStrictEqual(await run(file("/etc")), {
    ok: false,
    detail: '"/etc" is not a file',
  });
});

Deno.test("a file probe does not wait for a pipe", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const path = `${directory}/pipe`;
    await new Deno.Command("mkfifo", { args: [path] }).output();
    const { result } = await timed(file(path), 500);
    deepStrictEqual(result, { ok: false, detail: `"${path}" is not a file` });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("a file probe fails by an old file", async () => {
  await withFile("", async (path) => {
    const probe = file(path, { maxAge: 60_000 });
    strictEqual((await run(probe)).ok, true);
    const then = new Date(Date.now() - 90_000);
    await Deno.utime(path, then, then);
    deepStrictEqual(await run(probe), {
      ok: false,
      detail: `"${path}" is 90 s old`,
    });
    const later = new Date(Date.now() + 90_000);
    await Deno.utime(path, later, later);
    strictEqual((await run(probe)).ok, true);
  });
});

const numbers: readonly (readonly [string, number | undefined])[] = [
  ["0", 0],
  ["-12\n", -12],
  ["  +7 \n", 7],
  ["", undefined],
  ["1.5", undefined],
  ["0x10", undefined],
  ["1 2", undefined],
  ["12345678901234567890", undefined],
];

for (const [text, value] of numbers) {
  Deno.test(`a file probe reads the number ${JSON.stringify(text)}`, async () => {
    await withFile(text, async (path) => {
      const result = await run(file(path, { number: true }));
      strictEqual(result.ok, value !== undefined);
      strictEqual(result.value, value);
    });
  });
}
