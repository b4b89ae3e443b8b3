/**
 * Whether a program can be trusted to run: who else could have changed it.
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

/**
 * Find out who else could put another program in the place of this one. Every
 * directory on the way to it counts, also on the way of symbolic links, and a
 * sticky one like /tmp counts as writable: whoever makes a name there first
 * owns it.
 *
 * @param path Absolute path of the program.
 * @param uid User that it runs as, trusted besides root; default root.
 * @returns Why it must not run, naming the part of the path and the remedy, or
 *   null. A path that does not exist is not insecure.
 */
export function insecurePath(path: string, uid = 0): string | null {
  if (!path.startsWith("/")) {
    return `Cannot run "${path}": must be an absolute path`;
  }
  const problem = firstProblem(path, { uid, inSticky: false });
  return problem === null ? null : `Cannot run "${path}": ${problem}`;
}

/**
 * Find out who but root could change a file that root trusts, such as one that
 * names programs. Every directory on the way to it counts, as for
 * {@linkcode insecurePath}; but what is root's own in a sticky directory like
 * /tmp is safe there, since nobody else can remove or rename it.
 *
 * @param path Absolute path of a file that exists.
 * @returns Who could, naming the part of the path and the remedy, or null.
 */
export function changeableBy(path: string): string | null {
  return firstProblem(path, { uid: hostRoot(), inSticky: true });
}

/** Who is trusted. */
interface Trust {
  /** User besides root. */
  readonly uid: number;
  /** Whether what they own in a sticky directory is safe. */
  readonly inSticky: boolean;
}

function firstProblem(path: string, trust: Trust): string | null {
  try {
    for (const place of walk(path)) {
      const problem = problemOf(place, trust);
      if (problem !== null) return problem;
    }
  } catch (error) {
    if (error instanceof TypeError) throw error;
    // What cannot be reached cannot be run either.
  }
  return null;
}

function problemOf({ path, info }: Place, trust: Trust): string | null {
  // In a directory that only they can write, a link is safe whosever it is.
  if (info.isSymlink && !trust.inSticky) return null;
  const stranger = ownerProblem(path, info, trust);
  if (stranger !== null || info.isSymlink) return stranger;
  const mode = info.mode ?? 0;
  if (trust.inSticky && info.isDirectory && (mode & STICKY) !== 0) return null;
  if ((mode & WRITABLE_BY_ALL) !== 0) {
    return `all users can write "${path}"; run chmod o-w "${path}"` +
      (trust.inSticky ? "" : ", or move the program");
  }
  if ((mode & WRITABLE_BY_GROUP) !== 0) {
    return `group ${info.gid ?? 0} can write "${path}"; ` +
      `run chmod g-w "${path}"`;
  }
  return null;
}

function ownerProblem(
  path: string,
  info: Deno.FileInfo,
  { uid }: Trust,
): string | null {
  const owner = info.uid ?? 0;
  if (owner === 0 || owner === uid) return null;
  const chown = info.isSymlink ? "chown -h" : "chown";
  return `"${path}" belongs to user ${owner}; run ${chown} root "${path}"`;
}
