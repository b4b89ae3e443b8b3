/**
 * A configuration file on disk.
 *
 * @module
 */

import { ConfigError, type ConfigIssue, formatIssue, quote } from "./issue.ts";
import { loadConfig } from "./load.ts";
import type { Settings } from "./settings.ts";
import { thisHost } from "./this_host.ts";

/** A file that can be used. */
export interface ReadConfig {
  /** What it says. */
  readonly settings: Settings;
  /** What it says that may not be what the operator expects. */
  readonly warnings: readonly ConfigIssue[];
}

/** Mode bit of a file that every user may read. */
const READABLE_BY_OTHERS = 0o004;

/**
 * Read and check a configuration file.
 *
 * @param path Name of the file, or of a pipe.
 * @throws {ConfigError} When it cannot be read, and with all issues when it
 *   can and something in it is wrong.
 */
export function readConfig(path: string): ReadConfig {
  const { text, mode } = readText(path);
  const { settings, issues, warnings } = loadConfig(text, path, thisHost);
  if (settings === null) {
    throw new ConfigError(issues.map(formatIssue).join("\n"), issues);
  }
  if (!hasSecret(settings) || (mode & READABLE_BY_OTHERS) === 0) {
    return { settings, warnings };
  }
  const exposed: ConfigIssue = {
    file: path,
    line: 1,
    column: 1,
    path: "",
    problem: `every user can read the secrets in it: run chmod 0640 ${path}`,
  };
  return { settings, warnings: [exposed, ...warnings] };
}

/** Whether a file holds what is not for everyone to read. */
function hasSecret({ instances, checks, notifications }: Settings): boolean {
  return instances.some(({ password }) => password !== null) ||
    checks.some(({ probe }) =>
      probe.type === "http" &&
      (Object.keys(probe.headers).length > 0 || hasLogin(probe.url))
    ) ||
    // Whoever knows the URL of a webhook can often post to it.
    notifications.webhooks.length > 0;
}

function hasLogin(url: string): boolean {
  const { username, password } = new URL(url);
  return username !== "" || password !== "";
}

/** Most bytes that a configuration may have: 1 MiB. */
const MAX_BYTES = 1024 * 1024;
const CHUNK = 16 * 1024;

/** The text of a file and its mode; a pipe has none that matters. */
function readText(path: string): { text: string; mode: number } {
  try {
    using file = Deno.openSync(path);
    const { isFile, mode } = file.statSync();
    const decoder = new TextDecoder("utf-8", { fatal: true });
    const chunk = new Uint8Array(CHUNK);
    let text = "";
    for (let length = 0;;) {
      const count = file.readSync(chunk);
      if (count === null) break;
      length += count;
      if (length > MAX_BYTES) throw new RangeError("it is longer than 1 MiB");
      text += decoder.decode(chunk.subarray(0, count), { stream: true });
    }
    text += decoder.decode();
    return { text, mode: isFile ? mode ?? 0 : 0 };
  } catch (cause) {
    const message = `Cannot read ${quote(path)}: ${reason(cause)}`;
    throw new ConfigError(message, [], { cause });
  }
}

function reason(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "no such file";
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  if (error instanceof Deno.errors.IsADirectory) return "it is a directory";
  if (error instanceof TypeError) return "it is not UTF-8 text";
  return error instanceof Error ? error.message : String(error);
}
