/**
 * Makes ./alived: `deno task compile [--output FILE] [--target TARGET]`.
 *
 * The npm dependencies are bundled first, one module each: embedded as they
 * are they cost 8 MB and 50 ms at every start. Our own modules stay as they
 * are, so that stack traces name our lines.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a command line tool

import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { fallbackToolchain } from "./denort.ts";

/** The npm packages that the program may import when it runs. */
const DEPENDENCIES = [
  "@commander-js/extra-typings",
  "nodemailer",
  "re2js",
  "valibot",
  "yaml",
];

/** The Worker that no import statement names. */
const WORKER = "src/daemon/core_worker.ts";

/** The files of `src/control/page.ts`. */
const PAGE = "src/control/page";

/** The files of `src/cli/embedded.ts`. */
const EMBEDDED = [
  "deployment/COMPATIBILITY.md",
  "deployment/alived.init",
  "deployment/alived.service",
  "deployment/config.yaml",
  "deployment/realtime.conf",
  "deployment/script_user.conf",
  "deployment/unprivileged.conf",
];

/**
 * A small semi-space keeps collections short. Without the middle compiler the
 * program takes 2 MiB less, and its loops are short or hot.
 */
export const V8_FLAGS = ["--max-semi-space-size=1", "--no-maglev"];

/** How long to wait for the download of Deno's own runtime, in ms. */
const DOWNLOAD_TIMEOUT = 120_000;

const ROOT = join(import.meta.dirname ?? ".", "..");
const BUILD = join(ROOT, "build");

if (import.meta.main) {
  try {
    await compile(Deno.args.filter((arg) => arg !== "--"));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exitCode = 1;
  }
}

async function compile(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      output: { type: "string", default: join(ROOT, "alived") },
      target: { type: "string", default: Deno.build.target },
    },
  });
  const { target } = values;
  const binary = resolve(values.output);

  await run(Deno.execPath(), ["check", "--quiet", "main.ts", WORKER]);
  const config = await vendor();
  await embed(config, binary, target);

  const { size } = await Deno.stat(binary);
  console.log(`${binary}: ${(size / 1e6).toFixed(1)} MB`);
  if (target === Deno.build.target) await run(binary, ["--version"]);
}

/**
 * Bundle each dependency.
 *
 * @returns Path of a configuration that maps their names to the bundles.
 */
async function vendor(): Promise<string> {
  const directory = join(BUILD, "vendor");
  await Deno.mkdir(directory, { recursive: true });
  const imports: Record<string, string> = {};
  for (const name of DEPENDENCIES) {
    const file = name.replace("@", "").replace("/", "_");
    const entry = join(directory, `${file}.entry.ts`);
    const bundle = join(directory, `${file}.js`);
    // By name, because "export *" finds nothing in a CommonJS package.
    const names = Object.keys(await import(name)).filter(isIdentifier);
    await Deno.writeTextFile(
      entry,
      `export { ${names.join(", ")} } from "${name}";\n`,
    );
    await run(Deno.execPath(), ["bundle", "--quiet", entry, "-o", bundle]);
    imports[name] = `./vendor/${file}.js`;
  }
  const config = join(BUILD, "deno.json");
  await Deno.writeTextFile(
    config,
    JSON.stringify({ nodeModulesDir: "none", imports }, null, 2) + "\n",
  );
  return config;
}

function isIdentifier(name: string): boolean {
  return /^[A-Za-z$][\w$]*$/.test(name) && name !== "default";
}

/**
 * Compile with the running Deno and its own runtime, or, where that cannot be
 * downloaded, with the fallback, which there is for this machine only.
 */
async function embed(
  config: string,
  binary: string,
  target: string,
): Promise<void> {
  const args = [
    "compile",
    "--quiet",
    `--config=${config}`,
    "--no-lock",
    "--no-check",
    // The cache would be a file of code under a predictable name in /tmp.
    "--no-code-cache",
    // Shorter pauses of the garbage collector: 0.4 ms instead of 1.3.
    `--v8-flags=${V8_FLAGS.join(",")}`,
    "--allow-all",
    "--no-prompt",
    ...[WORKER, PAGE, ...EMBEDDED].map((file) => `--include=${file}`),
    `--target=${target}`,
    `--output=${binary}`,
    "main.ts",
  ];
  if (Deno.env.has("DENORT_BIN")) return await run(Deno.execPath(), args);

  const own = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT),
  }).output();
  if (own.success) return;
  const errors = new TextDecoder().decode(own.stderr).trim().split("\n");
  const reason = errors.find((line) => line.includes("://")) ?? errors[0] ?? "";

  if (target !== Deno.build.target) {
    throw new Error(`Cannot compile for ${target}: ${reason.trim()}`);
  }
  const { version, deno, denort } = await fallbackToolchain();
  console.log(
    `Development build, on Deno ${version} and its runtime out of npm ` +
      `packages: Deno ${Deno.version.deno} cannot get its own (${reason.trim()})`,
  );
  await run(deno, args, { DENORT_BIN: denort });
}

/** Run a program at the root of the repository; throw when it fails. */
async function run(
  program: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<void> {
  const child = new Deno.Command(program, {
    args,
    cwd: ROOT,
    env,
    stdout: "inherit",
    stderr: "inherit",
  });
  const { success } = await child.output();
  if (!success) throw new Error(`"${program} ${args.join(" ")}" failed`);
}
