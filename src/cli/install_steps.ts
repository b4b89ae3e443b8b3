/**
 * Carries out the steps of an installation.
 *
 * @module
 */

import type { Step } from "./install_plan.ts";

/** A step that could not be done. */
export class InstallError extends Error {
  /** Error name. */
  override readonly name = "InstallError";
}

/**
 * Do one step. A file that is replaced is replaced whole, so that a program
 * that runs keeps its own.
 *
 * @returns Whether anything had to be done.
 * @throws {InstallError} When it cannot be done.
 */
export function takeStep(step: Step): boolean {
  try {
    switch (step.type) {
      case "write":
        if (step.once && exists(step.path)) return false;
        return put(step.path, new TextEncoder().encode(step.text), step.mode);
      case "copy":
        return put(step.path, Deno.readFileSync(step.from), step.mode);
      case "remove":
        Deno.removeSync(step.path);
        return true;
      case "removeDirectory":
        if (!Deno.readDirSync(step.path)[Symbol.iterator]().next().done) {
          return false;
        }
        Deno.removeSync(step.path);
        return true;
      case "run":
        return runProgram(step.command, step.optional);
      default:
        return step satisfies never;
    }
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const hint = error instanceof Deno.errors.PermissionDenied
      ? ": run as root, or give --prefix"
      : "";
    throw new InstallError(`${error.message}${hint}`, { cause: error });
  }
}

/** Whether there is anything at a path. */
export function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (
      error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory
    ) return false;
    throw error;
  }
}

function put(
  path: string,
  bytes: Uint8Array<ArrayBuffer>,
  mode: number,
): boolean {
  if (holds(path, bytes, mode)) return false;
  const directory = path.slice(0, path.lastIndexOf("/"));
  Deno.mkdirSync(directory, { recursive: true, mode: 0o755 });
  const draft = `${path}.${Deno.pid}`;
  try {
    Deno.writeFileSync(draft, bytes, { createNew: true, mode });
    // The umask has no say.
    Deno.chmodSync(draft, mode);
    Deno.renameSync(draft, path);
  } catch (error) {
    if (exists(draft)) Deno.removeSync(draft);
    throw error;
  }
  return true;
}

function holds(path: string, bytes: Uint8Array, mode: number): boolean {
  if (!exists(path)) return false;
  const found = Deno.lstatSync(path);
  if (!found.isFile || found.size !== bytes.length) return false;
  if (((found.mode ?? 0) & 0o7777) !== mode) return false;
  const old = Deno.readFileSync(path);
  return old.every((byte, i) => byte === bytes[i]);
}

function runProgram(command: readonly string[], optional: boolean): boolean {
  const [program = "", ...args] = command;
  const { success, stderr } = new Deno.Command(program, { args }).outputSync();
  if (!success && !optional) {
    const reason = new TextDecoder().decode(stderr).trim();
    throw new InstallError(`"${command.join(" ")}" failed: ${reason}`);
  }
  return success;
}

/** Whether an error is the kernel's answer and no bug. */
function isSystemError(error: unknown): error is Error {
  return error instanceof Error && "code" in error &&
    typeof error.code === "string";
}
