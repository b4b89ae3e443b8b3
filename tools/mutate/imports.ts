/**
 * What a source file imports, directly or not.
 *
 * @module
 */

import { join } from "node:path";

const RELATIVE = /(?:from|import)\s*\(?"(\.[^"]+)"/g;

/**
 * Find the files below `root` that a file needs, itself too.
 *
 * @param path Path from `root`.
 * @returns Paths from `root`.
 */
export async function importsOf(
  root: string,
  path: string,
): Promise<ReadonlySet<string>> {
  const found = new Set([path]);
  // What is added while the loop runs is visited too.
  for (const file of found) {
    const text = await Deno.readTextFile(join(root, file));
    for (const [, specifier = ""] of text.matchAll(RELATIVE)) {
      found.add(join(file, "..", specifier));
    }
  }
  return found;
}
