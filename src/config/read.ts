/**
 * A configuration file on disk.
 *
 * @module
 */

import { ConfigError, type ConfigIssue, formatIssue, quote } from "./issue.ts";
import { loadConfig, type LoadedConfig } from "./load.ts";
import type { Settings } from "./settings.ts";
import { thisHost } from "./this_host.ts";

/** A file that can be used. */
export interface ReadConfig {
  /** All that was read. */
  readonly bytes: Uint8Array<ArrayBuffer>;
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
 * @param path Name of the file, at most 1 MiB long.
 * @throws {ConfigError} When it cannot be read, and with all issues when
 *   something in it is wrong, or others than root could change it and this
 *   process is root's: it names programs that root runs.
 */
export function readConfig(path: string): ReadConfig {
  const { content, mode } = readFile(path);
  const changeable = thisHost.changeableBy(path);
  const loaded = loadConfig(content.text, path, thisHost);
  return judge(
    content,
    loaded,
    changeable === null ? [] : [
      ofAll(path, `others could write commands for root in it: ${changeable}`),
    ],
    !loaded.holdsSecret || (mode & READABLE_BY_OTHERS) === 0 ? [] : [
      ofAll(
        path,
        `every user can read the secrets in it: run chmod 0640 ${path}`,
      ),
    ],
  );
}

/** What standard input is called in issues. */
export const STANDARD_INPUT = "<stdin>";

/**
 * Read and check a configuration from standard input, to its end.
 *
 * @throws {ConfigError} When it is no text of at most 1 MiB, and with all
 *   issues when something in it is wrong.
 */
export function readStandardInput(): ReadConfig {
  try {
    const content = decode(readAll(Deno.stdin));
    const loaded = loadConfig(content.text, STANDARD_INPUT, thisHost);
    return judge(content, loaded, [], []);
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    const message = `Cannot read standard input: ${reason(cause)}`;
    throw new ConfigError(message, [], { cause });
  }
}

/** What a file says, as it is and as text. */
interface Content {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly text: string;
}

/**
 * @param content The file.
 * @param loaded What it says.
 * @param ownIssues What is wrong with the file whatever it says.
 * @param ownWarnings What may not be expected of the file itself.
 * @throws {ConfigError} When anything is wrong.
 */
function judge(
  { bytes }: Content,
  loaded: LoadedConfig,
  ownIssues: readonly ConfigIssue[],
  ownWarnings: readonly ConfigIssue[],
): ReadConfig {
  const issues = [...ownIssues, ...loaded.issues];
  const warnings = [...ownWarnings, ...loaded.warnings];
  if (loaded.settings === null || issues.length > 0) {
    const message = issues.map(formatIssue).join("\n");
    throw new ConfigError(message, issues, { warnings });
  }
  return { bytes, settings: loaded.settings, warnings };
}

function ofAll(file: string, problem: string): ConfigIssue {
  return { file, line: 1, column: 1, path: "", problem, excerpt: null };
}

/** Most bytes that a configuration may have: 1 MiB. */
const MAX_BYTES = 1024 * 1024;

/** What a file says, and its mode. */
function readFile(path: string): { content: Content; mode: number } {
  try {
    // Before it is opened: opening a pipe would wait for its writer.
    mustBeFile(Deno.statSync(path));
    using file = Deno.openSync(path);
    const info = file.statSync();
    mustBeFile(info);
    return { content: decode(readAll(file)), mode: info.mode ?? 0 };
  } catch (cause) {
    const message = `Cannot read ${quote(path)}: ${reason(cause)}`;
    throw new ConfigError(message, [], { cause });
  }
}

/**
 * All bytes of a file. It may grow, and the files of /proc have no size.
 *
 * @throws {RangeError} When there are more than 1 MiB.
 */
function readAll(
  file: { readonly readSync: (into: Uint8Array) => number | null },
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(MAX_BYTES + 1);
  let length = 0;
  while (length < bytes.length) {
    const count = file.readSync(bytes.subarray(length));
    if (count === null) break;
    length += count;
  }
  if (length > MAX_BYTES) throw new RangeError(TOO_LONG);
  return bytes.subarray(0, length);
}

/** @throws {TypeError} When it is not UTF-8. */
function decode(bytes: Uint8Array<ArrayBuffer>): Content {
  const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  return { bytes, text };
}

const TOO_LONG = "it is longer than 1 MiB";

/** @throws {RangeError} When there is no file of at most 1 MiB. */
function mustBeFile(info: Deno.FileInfo): void {
  if (!info.isFile) throw new RangeError(`it is ${kindOf(info)}, not a file`);
  if (info.size > MAX_BYTES) throw new RangeError(TOO_LONG);
}

function kindOf(info: Deno.FileInfo): string {
  if (info.isDirectory) return "a directory";
  if (info.isFifo) return "a pipe";
  if (info.isSocket) return "a socket";
  return "a device";
}

function reason(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "no such file";
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  if (error instanceof TypeError) return "it is not UTF-8 text";
  return error instanceof Error ? error.message : String(error);
}
