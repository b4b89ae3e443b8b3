/**
 * Names of links by their numbers.
 *
 * @module
 */

import { libc } from "./libc.ts";

const IF_NAMESIZE = 16;

/**
 * The name of a link.
 *
 * @param index Its index.
 * @returns Null when there is no such link, or the kernel does not tell.
 */
export function linkName(index: number): string | null {
  const bytes = new Uint8Array(IF_NAMESIZE);
  if (libc.if_indextoname(index, bytes) === null) return null;
  return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
}
