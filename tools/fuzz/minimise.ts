/**
 * Inputs made small.
 *
 * @module
 */

import { decode, encode, splice } from "./bytes.ts";
import type { Target } from "./target.ts";

/**
 * Leave out as much of an input as is not needed.
 *
 * @param form Text is cut between characters, bytes anywhere.
 * @param tries Most inputs that are tried.
 * @param isEnough Whether an input still does what it is kept for.
 */
export async function minimised(
  form: Target["form"],
  input: Uint8Array,
  tries: number,
  isEnough: (input: Uint8Array) => Promise<boolean>,
): Promise<Uint8Array> {
  if (form === "text" && encode(decode(input)).length === input.length) {
    const letters = [...decode(input)];
    const join = (kept: readonly string[]): Uint8Array => encode(kept.join(""));
    const cut = await cutDown(
      letters,
      tries,
      (list, at, size) => list.toSpliced(at, size),
      (kept) => isEnough(join(kept)),
    );
    return join(cut);
  }
  return await cutDown(input, tries, splice, isEnough);
}

/** Leave out pieces, large ones first. */
async function cutDown<T extends { readonly length: number }>(
  whole: T,
  tries: number,
  without: (list: T, at: number, size: number) => T,
  isEnough: (list: T) => Promise<boolean>,
): Promise<T> {
  let kept = whole;
  let left = tries;
  for (let size = Math.ceil(kept.length / 2); size >= 1; size >>= 1) {
    for (let at = 0; at < kept.length;) {
      if (left-- <= 0) return kept;
      const less = without(kept, at, size);
      if (await isEnough(less)) kept = less;
      else at += size;
    }
  }
  return kept;
}
