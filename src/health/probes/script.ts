/**
 * A program of the operator's: exit status 0 is success.
 *
 * @module
 */

import type { ScriptProbe } from "../../config/settings/check.ts";
import type { ScriptUser } from "../../config/settings/script.ts";
import { type CommandResult, runCommand } from "../../kernel/child.ts";
import { oneLine } from "../../log/one_line.ts";
import { isOwnShortage, type ProbeResult, type ProbeTime } from "./result.ts";

/** What a program is told and who it runs as. */
export interface ScriptOptions extends ProbeTime {
  /** Name of the check, ALIVED_CHECK in the environment. */
  readonly name: string;
  /** Who it runs as, or null for alived's own user. */
  readonly user: ScriptUser | null;
}

/**
 * Run the probe once; its time begins when the program does.
 *
 * @throws {Error} When alived is short of what it takes to start a program.
 */
export async function probeScript(
  probe: ScriptProbe,
  { name, user, signal, timeout }: ScriptOptions,
): Promise<ProbeResult> {
  const result = await runCommand(probe.command, {
    timeout,
    signal,
    user,
    environment: { ...probe.environment, ALIVED_CHECK: name },
  });
  if (result.outcome === "failed" && isOwnShortage(result.reason)) {
    throw new Error(result.reason);
  }
  const ok = result.outcome === "exited" && result.code === 0;
  const last = oneLine(result.output.trimEnd().split("\n").at(-1) ?? "");
  const words = describe(result, timeout);
  const detail = last === "" ? words : `${words}: ${last}`;
  const isLate = result.outcome === "timeout";
  return { ok, detail, ...isLate ? { isLate } : {} };
}

function describe(result: CommandResult, timeout: number): string {
  switch (result.outcome) {
    case "exited":
      return `Exit status ${result.code}`;
    case "signalled":
      return `Ended by ${result.signal}`;
    case "timeout":
      return `Killed after ${timeout} ms`;
    case "aborted":
      return "Stopped";
    case "failed":
      return result.reason;
    default:
      return result satisfies never;
  }
}
