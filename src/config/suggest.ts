/**
 * Guess what was meant by a misspelt word.
 *
 * @module
 */

/**
 * The end of a message about a word that is not known.
 *
 * @param word What stands in the file.
 * @param known The words that could stand there.
 * @returns ` (did you mean "x"?)`, or nothing when no word is near.
 */
export function didYouMean(word: string, known: readonly string[]): string {
  const limit = Math.max(1, Math.floor(word.length / 3));
  const near = known
    .filter((candidate) => Math.abs(candidate.length - word.length) <= limit)
    .map((candidate) => ({ candidate, cost: distance(word, candidate) }))
    .filter(({ cost }) => cost <= limit)
    .sort((a, b) => a.cost - b.cost)[0];
  return near === undefined ? "" : ` (did you mean "${near.candidate}"?)`;
}

/** Edits (Levenshtein) from one word to another, not counting case. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (const [i, a] of [...from.toLowerCase()].entries()) {
    const next = [i + 1];
    for (const [j, b] of [...to.toLowerCase()].entries()) {
      const replaced = (row[j] ?? 0) + (a === b ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
