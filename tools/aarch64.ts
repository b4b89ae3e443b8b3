/**
 * Runs the program as aarch64 has it, by emulation: `deno task aarch64`. First
 * the C headers of both architectures are asked for every number that the
 * sources have from them (`--update` writes down what they say), then tests run
 * in Deno for aarch64, and with daemons that do.
 *
 * The last line is the count.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a command line tool

import { deepStrictEqual } from "node:assert/strict";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { obstacle } from "../tests/lab/namespace.ts";
import { expressionsOf, readFacts, writeFacts } from "./headers/checked_in.ts";
import { compileFacts, COMPILERS } from "./headers/compile.ts";
import { ARCHITECTURES } from "./headers/facts.ts";
import { obtain, type Pin } from "./npm.ts";
import { installMissing, type Needs } from "./packages.ts";
import { add, type Count, runTests } from "./run_tests.ts";

const ROOT = new URL("../", import.meta.url);
const EMULATOR = "qemu-aarch64-static";
const LIBRARIES = "/usr/aarch64-linux-gnu";

const NEEDED: Needs = {
  [COMPILERS.x86_64]: "gcc",
  "/usr/include/stdio.h": "libc6-dev",
  [COMPILERS.aarch64]: "gcc-aarch64-linux-gnu",
  [`${LIBRARIES}/include/stdio.h`]: "libc6-dev-arm64-cross",
  [EMULATOR]: "qemu-user-static",
  [`${LIBRARIES}/lib/libc.so.6`]: "libc6-arm64-cross",
  [`${LIBRARIES}/lib/libgcc_s.so.1`]: "libgcc-s1-arm64-cross",
};

/** Deno of the version that the tests run in, for aarch64. */
const DENO: Pin = {
  name: "deno-2.9.6-aarch64",
  spec: "@deno/linux-arm64-glibc@2.9.6",
  member: "package/deno",
  size: 84_905_856,
  sha256: "d08d392418df53f4e6e88a08909c0e1bccbf9adcead7232df72b6ad6075ec416",
};

const TEST = ["test", "-A", "--no-prompt", "--no-check", "--cached-only"];

/** Tests of ffi, wire and kernel, which run in the emulator themselves. */
const EMULATED = ["ffi_", "kernel_", "wire_"];

/** Tests that run here, and start what they test in the emulator. */
const AROUND = [
  "tests/system/kernel_lock_test.ts",
  "tests/aarch64",
];

if (import.meta.main) {
  Deno.chdir(join(import.meta.dirname ?? ".", ".."));
  const { values } = parseArgs({
    options: { update: { type: "boolean", default: false } },
  });
  const reason = await installMissing(NEEDED) ??
    await obstacle([EMULATOR, ...Object.values(COMPILERS)]);
  if (reason !== null) console.error(reason);
  const { passed, failed } = reason === null
    ? await runAll(values.update)
    : { passed: 0, failed: 1 };
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0) Deno.exitCode = 1;
}

async function runAll(update: boolean): Promise<Count> {
  let sum: Count = { passed: 0, failed: 0 };
  for (const arch of ARCHITECTURES) {
    sum = add(sum, await askHeaders(arch, update));
  }
  const deno = await makeEmulated();
  const env = { ALIVED_DENO: deno, ALIVED_PATIENCE: "20" };
  const unit = emulatedTests();
  console.log(`\nIn the emulator: ${unit.join(" ")}`);
  sum = add(sum, await runTests([...TEST, ...unit], { deno, env }));
  console.log(`\nAround the emulator: ${AROUND.join(" ")}`);
  return add(sum, await runTests([...TEST, ...AROUND], { env }));
}

function emulatedTests(): string[] {
  return [...Deno.readDirSync("tests/unit")]
    .map(({ name }) => name)
    .filter((name) =>
      name.endsWith("_test.ts") &&
      EMULATED.some((start) => name.startsWith(start))
    )
    .map((name) => `tests/unit/${name}`)
    .sort();
}

/** Compare what the headers of an architecture say with what is checked in. */
async function askHeaders(
  arch: typeof ARCHITECTURES[number],
  update: boolean,
): Promise<Count> {
  const expressions = expressionsOf(ROOT, arch);
  try {
    const facts = await compileFacts(expressions, arch);
    if (update) writeFacts(ROOT, arch, facts);
    deepStrictEqual(readFacts(ROOT, arch), facts);
    console.log(`Headers of ${arch}: ${expressions.length} numbers as here`);
    return { passed: 1, failed: 0 };
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    console.error(`Headers of ${arch}: ${words}`);
    return { passed: 0, failed: 1 };
  }
}

/**
 * Make a command that is Deno for aarch64. What it compiles and caches is kept
 * apart, since code that V8 has cached is of one architecture.
 *
 * @returns Its path.
 */
async function makeEmulated(): Promise<string> {
  const program = await obtain(DENO);
  const directory = join(Deno.cwd(), "build/aarch64");
  const cache = join(directory, "cache");
  const path = join(directory, "deno");
  await Deno.mkdir(cache, { recursive: true });
  await Deno.writeTextFile(
    path,
    "#!/bin/sh\n" +
      `DENO_DIR='${cache}' exec ${EMULATOR} -L ${LIBRARIES} '${program}' "$@"\n`,
  );
  await Deno.chmod(path, 0o755);
  // Packages are of no architecture: this Deno fetches them, which is quicker.
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["install", "--quiet"],
    env: { DENO_DIR: cache },
  }).output();
  if (!success) throw new Error("Cannot fetch the packages of deno.json");
  return path;
}
