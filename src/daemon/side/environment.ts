/**
 * What the environment makes of the runtime before a line of ours runs.
 *
 * @module
 */

import { readCommandLine } from "../../kernel/process.ts";
import type { EventOf } from "../../log/catalogue.ts";
import type { Log } from "../../log/log.ts";

/** A variable that was acted upon, and what has come of it. */
export interface Acted {
  /** Names of variables. */
  readonly name: RegExp;
  /** What it does, to follow the name. */
  readonly effect: string;
}

const ACTED: readonly Acted[] = [
  {
    name: /^(DENO_LOG|RUST_LOG)$/,
    effect: "makes the runtime write to standard error past the log",
  },
  { name: /^DENO_V8_FLAGS$/, effect: "changes how the program is compiled" },
  {
    name: /^(DENO_COVERAGE_DIR|DENO_AUDIT_PERMISSIONS|NODE_V8_COVERAGE)$/,
    effect: "makes the runtime write files",
  },
  {
    name: /^DENO_TRACE_PERMISSIONS$/,
    effect: "makes the runtime slower",
  },
  { name: /^OTEL_DENO$/, effect: "makes the runtime send telemetry" },
  { name: /^NODE_OPTIONS$/, effect: "gives options to the runtime" },
  {
    name: /^(LD_PRELOAD|LD_AUDIT|LD_LIBRARY_PATH|GLIBC_TUNABLES)$/,
    effect: "changes the libraries that the program runs with",
  },
];

/**
 * What to warn of: variables that the runtime and the loader have acted upon
 * already, so that nothing is left but to say so.
 *
 * @param names Names of the variables that are set.
 */
export function environmentWarnings(
  names: readonly string[],
): readonly EventOf<"environment">[] {
  return names.flatMap((variable) => {
    const acted = ACTED.find(({ name }) => name.test(variable));
    return acted === undefined
      ? []
      : [{ event: "environment", variable, effect: acted.effect }];
  });
}

/**
 * Close the debugger of the runtime if it was asked for: whoever reaches its
 * port can run any program as the daemon's user.
 *
 * @param asked Everything by which it can have been asked for.
 * @returns Whether there was one to close.
 */
export async function closeDebugger(
  asked: readonly string[],
): Promise<boolean> {
  if (!asked.some((text) => text.includes("--inspect"))) return false;
  const { close, url } = await import("node:inspector");
  // Undefined or null, as versions of the runtime have it.
  if (!url()) return false;
  close();
  return true;
}

/** Say what the environment has done, and undo what can be undone. */
export async function warnOfEnvironment(log: Pick<Log, "log">): Promise<void> {
  const variables = Deno.env.toObject();
  const closed = await closeDebugger([
    variables["NODE_OPTIONS"] ?? "",
    ...readCommandLine(),
  ]);
  for (const warning of environmentWarnings(Object.keys(variables))) {
    log.log(warning);
  }
  if (closed) log.log({ event: "debugger_closed" });
}
