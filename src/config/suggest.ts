/**
 * Guess what was meant by a misspelt word.
 *
 * @module
 */

import { blankName, ODD_BLANK } from "./blanks.ts";
import { foreignKey } from "./foreign.ts";
import { sectionsOf } from "./schema/key_names.ts";

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
    const name = key.replace(/[^\w-]/g, "");
    const meant = known.includes(name) ? name : null;
    return { problem: `${problem}: ${hint}`, meant };
  }
  const joined = joinedKey(key, known);
  if (joined !== null) {
    return {
      problem: `is a key with its value: ${joined.hint}`,
      meant: joined.key,
    };
  }
  const foreign = foreignKey(key, known);
  if (foreign !== null) {
    return { problem: problem + foreign.hint, meant: foreign.key };
  }
  const sections = sectionsOf(key);
  if (sections.length > 0 && sections.length <= MAX_SECTIONS) {
    const hint = sections.map((each) => each || "the top level").join(" or ");
    return { problem: `${problem} here: it belongs in ${hint}`, meant: null };
  }
  const meant = nearest(key, known);
  return { problem: problem + question(meant), meant };
}

/** Sections that are named as those in which a key can stand. */
const MAX_SECTIONS = 3;

/**
 * The key in a text that is meant as a key and its value, such as
 * `priority:150`.
 *
 * @param text What stands in the file.
 * @param known The keys that could stand there.
 * @returns The key, and what to write, or null.
 */
export function joinedKey(
  text: string,
  known: readonly string[],
): { readonly key: string; readonly hint: string } | null {
  const [, key = ""] = /^([A-Za-z_][\w-]*) *[:=]/.exec(text) ?? [];
  return !known.includes(key) ? null : {
    key,
    hint: `write "${key}: …", with a space behind the colon`,
  };
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

/** Letters of a word that tell which it is the beginning of. */
const MIN_BEGINNING = 3;

function question(meant: string | null): string {
  return meant === null ? "" : ` (did you mean "${meant}"?)`;
}

function nearest(word: string, known: readonly string[]): string | null {
  const beginning = word.toLowerCase();
  const begun = known.filter((each) => each.startsWith(beginning));
  if (word.length >= MIN_BEGINNING && begun.length === 1) {
    return begun[0] ?? null;
  }
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
