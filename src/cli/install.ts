/**
 * `alived install`: the program, a sample configuration with what an editor
 * needs for it, the compatibility guide, and what starts the daemon.
 *
 * @module
 */

import { embedded } from "./embedded.ts";
import {
  describeStep,
  installPlan,
  type Method,
  nextSteps,
  PATHS,
  type Step,
} from "./install_plan.ts";
import { exists, InstallError, takeStep } from "./install_steps.ts";
import { printError, printOutput } from "./output.ts";
import { schemaText } from "./schema.ts";

/** Options of `alived install`. */
export interface InstallOptions {
  /** What starts the daemon; `auto` finds out. */
  readonly method: Method | "auto";
  /** Root of all paths, if it is not the host's. */
  readonly prefix: string | undefined;
  /** Only say what would be done. */
  readonly dryRun: boolean;
}

/**
 * Install alived.
 *
 * @param options What the command line says.
 * @param binary The program to install, or null when this is no program of its
 *   own but runs from sources.
 * @returns The exit status: 0, or 1 when it cannot be done.
 */
export function install(
  options: InstallOptions,
  binary: string | null = Deno.build.standalone ? Deno.execPath() : null,
): number {
  if (binary === null && !options.dryRun) {
    printError(
      "Cannot install from sources: compile the program " +
        '("deno task compile") and run "./alived install"\n',
    );
    return 1;
  }
  const prefix = rootOf(options.prefix);
  const method = options.method === "auto"
    ? findMethod(prefix)
    : options.method;
  if (method === null) {
    printError(
      "Cannot tell what starts services here: " +
        "give --method systemd or --method sysv\n",
    );
    return 1;
  }
  const hasOtherConfig = exists(prefix + PATHS.otherConfig);
  const plan = installPlan({
    method,
    prefix,
    binary: binary ?? "./alived",
    hasOtherConfig,
    texts: {
      config: embedded("deployment/config.yaml"),
      schema: schemaText(),
      guide: embedded("deployment/COMPATIBILITY.md"),
      unit: embedded("deployment/alived.service"),
      script: embedded("deployment/alived.init"),
      dropIns: {
        "realtime.conf": embedded("deployment/realtime.conf"),
        "script_user.conf": embedded("deployment/script_user.conf"),
        "unprivileged.conf": embedded("deployment/unprivileged.conf"),
      },
    },
  });
  if (!takeSteps(plan, options.dryRun)) return 1;
  if (prefix === "" && !options.dryRun) {
    printOutput(nextSteps(method, hasOtherConfig));
  }
  return 0;
}

/** The prefix as it goes before absolute paths; empty for the host's root. */
export function rootOf(prefix: string | undefined): string {
  return (prefix ?? "").replace(/\/+$/, "");
}

/** Whether systemd runs this host, as sd_booted(3) has it. */
export function isSystemd(): boolean {
  return exists("/run/systemd/system");
}

/** A root of its own is asked for nothing: it is not running. */
function findMethod(prefix: string): Method | null {
  if (prefix !== "" || isSystemd()) return "systemd";
  return exists("/etc/init.d") ? "sysv" : null;
}

/**
 * Take steps, or only say which.
 *
 * @returns Whether all could be taken.
 */
export function takeSteps(steps: readonly Step[], dryRun: boolean): boolean {
  for (const step of steps) {
    const line = describeStep(step);
    if (dryRun) {
      printOutput(`${line}\n`);
      continue;
    }
    try {
      const done = takeStep(step);
      printOutput(`${line}${done ? "" : ": nothing to do"}\n`);
    } catch (error) {
      if (!(error instanceof InstallError)) throw error;
      printError(`Cannot ${line}: ${error.message}\n`);
      return false;
    }
  }
  return true;
}
