/**
 * Whether the files of a directory can be trusted: who else could put others
 * in their place.
 *
 * @module
 */

import {
  hostRoot,
  type Place,
  STICKY,
  walk,
  WRITABLE_BY_ALL,
  WRITABLE_BY_GROUP,
} from "./path_walk.ts";

const ROOT = 0;

/**
 * Find out who else could change what is in a directory. It must belong to root
 * or to this user and be writable by nobody else, and so must every directory
 * and every link on the way to it; but in a sticky one above it, such as /run
 * or /tmp can be, what is ours stays ours.
 *
 * @param path Absolute path of an existing directory.
 * @param uid User that this process runs as, trusted besides root.
 * @returns What is wrong and the remedy, or null.
 */
export function distrust(
  path: string,
  uid: number = Deno.uid() ?? ROOT,
): string | null {
  if (!path.startsWith("/")) return `"${path}" must be an absolute path`;
  const own = new Set([ROOT, uid]);
  const all = new Set([...own, hostRoot()]);
  try {
    for (const place of walk(path)) {
      const problem = problemOf(place, place.isLast ? own : all);
      if (problem !== null) return problem;
    }
    return null;
  } catch (error) {
    if (error instanceof Deno.errors.FilesystemLoop) return error.message;
    throw error;
  }
}

function problemOf(
  { path, info, isLast }: Place,
  owners: ReadonlySet<number>,
): string | null {
  const { isDirectory, isSymlink, uid, gid, mode } = info;
  if (!isDirectory && !isSymlink) return `"${path}" is not a directory`;
  if (!owners.has(uid ?? ROOT)) return belongs(path, uid);
  const bits = mode ?? 0;
  if (isSymlink || (!isLast && (bits & STICKY) !== 0)) return null;
  if ((bits & WRITABLE_BY_ALL) !== 0) {
    return `all users can write "${path}"; run chmod o-w "${path}"`;
  }
  if ((bits & WRITABLE_BY_GROUP) !== 0 && gid !== ROOT) {
    return `group ${gid} can write "${path}"; run chmod g-w "${path}"`;
  }
  return null;
}

function belongs(path: string, uid: number | null): string {
  return `"${path}" belongs to user ${uid}; run chown -h root "${path}"`;
}
