/**
 * `alived reload`: the configuration read again, and what came of it.
 *
 * @module
 */

import * as v from "valibot";
import { lockHolderOf } from "../kernel/lock_holder.ts";
import { understood } from "./ask_status.ts";
import { check } from "./check.ts";
import { configPath } from "./config_path.ts";
import { ControlClient } from "./control_client.ts";
import { ControlError, EXIT } from "./control_error.ts";
import { printOutput } from "./output.ts";
import { defaultRunDirectory } from "./run_directory.ts";
import type { Reach } from "./socket_paths.ts";
import { tell } from "./told.ts";
import { reloadView } from "./views/orders_view.ts";

/** Options of `alived reload`. */
export interface ReloadOptions extends Reach {
  /** Whether only to say what would change. */
  readonly diff: boolean;
  /** Whether to print mistakes and warnings only. */
  readonly quiet: boolean;
}

const RELOAD = v.object({
  ok: v.boolean(),
  issues: v.array(v.string()),
  added: v.array(v.string()),
  removed: v.array(v.string()),
  restarted: v.array(v.string()),
  changed: v.array(v.object({ name: v.string(), keys: v.array(v.string()) })),
});

/**
 * Have the configuration read again, and wait for what comes of it. A daemon
 * without a control socket is told by SIGHUP, once the file is found sound.
 *
 * @returns The exit status: 0, or 2 when the file was refused.
 * @throws {ControlError} When there is no answer, or none of use.
 */
export async function reload(options: ReloadOptions): Promise<number> {
  const { diff, quiet } = options;
  try {
    const answer = await new ControlClient(options)
      .order("/v1/reload", { dry_run: diff });
    const outcome = understood(RELOAD, answer);
    const told = reloadView(outcome, diff);
    tell(quiet ? { ...told, done: [] } : told);
    return outcome.ok ? EXIT.ok : EXIT.usage;
  } catch (error) {
    const isAbsent = error instanceof ControlError &&
      error.exitCode === EXIT.absent;
    const pid = isAbsent && !diff && options.socket === undefined
      ? daemonWithoutSocket()
      : null;
    if (pid === null) throw error;
    return hangUp(pid, configPath(options.config));
  }
}

/** The daemon of the run directory by its lock, or null. */
function daemonWithoutSocket(): number | null {
  const directory = defaultRunDirectory(Deno.env.get("RUNTIME_DIRECTORY"));
  const holder = lockHolderOf(`${directory}/alived.pid`);
  return holder?.isAlived && holder.pid > 0 ? holder.pid : null;
}

/** @throws {ControlError} When this user may not. */
function hangUp(pid: number, path: string): number {
  const code = check({ path, quiet: true, json: false, strict: false });
  if (code !== EXIT.ok) return code;
  try {
    Deno.kill(pid, "SIGHUP");
  } catch (error) {
    if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
    throw new ControlError(
      `May not tell the daemon (pid ${pid}): that is for its user alone (sudo)`,
      EXIT.forbidden,
    );
  }
  printOutput(
    `The daemon (pid ${pid}) has no control socket and was told by SIGHUP: ` +
      "its log says what came of it\n",
  );
  return EXIT.ok;
}
