/**
 * Why the daemon cannot be asked, in words, with what was tried.
 *
 * @module
 */

import { type LockHolder, lockHolderOf } from "../kernel/lock_holder.ts";
import { ControlError, EXIT, troubleOf } from "./control_error.ts";
import type { SocketPaths } from "./socket_paths.ts";

/** Say why a socket could not be used; what was said already stays. */
export function explainTrouble(
  error: unknown,
  { runDirectory, control }: SocketPaths,
  socket: string,
): ControlError {
  if (error instanceof ControlError) return error;
  switch (troubleOf(error)) {
    case "forbidden":
      return new ControlError(closed(socket, control), EXIT.forbidden);
    case "missing":
      if (socket !== control) {
        return new ControlError(closed(control, control), EXIT.forbidden);
      }
      return absent(`there is no socket "${socket}"`, runDirectory);
    case "refused":
      return absent(`nobody listens at "${socket}"`, runDirectory);
    default:
      return isLate(error)
        ? new ControlError(
          `Nobody answers at "${socket}" in time: the daemon hangs or is ` +
            "stopped, and what it does is not known",
          EXIT.failed,
        )
        : new ControlError(
          `No proper answer from "${socket}": ${messageOf(error)}`,
          EXIT.failed,
        );
  }
}

function isLate(error: unknown): boolean {
  return error instanceof DOMException &&
    (error.name === "TimeoutError" || error.name === "AbortError");
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function absent(tried: string, runDirectory: string): ControlError {
  const holder = lockHolderOf(`${runDirectory}/alived.pid`);
  const end = holder === null
    ? `and nobody has the lock "${runDirectory}/alived.pid": alived does not ` +
      "run (systemctl start alived)"
    : `but ${nameOf(holder)} has the lock of "${runDirectory}": see ` +
      "global.control_socket, or name the socket by --socket";
  return new ControlError(`No daemon: ${tried}, ${end}`, EXIT.absent);
}

function nameOf({ pid, name }: LockHolder): string {
  return pid === 0 ? "a process" : `${name} with pid ${pid}`;
}

/** Whom a socket is for. */
function closed(socket: string, control: string): string {
  const info = stat(socket);
  const start = `May not use "${socket}"`;
  if (info === null) return `${start}: it is not for this user`;
  const owner = nameIn("/etc/passwd", info.uid) ?? `user ${info.uid}`;
  if (socket === control) {
    return `${start}: it is for ${owner} alone (sudo). Others may ask, and not ` +
      "order, when global.control_socket has a group";
  }
  const group = nameIn("/etc/group", info.gid) ?? `${info.gid}`;
  return `${start}: it is for ${owner} and the members of group "${group}"`;
}

function stat(path: string): { uid: number | null; gid: number | null } | null {
  try {
    return Deno.statSync(path);
  } catch {
    return null;
  }
}

/** The name of a number in /etc/passwd or /etc/group, or null. */
function nameIn(file: string, id: number | null): string | null {
  try {
    const lines = Deno.readTextFileSync(file).split("\n");
    const line = lines.find((each) => each.split(":")[2] === `${id}`);
    return line?.split(":")[0] ?? null;
  } catch {
    return null;
  }
}
