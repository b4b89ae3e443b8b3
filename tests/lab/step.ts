/**
 * Runs a function of another file inside a host of the lab, in a process of its
 * own: `step.ts URL NAME JSON` calls it and writes what it returned as JSON.
 *
 * @module
 */

import type { Host } from "./lab.ts";
import type { Program } from "./program.ts";
import { testedDeno } from "./tested_deno.ts";

/** Where the functions are, and which one. */
export interface Step {
  /** `new URL("…", import.meta.url)` of the module that exports it. */
  readonly module: URL;
  /** Its name there. */
  readonly name: string;
}

/** What begins the line with the result; a function may write lines before. */
const RESULT = "result ";

function commandOf({ module, name }: Step, argument: unknown): string[] {
  return [
    ...[
      testedDeno(),
      "run",
      "-A",
      "--no-prompt",
      import.meta.filename ?? "",
    ],
    ...[module.href, name, JSON.stringify(argument ?? null)],
  ];
}

/** Call it inside a host and give what it returned. */
export async function runStep(
  host: Host,
  step: Step,
  argument?: unknown,
): Promise<unknown> {
  const output = await host.exec(...commandOf(step, argument));
  return resultIn(output.split("\n"));
}

/** Start it inside a host; it goes on until it returns. */
export function startStep(
  host: Host,
  step: Step,
  argument?: unknown,
): Program {
  return host.spawn(commandOf(step, argument));
}

/** What a step that has ended returned. */
export function resultIn(lines: readonly string[]): unknown {
  const line = lines.find((line) => line.startsWith(RESULT));
  return JSON.parse(line?.slice(RESULT.length) ?? "null");
}

if (import.meta.main) {
  const [url = "", name = "", argument = "null"] = Deno.args;
  const module: Record<string, (argument: unknown) => unknown> = await import(
    url
  );
  const result = await module[name]?.(JSON.parse(argument));
  const line = `${RESULT}${JSON.stringify(result)}\n`;
  Deno.stdout.writeSync(new TextEncoder().encode(line));
  Deno.exit(0);
}
