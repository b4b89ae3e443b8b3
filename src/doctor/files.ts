/**
 * Files of /proc, /sys and /run that may not be there: what cannot be read
 * says nothing.
 *
 * @module
 */

/** The text of a file, empty when it cannot be read. */
export function readText(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}

/** Where a link leads, null when it cannot be read. */
export function readLink(path: string): string | null {
  try {
    return Deno.readLinkSync(path);
  } catch {
    return null;
  }
}

/** Whether there is anything of this name that can be seen. */
export function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
