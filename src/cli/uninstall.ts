/**
 * `alived uninstall`: takes away what `alived install` brought.
 *
 * @module
 */

import { isSystemd, rootOf, takeSteps } from "./install.ts";
import { uninstallPlan } from "./install_plan.ts";
import { exists } from "./install_steps.ts";
import { printOutput } from "./output.ts";

/** Options of `alived uninstall`. */
export interface UninstallOptions {
  /** Root of all paths, if it is not the host's. */
  readonly prefix: string | undefined;
  /** Take the configuration away too. */
  readonly purge: boolean;
  /** Only say what would be done. */
  readonly dryRun: boolean;
}

/**
 * Stop alived and uninstall it.
 *
 * @returns The exit status: 0, or 1 when it cannot be done.
 */
export function uninstall(
  { prefix, purge, dryRun }: UninstallOptions,
): number {
  const plan = uninstallPlan({
    prefix: rootOf(prefix),
    purge,
    systemd: isSystemd(),
    exists,
  });
  if (plan.length === 0) printOutput("Nothing is installed\n");
  return takeSteps(plan, dryRun) ? 0 : 1;
}
