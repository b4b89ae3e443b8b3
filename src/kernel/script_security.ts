/**
 * Whether a program can be trusted to run: who else could have changed it.
 *
 * @module
 */

const MAX_LINKS = 40;
const WRITABLE_BY_GROUP = 0o020;
const WRITABLE_BY_ALL = 0o002;

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
  const parts = path.split("/").reverse();
  let place = "";
  let links = 0;
  for (;;) {
    const problem = problemOf(place === "" ? "/" : place, uid);
    if (problem !== null) return `Cannot run "${path}": ${problem}`;
    const part = nextPart(parts);
    if (part === undefined) return null;
    if (part === "..") {
      place = place.slice(0, place.lastIndexOf("/"));
      continue;
    }
    const next = `${place}/${part}`;
    const info = lstat(next);
    if (info === null) return null;
    if (!info.isSymlink) {
      place = next;
      continue;
    }
    if (++links > MAX_LINKS) return null;
    const target = Deno.readLinkSync(next);
    if (target.startsWith("/")) place = "";
    parts.push(...target.split("/").reverse());
  }
}

/** The last of the parts that says something, taken off. */
function nextPart(parts: string[]): string | undefined {
  for (;;) {
    const part = parts.pop();
    if (part !== "" && part !== ".") return part;
  }
}

function problemOf(path: string, uid: number): string | null {
  const info = lstat(path);
  if (info === null) return null;
  const owner = info.uid ?? 0;
  if (owner !== 0 && owner !== uid) {
    return `"${path}" belongs to user ${owner}; run chown root "${path}"`;
  }
  const mode = info.mode ?? 0;
  if ((mode & WRITABLE_BY_ALL) !== 0) {
    return `all users can write "${path}"; run chmod o-w "${path}", or move ` +
      "the program";
  }
  if ((mode & WRITABLE_BY_GROUP) !== 0) {
    return `group ${info.gid ?? 0} can write "${path}"; ` +
      `run chmod g-w "${path}"`;
  }
  return null;
}

/** What is known of a path, or null when there is nothing to be known. */
function lstat(path: string): Deno.FileInfo | null {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof TypeError) throw error;
    return null;
  }
}
