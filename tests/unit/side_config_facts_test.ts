import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { ConfigFacts } from "../../src/daemon/side/config_facts.ts";

/** Of `abc` (FIPS 180-2, B.1), and of nothing. */
const ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const EMPTY =
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** Run a test with a file that says `abc`. */
async function withFile(body: (path: string) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempFile({ prefix: "alived-facts-" });
  try {
    await Deno.writeTextFile(path, "abc");
    await body(path);
  } finally {
    await Deno.remove(path, { recursive: true }).catch(() => {});
  }
}

const BYTES = new TextEncoder().encode("abc");

Deno.test("a configuration is known by the bytes that were read", async () => {
  await withFile(async (path) => {
    const facts = new ConfigFacts(path, BYTES, 5);
    deepStrictEqual(await facts.status(), {
      ...{ path, loaded: 5, sha256: ABC, isChanged: false },
      ...{ reloadedAt: 5, isApplied: true },
    });
  });
});

Deno.test("a file that says something else has changed, and may change back", async () => {
  await withFile(async (path) => {
    const facts = new ConfigFacts(path, BYTES, 5);
    const isChanged = async (): Promise<boolean | null> =>
      (await facts.status()).isChanged;
    await Deno.writeTextFile(path, "abd");
    // Of the same length, within the same tick of the clock maybe.
    await Deno.utime(path, 1, 1);
    strictEqual(await isChanged(), true);
    await Deno.writeTextFile(path, "abc");
    await Deno.utime(path, 2, 2);
    strictEqual(await isChanged(), false);
    // Another file that says the same is as good.
    await Deno.writeTextFile(`${path}.new`, "abc");
    await Deno.rename(`${path}.new`, path);
    strictEqual(await isChanged(), false);
    await Deno.truncate(path, 1024 * 1024 + 1);
    strictEqual(await isChanged(), true);
  });
});

Deno.test("whether a file has changed that cannot be read is not known", async () => {
  await withFile(async (path) => {
    const facts = new ConfigFacts(path, BYTES, 5);
    await Deno.remove(path);
    strictEqual((await facts.status()).isChanged, null);
    await Deno.mkdir(path);
    strictEqual((await facts.status()).isChanged, null);
  });
});

Deno.test("a reload that is refused leaves what is in force, and is told of", async () => {
  await withFile(async (path) => {
    const facts = new ConfigFacts(path, new Uint8Array(), 5);
    facts.refused(7);
    deepStrictEqual(await facts.status(), {
      ...{ path, loaded: 5, sha256: EMPTY, isChanged: true },
      ...{ reloadedAt: 7, isApplied: false },
    });
    facts.applied(BYTES, 9);
    deepStrictEqual(await facts.status(), {
      ...{ path, loaded: 9, sha256: ABC, isChanged: false },
      ...{ reloadedAt: 9, isApplied: true },
    });
  });
});
