/**
 * Makes build/release: `deno task release`. A program for each target, the
 * install scripts, and SHA256SUMS over all of them.
 *
 * What cannot be made is named, with the reason, and the exit status is 1.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a command line tool

import { createHash } from "node:crypto";
import { join } from "node:path";

const TARGETS = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
];

const SCRIPTS = ["install.sh", "uninstall.sh"];

const ROOT = join(import.meta.dirname ?? ".", "..");
const OUTPUT = join(ROOT, "build", "release");

if (import.meta.main) {
  const problems = await release();
  for (const problem of problems) console.error(problem);
  Deno.exit(problems.length === 0 ? 0 : 1);
}

/** @returns What is wrong with the release, one line each. */
async function release(): Promise<string[]> {
  if (Deno.env.has("DENORT_BIN")) {
    return ["Cannot release with DENORT_BIN: it is the runtime of one target"];
  }
  await Deno.remove(OUTPUT, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  await Deno.mkdir(OUTPUT, { recursive: true });
  const problems: string[] = [];
  for (const target of TARGETS) {
    const problem = await compile(target);
    if (problem !== null) problems.push(`alived-${target}: ${problem}`);
  }
  for (const script of SCRIPTS) {
    await Deno.copyFile(
      join(ROOT, "deployment", script),
      join(OUTPUT, script),
    );
  }
  const sums = await checksums(OUTPUT);
  await Deno.writeTextFile(join(OUTPUT, "SHA256SUMS"), sums);
  console.log(`\n${OUTPUT}:\n${sums}`);
  return problems;
}

/** @returns What is wrong with the program for a target, or null. */
async function compile(target: string): Promise<string | null> {
  const binary = join(OUTPUT, `alived-${target}`);
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--no-prompt", join(ROOT, "tools/compile.ts")],
      ...["--target", target, "--output", binary],
    ],
    stdout: "inherit",
    stderr: "piped",
  }).output();
  if (!success) return new TextDecoder().decode(stderr).trim();
  return target === Deno.build.target ? await developmentBuild(binary) : null;
}

/** Whether a program runs on another Deno than the one that compiled it. */
async function developmentBuild(binary: string): Promise<string | null> {
  const { stdout } = await new Deno.Command(binary, { args: ["--version"] })
    .output();
  const version = new TextDecoder().decode(stdout).trim();
  return version.includes(`(deno ${Deno.version.deno},`)
    ? null
    : `is a development build, not to be published: ${version}`;
}

/** The text of SHA256SUMS, as sha256sum(1) writes and checks it. */
async function checksums(directory: string): Promise<string> {
  const entries = await Array.fromAsync(Deno.readDir(directory));
  const lines: string[] = [];
  for (const name of entries.map(({ name }) => name).sort()) {
    const bytes = await Deno.readFile(join(directory, name));
    const sum = createHash("sha256").update(bytes).digest("hex");
    lines.push(`${sum}  ${name}\n`);
  }
  return lines.join("");
}
