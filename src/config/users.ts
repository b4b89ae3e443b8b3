/**
 * Users and groups, as /etc/passwd and /etc/group have them.
 *
 * @module
 */

import type { FoundGroup, FoundUser } from "./host.ts";
import { quote } from "./issue.ts";

/** The two files. */
export interface UserFiles {
  /** Text of /etc/passwd (passwd(5)). */
  readonly passwd: string;
  /** Text of /etc/group (group(5)). */
  readonly group: string;
}

/**
 * Find out who `user[:group]` is.
 *
 * @param text Names or numbers; without a group it is that of the user.
 * @param files Where they are looked up; other sources of users are not asked.
 *
 * @example
 * ```ts
 * import { findUser } from "./users.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * const passwd = "bin:x:2:3:bin:/bin:/usr/sbin/nologin\n";
 * deepStrictEqual(findUser("bin", { passwd, group: "" }), {
 *   user: { uid: 2, gid: 3 },
 * });
 * ```
 */
export function findUser(text: string, files: UserFiles): FoundUser {
  const [name = "", groupName, ...more] = text.split(":");
  if (more.length > 0) return { problem: `must be user or user:group` };
  const user = findLine(files.passwd, name);
  const uid = parseId(user?.[2]);
  if (user === null || uid === null) {
    return { problem: `${quote(name)} is not a user in /etc/passwd` };
  }
  if (groupName === undefined) {
    const gid = parseId(user[3]);
    return gid === null
      ? { problem: `${quote(name)} has no group in /etc/passwd` }
      : { user: { uid, gid } };
  }
  const found = findGroup(groupName, files.group);
  return "problem" in found ? found : { user: { uid, gid: found.gid } };
}

/**
 * Find out which group a name or a number is.
 *
 * @param group Text of /etc/group; other sources of groups are not asked.
 */
export function findGroup(text: string, group: string): FoundGroup {
  const gid = parseId(findLine(group, text)?.[2]);
  return gid === null
    ? { problem: `${quote(text)} is not a group in /etc/group` }
    : { gid };
}

/** Fields of the line whose name, or else whose number, is the given one. */
function findLine(text: string, name: string): readonly string[] | null {
  const lines = text.split("\n").map((line) => line.split(":"));
  return lines.find((fields) => fields.length > 2 && fields[0] === name) ??
    lines.find((fields) => fields.length > 2 && fields[2] === name) ?? null;
}

function parseId(text: string | undefined): number | null {
  return /^\d{1,10}$/.test(text ?? "") ? Number(text) : null;
}
