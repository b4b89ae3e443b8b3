/**
 * The host that this program runs on, as far as a configuration depends on it.
 *
 * @module
 */

import { readLinks } from "../kernel/link_snapshot.ts";
import { RouteSocket } from "../kernel/linux/route_socket.ts";
import { changeableBy } from "../kernel/script_security.ts";
import type { Host, HostAddress } from "./host.ts";
import { findGroup, findUser } from "./users.ts";

const EXECUTABLE = 0o111;
const READABLE_BY_OTHERS = 0o004;

/** This host, looked at anew for every question. */
export const thisHost: Host = {
  name: () => Deno.hostname(),
  findUser: (text) =>
    findUser(text, {
      passwd: Deno.readTextFileSync("/etc/passwd"),
      group: Deno.readTextFileSync("/etc/group"),
    }),
  findGroup: (text) => findGroup(text, Deno.readTextFileSync("/etc/group")),
  programProblem: (path) =>
    problemOf(
      path,
      (mode) =>
        (mode & EXECUTABLE) === 0
          ? `is not executable: run chmod +x ${path}`
          : null,
    ),
  fileProblem: (path) => problemOf(path, () => null),
  secretFileProblem: (path) =>
    problemOf(
      path,
      (mode) =>
        (mode & READABLE_BY_OTHERS) !== 0
          ? `can be read by every user: run chmod 0600 ${path}`
          : null,
    ),
  // Who starts it as no root has the power that the file could give.
  changeableBy: (path) =>
    Deno.uid() === 0
      ? changeableBy(path.startsWith("/") ? path : `${Deno.cwd()}/${path}`)
      : null,
  links,
  addresses,
};

function links(): readonly string[] | null {
  try {
    using route = new RouteSocket();
    return readLinks(route).links.map(({ name }) => name).sort();
  } catch {
    return null;
  }
}

function addresses(): readonly HostAddress[] {
  try {
    using route = new RouteSocket();
    const { links, addresses } = readLinks(route);
    const names = new Map(links.map(({ index, name }) => [index, name]));
    const unmarked = marksAddresses(Deno.osRelease()) ? 0 : null;
    return addresses.map(({ index, address, protocol }) => ({
      address,
      link: names.get(index) ?? "",
      protocol: protocol ?? unmarked,
    }));
  } catch {
    // The kernel does not say; a mistake shows when the instance runs.
    return [];
  }
}

/** Whether the kernel keeps who added an address: from 5.18 on. */
function marksAddresses(release: string): boolean {
  const [major = 0, minor = 0] = release.split(".").map(Number);
  return major > 5 || (major === 5 && minor >= 18);
}

/** What keeps a file from its use, judged by its mode when it is one. */
function problemOf(
  path: string,
  judge: (mode: number) => string | null,
): string | null {
  try {
    const { isFile, mode } = Deno.statSync(path);
    return isFile ? judge(mode ?? 0) : "is not a file";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "does not exist";
    if (error instanceof Deno.errors.PermissionDenied) {
      return "cannot be looked at: permission denied";
    }
    return error instanceof Error ? error.message : String(error);
  }
}
