/**
 * Runs `deno` commands that run tests, and counts.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- part of command line tools

import { stripVTControlCharacters } from "node:util";

/** What came of tests. */
export interface Count {
  readonly passed: number;
  readonly failed: number;
}

/** How tests are run besides their arguments. */
export interface RunOptions {
  /** Whether it is fine when no test runs. */
  readonly mayBeEmpty?: boolean;
  /** The Deno that runs them; this one unless told. */
  readonly deno?: string;
  /** Environment variables to add. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Run one command, showing what it prints.
 *
 * @param args Arguments of `deno`.
 * @returns Deno's own count. An ignored test has failed: nothing is skipped.
 *   So has a command that ends badly with all tests passed, or runs no test.
 */
export async function runTests(
  args: readonly string[],
  { mayBeEmpty = false, deno = Deno.execPath(), env = {} }: RunOptions = {},
): Promise<Count> {
  const child = new Deno.Command(deno, {
    args: [...args],
    env: { ...env, ...Deno.stdout.isTerminal() ? { FORCE_COLOR: "1" } : {} },
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

/** Both together. */
export function add(a: Count, b: Count): Count {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed };
}
