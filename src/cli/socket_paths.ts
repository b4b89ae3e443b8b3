/**
 * Where the daemon listens for commands.
 *
 * @module
 */

import { ConfigError } from "../config/issue.ts";
import { readConfig } from "../config/read.ts";
import type { Settings } from "../config/settings.ts";
import { CONFIG_PATHS } from "./config_path.ts";
import { ControlError, EXIT } from "./control_error.ts";
import { defaultRunDirectory } from "./run_directory.ts";

/** What the command line says of where the daemon is. */
export interface Reach {
  /** Value of `--socket`, if there is one. */
  readonly socket: string | undefined;
  /** Value of `--config`, if there is one. */
  readonly config: string | undefined;
}

/** The sockets of a daemon. */
export interface SocketPaths {
  /** The one that takes every command. */
  readonly control: string;
  /** The one that only answers questions, or null for none. */
  readonly status: string | null;
  /** Where its lock is. */
  readonly runDirectory: string;
}

/**
 * The sockets to try: that of `--socket` or `ALIVED_SOCKET`, else those of the
 * configuration, else those of the run directory. A configuration that cannot
 * be read or has mistakes says nothing.
 *
 * @throws {ControlError} When the configuration turns the socket off.
 */
export function socketPaths({ socket, config }: Reach): SocketPaths {
  const runDirectory = defaultRunDirectory(Deno.env.get("RUNTIME_DIRECTORY"));
  const named = socket ?? Deno.env.get("ALIVED_SOCKET");
  if (named) return { ...pair(named), status: null };
  const path = config ?? CONFIG_PATHS.find(exists);
  const settings = path === undefined ? null : settingsOf(path);
  if (settings === null) return pair(`${runDirectory}/control.sock`);
  const { controlSocket } = settings.global;
  if (controlSocket === null) {
    throw new ControlError(
      `"${path}" says control_socket: off, so the daemon cannot be asked`,
      EXIT.absent,
    );
  }
  const control = controlSocket.path ?? `${runDirectory}/control.sock`;
  const paths = pair(control);
  return { ...paths, status: controlSocket.status?.path ?? paths.status };
}

function pair(control: string): SocketPaths {
  const directory = control.slice(0, Math.max(control.lastIndexOf("/"), 0));
  return {
    control,
    status: `${directory}/status.sock`,
    runDirectory: directory,
  };
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

function settingsOf(path: string): Settings | null {
  try {
    return readConfig(path).settings;
  } catch (error) {
    if (error instanceof ConfigError) return null;
    throw error;
  }
}
