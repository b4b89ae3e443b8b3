/**
 * Guess what was meant by a misspelt word.
 *
 * @module
 */

import { blankName, ODD_BLANK } from "./blanks.ts";
import { foreignKey } from "./foreign.ts";

/** A key that is not known. */
export interface UnknownKey {
  /** What is said of it. */
  readonly problem: string;
  /** The known key that is meant, or null. */
  readonly meant: string | null;
}

/**
 * Judge a key that is not known.
 *
 * @param key What stands in the file.
 * @param known The keys that could stand there.
 */
export function unknownKey(key: string, known: readonly string[]): UnknownKey {
  const problem = "is not a known key";
  const [blank] = ODD_BLANK.exec(key) ?? [];
  if (blank !== undefined) {
    const hint = `${
      blankName(blank)
    } is part of it, write a space in its place`;
    return { problem: `${problem}: ${hint}`, meant: null };
  }
  const foreign = foreignKey(key, known);
  if (foreign !== null) {
    return { problem: problem + foreign.hint, meant: foreign.key };
  }
  const meant = nearest(key, known);
  return { problem: problem + question(meant), meant };
}

/**
 * The end of a message about a word that is not known.
 *
 * @param word What stands in the file.
 * @param known The words that could stand there.
 * @returns ` (did you mean "x"?)`, or nothing when no word is near.
 */
export function didYouMean(word: string, known: readonly string[]): string {
  return question(nearest(word, known));
}

function question(meant: string | null): string {
  return meant === null ? "" : ` (did you mean "${meant}"?)`;
}

function nearest(word: string, known: readonly string[]): string | null {
  const limit = Math.max(1, Math.floor(word.length / 3));
  const letters = lettersOf(word);
  let near: string | null = null;
  let least = limit + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) >= least) continue;
    const cost = distance(letters, lettersOf(candidate), least - 1);
    if (cost < least) [near, least] = [candidate, cost];
  }
  return near;
}

function lettersOf(word: string): readonly string[] {
  return [...word.toLowerCase()];
}

/**
 * Edits from one word to another, not counting case: a letter more, less or
 * other, or two neighbours that changed places (optimal string alignment).
 *
 * @param limit Edits beyond which the number does not matter.
 * @returns Infinity when it is beyond.
 */
function distance(
  left: readonly string[],
  right: readonly string[],
  limit: number,
): number {
  let before: number[] = [];
  let row = Array.from({ length: right.length + 1 }, (_, j) => j);
  for (let i = 0; i < left.length; i++) {
    const next = [i + 1];
    let least = i + 1;
    for (let j = 0; j < right.length; j++) {
      const swapped = left[i] === right[j - 1] && left[i - 1] === right[j]
        ? (before[j - 1] ?? 0) + 1
        : Infinity;
      const replaced = (row[j] ?? 0) + (left[i] === right[j] ? 0 : 1);
      const longer = (row[j + 1] ?? 0) + 1;
      const shorter = (next[j] ?? 0) + 1;
      const cost = Math.min(swapped, replaced, longer, shorter);
      next.push(cost);
      least = Math.min(least, cost);
    }
    // A swap reaches back two rows, and may save one edit.
    if (least > limit + 1) return Infinity;
    before = row;
    row = next;
  }
  const cost = row[right.length] ?? 0;
  return cost > limit ? Infinity : cost;
}
