/**
 * Runs every test: `deno task test [NAME]`, or those whose names contain NAME.
 * The last line is the count.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a command line tool

import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { obstacle } from "../tests/lab/namespace.ts";

/** Programs that the system tests run, and the Debian packages they are in. */
const NEEDED: Readonly<Record<string, string>> = {
  ip: "iproute2",
  keepalived: "keepalived",
  nft: "nftables",
  ping: "iputils-ping",
  shellcheck: "shellcheck",
  "systemd-analyze": "systemd",
  tcpdump: "tcpdump",
  tshark: "tshark",
};

/** What to run, one child `deno` each. */
const STEPS: readonly (readonly string[])[] = [
  ["task", "ok"],
  // Fuzzing takes its minute while the others wait for servers.
  [
    ...["test", "-A", "--no-prompt", "--parallel"],
    ...["tests/health", "tests/notify", "tests/fuzz"],
  ],
  ["test", "-A", "--no-prompt", "--parallel", "tests/sim"],
  ["test", "-A", "--no-prompt", "tests/system"],
];

interface Count {
  readonly passed: number;
  readonly failed: number;
}

if (import.meta.main) {
  // Where keepalived is, which is not in everybody's PATH.
  Deno.env.set("PATH", `${Deno.env.get("PATH")}:/usr/sbin:/sbin`);
  Deno.chdir(join(import.meta.dirname ?? ".", ".."));
  const reason = await prepare();
  if (reason !== null) console.error(reason);
  const count = reason === null
    ? await runAll(Deno.args.join(" "))
    : { passed: 0, failed: 1 };
  console.log(`${count.passed} passed, ${count.failed} failed`);
  if (count.failed > 0) Deno.exitCode = 1;
}

/**
 * Install what is missing, where that is possible.
 *
 * @returns Why the tests cannot run here, or null.
 */
async function prepare(): Promise<string | null> {
  const programs = Object.keys(NEEDED);
  console.log(
    `The system tests need ${programs.join(", ")} and network namespaces`,
  );
  const missing = programs.filter((program) => !isInstalled(program));
  if (missing.length > 0) {
    const packages = missing.map((program) => NEEDED[program] ?? program);
    if (Deno.uid() !== 0 || !isInstalled("apt-get")) {
      return `Cannot find ${missing.join(", ")}: ` +
        `install them (on Debian: apt-get install ${packages.join(" ")})`;
    }
    console.log(`Installing the Debian packages ${packages.join(", ")}`);
    await apt("update");
    await apt("install", "--yes", "--no-install-recommends", ...packages);
  }
  return await obstacle(programs);
}

function isInstalled(program: string): boolean {
  return new Deno.Command("sh", { args: ["-c", `command -v ${program}`] })
    .outputSync().success;
}

/** Run apt-get; whether it helped is seen by what is still missing. */
async function apt(...args: string[]): Promise<void> {
  await new Deno.Command("apt-get", {
    args: ["--quiet", ...args],
    env: { DEBIAN_FRONTEND: "noninteractive" },
    stdout: "inherit",
    stderr: "inherit",
  }).output();
}

async function runAll(filter: string): Promise<Count> {
  let passed = 0;
  let failed = 0;
  for (const step of STEPS) {
    const args = filter === "" ? step : [...step, "--filter", filter];
    console.log(`\ndeno ${args.join(" ")}`);
    const count = await run(args, filter !== "");
    passed += count.passed;
    failed += count.failed;
  }
  if (passed + failed > 0) return { passed, failed };
  console.error(`No test has "${filter}" in its name`);
  return { passed: 0, failed: 1 };
}

/**
 * Run one step, showing what it prints.
 *
 * @param mayBeEmpty Whether it is fine when no test runs.
 * @returns Deno's own count. An ignored test has failed: nothing is skipped.
 *   So has a step that ends badly with all tests passed, or runs no test.
 */
async function run(
  args: readonly string[],
  mayBeEmpty: boolean,
): Promise<Count> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    env: Deno.stdout.isTerminal() ? { FORCE_COLOR: "1" } : {},
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const [shown, kept] = child.stdout.tee();
  const [text] = await Promise.all([
    new Response(kept).text(),
    shown.pipeTo(Deno.stdout.writable, { preventClose: true }),
  ]);
  const { success } = await child.status;
  const count = readSummary(text);
  const { passed, failed } = count;
  if (failed > 0) return count;
  if (success && (passed > 0 || mayBeEmpty)) return count;
  const what = success ? "ran no test" : "failed outside of its tests";
  console.error(`"deno ${args.join(" ")}" ${what}`);
  return { passed, failed: 1 };
}

/** Read Deno's summary, `ok | 5 passed | 0 failed | 1 ignored (7ms)`. */
function readSummary(text: string): Count {
  const pattern =
    /^(?:ok|FAILED) \| (\d+) passed.*? \| (\d+) failed(?:.*? \| (\d+) ignored)?/gm;
  const last = [...stripVTControlCharacters(text).matchAll(pattern)].at(-1);
  const [passed = 0, failed = 0, ignored = 0] = (last ?? []).slice(1)
    .map((digits) => Number(digits ?? 0));
  return { passed, failed: failed + ignored };
}
