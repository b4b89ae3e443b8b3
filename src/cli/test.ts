/**
 * `alived test`: is this host fit for VRRP?
 *
 * @module
 */

import { ConfigError } from "../config/issue.ts";
import { readConfig } from "../config/read.ts";
import type { Settings } from "../config/settings.ts";
import {
  type CheckResult,
  type CheckStatus,
  failure,
  ok,
  skipped,
} from "../doctor/check_result.ts";
import { examine, TestRequestError } from "../doctor/examine.ts";
import { listenToSignal } from "../kernel/signals.ts";
import { wrap } from "./layout.ts";
import { columnsOf, hasColour, printError, printOutput } from "./output.ts";

/** Options of `alived test`. */
export interface TestOptions {
  /** Path of the configuration that was given or is the default. */
  readonly configPath: string;
  /** Whether it was given: then it must be sound. */
  readonly configGiven: boolean;
  /** Name of the interface, if one was given. */
  readonly interface: string | undefined;
  /** `VIP/PREFIX`, if one was given. */
  readonly vip: string | undefined;
  /** Whether to print JSON in place of lines. */
  readonly json: boolean;
}

const SYMBOLS: Readonly<Record<CheckStatus, readonly [string, string]>> = {
  ok: ["✓", "\x1b[32m"],
  warning: ["⚠", "\x1b[33m"],
  failure: ["✗", "\x1b[31m"],
  skipped: ["-", "\x1b[2m"],
};
const RESET = "\x1b[0m";
const ID_WIDTH = 26;
const ADVICE_INDENT = 4;
/** Signals that end it, and the statuses that shells give for them. */
const ENDINGS = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGQUIT: 131,
  SIGTERM: 143,
} as const;

/**
 * Make all checks and print them. A signal ends it with nothing left behind.
 *
 * @returns The exit status: 0 fit, 1 not fit, 2 usage or configuration, or 128
 *   and the number of the signal that ended it.
 */
export async function test(options: TestOptions): Promise<number> {
  const results: CheckResult[] = [];
  const colour = hasColour("stdout");
  // Whoever reads a pipe line by line gets a result in one.
  const width = Deno.stdout.isTerminal() ? columnsOf("stdout") : Infinity;
  const report = (result: CheckResult): void => {
    results.push(result);
    if (!options.json) printOutput(formatResult(result, width, colour));
  };
  const { signal, caught } = listen();
  try {
    const settings = readSettings(options, report);
    const { instances = [], global = null } = settings ?? {};
    const { vip } = options;
    await examine({
      ...{ interface: options.interface, vip, instances, global },
      ...{ signal, report },
    });
  } catch (error) {
    if (!(error instanceof TestRequestError || error instanceof ConfigError)) {
      throw error;
    }
    printError(`${error.message}\n`);
    return 2;
  }
  const ending = caught();
  if (ending !== null) {
    printError(`Interrupted by ${ending}: nothing was left behind\n`);
    return ENDINGS[ending];
  }
  printOutput(options.json ? formatJson(results) : formatSummary(results));
  return isFit(results) ? 0 : 1;
}

type Ending = keyof typeof ENDINGS;

/** Listen for the signals that would end the process where it stands. */
function listen(): {
  readonly signal: AbortSignal;
  readonly caught: () => Ending | null;
} {
  const controller = new AbortController();
  let caught: Ending | null = null;
  for (const ending of Object.keys(ENDINGS) as Ending[]) {
    listenToSignal(ending, () => {
      caught ??= ending;
      controller.abort();
    });
  }
  return { signal: controller.signal, caught: () => caught };
}

/**
 * The configuration, or null: a default file that is not sound is a result and
 * not the end.
 *
 * @throws {ConfigError} When the file was given and cannot be used.
 */
function readSettings(
  { configPath, configGiven }: TestOptions,
  report: (result: CheckResult) => void,
): Settings | null {
  const id = "configuration";
  try {
    const { settings } = readConfig(configPath);
    const names = settings.instances.map(({ name, virtualRouterId }) =>
      `${name} (VRID ${virtualRouterId})`
    );
    report(ok(id, `"${configPath}" has ${names.join(", ")}`));
    return settings;
  } catch (error) {
    if (configGiven || !(error instanceof ConfigError)) throw error;
    if (error.cause instanceof Deno.errors.NotFound) return null;
    report(
      error.issues.length > 0
        ? failure(
          id,
          `"${configPath}" has mistakes, so it is left out here`,
          "alived check shows all of them",
        )
        : skipped(id, error.message, "run as a user who can read it"),
    );
    return null;
  }
}

function isFit(results: readonly CheckResult[]): boolean {
  return results.every(({ status }) => status !== "failure");
}

/**
 * A line for a person, and one with what to do.
 *
 * @param width Columns that there are; Infinity for one line each.
 */
export function formatResult(
  { id, status, found, advice }: CheckResult,
  width: number,
  colour: boolean,
): string {
  const [symbol, code] = SYMBOLS[status];
  const head = `${symbol} ${id.padEnd(ID_WIDTH)} `;
  // Beside the names, where they leave the half of the width.
  const indent = head.length * 2 <= width ? head.length : ADVICE_INDENT;
  const line = wrap(head + found, width, indent);
  const mark = colour ? `${code}${symbol}${RESET}` : symbol;
  const shown = `${mark}${line.slice(symbol.length)}\n`;
  if (advice === null) return shown;
  const margin = " ".repeat(ADVICE_INDENT);
  const told = wrap(`→ ${advice}`, width - ADVICE_INDENT, 2);
  return `${shown}${told.replace(/^/gm, margin)}\n`;
}

function formatSummary(results: readonly CheckResult[]): string {
  const { ok, warning, failure, skipped } = count(results);
  const verdict = !isFit(results)
    ? "This host is not fit for VRRP: see to each ✗"
    : warning > 0
    ? "This host is fit for VRRP: look at each ⚠"
    : "This host is fit for VRRP";
  return `\n${verdict}\nok ${ok}, warnings ${warning}, failures ${failure}, ` +
    `not checked ${skipped}\n`;
}

function formatJson(results: readonly CheckResult[]): string {
  const fit = isFit(results);
  const report = { fit, summary: count(results), checks: results };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function count(results: readonly CheckResult[]): Record<CheckStatus, number> {
  const counts = { ok: 0, warning: 0, failure: 0, skipped: 0 };
  for (const { status } of results) counts[status]++;
  return counts;
}
