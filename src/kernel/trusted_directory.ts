/**
 * Whether the files of a directory can be trusted: who else could put others
 * in their place.
 *
 * @module
 */

const MAX_LINKS = 40;
const ROOT = 0;
const WRITABLE_BY_GROUP = 0o020;
const WRITABLE_BY_ALL = 0o002;
const STICKY = 0o1000;

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
  const trusted = new Set([ROOT, uid, ...unknownUsers()]);
  const parts = path.split("/").reverse();
  let place = "";
  let links = 0;
  for (;;) {
    const here = place === "" ? "/" : place;
    const part = nextPart(parts);
    const isLast = part === undefined;
    const owners = isLast ? new Set([ROOT, uid]) : trusted;
    const problem = problemOf(here, owners, isLast);
    if (problem !== null || isLast) return problem;
    if (part === "..") {
      place = place.slice(0, place.lastIndexOf("/"));
      continue;
    }
    const next = `${place}/${part}`;
    const info = Deno.lstatSync(next);
    if (!info.isSymlink) {
      place = next;
      continue;
    }
    if (!trusted.has(info.uid ?? ROOT)) return belongs(next, info.uid);
    if (++links > MAX_LINKS) return `"${path}" has too many links`;
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

function problemOf(
  path: string,
  owners: ReadonlySet<number>,
  isLast: boolean,
): string | null {
  const { isDirectory, uid, gid, mode } = Deno.statSync(path);
  if (!isDirectory) return `"${path}" is not a directory`;
  if (!owners.has(uid ?? ROOT)) return belongs(path, uid);
  const bits = mode ?? 0;
  if (!isLast && (bits & STICKY) !== 0) return null;
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

/**
 * In a user namespace all whom it does not know are one user: those outside,
 * who made the directories above.
 */
function unknownUsers(): readonly number[] {
  const map = Deno.readTextFileSync("/proc/self/uid_map");
  if (/^\s*0\s+0\s+4294967295\s*$/.test(map)) return [];
  return [Number(Deno.readTextFileSync("/proc/sys/kernel/overflowuid"))];
}
