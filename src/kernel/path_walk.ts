/**
 * The way to a file: every directory and every link that it leads through, any
 * of which could lead elsewhere tomorrow.
 *
 * @module
 */

const MAX_LINKS = 40;

/** Bits of `FileInfo.mode` (inode(7)). */
export const STICKY = 0o1000;
export const WRITABLE_BY_GROUP = 0o020;
export const WRITABLE_BY_ALL = 0o002;

/** A directory or a link on the way, or what it leads to. */
export interface Place {
  /** Its path, in which no part is a link but perhaps the last. */
  readonly path: string;
  /** What it is itself, not what a link leads to. */
  readonly info: Deno.FileInfo;
  /** Whether the way ends here. */
  readonly isLast: boolean;
}

/**
 * Go to a file, following links part by part as the kernel does.
 *
 * @param path Absolute path.
 * @throws {Deno.errors.FilesystemLoop} For more than 40 links.
 * @throws {Error} Of the runtime, where the way does not go on.
 */
export function* walk(path: string): Generator<Place> {
  const parts = path.split("/").reverse();
  let here = "";
  for (let links = 0;;) {
    const part = nextPart(parts);
    const place = here === "" ? "/" : here;
    const isLast = part === undefined;
    yield { path: place, info: Deno.lstatSync(place), isLast };
    if (isLast) return;
    if (part === "..") {
      here = here.slice(0, here.lastIndexOf("/"));
      continue;
    }
    const next = `${here}/${part}`;
    const info = Deno.lstatSync(next);
    if (!info.isSymlink) {
      here = next;
      continue;
    }
    yield { path: next, info, isLast: false };
    if (++links > MAX_LINKS) {
      throw new Deno.errors.FilesystemLoop(`"${path}" has too many links`);
    }
    const target = Deno.readLinkSync(next);
    if (target.startsWith("/")) here = "";
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

/** What the kernel shows for users that a user namespace does not know. */
const OVERFLOW_UID = 65534;

/**
 * Who the host's root is in a user namespace that does not know him, such as
 * that of `unshare --map-root-user`: nobody in it can be him. Elsewhere root.
 */
export function hostRoot(): number {
  const isKnown = Deno.readTextFileSync("/proc/self/uid_map")
    .trim().split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number))
    .some(([first = 0, , count = 0]) =>
      first <= OVERFLOW_UID && OVERFLOW_UID < first + count
    );
  return isKnown ? 0 : OVERFLOW_UID;
}
