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

/**
 * Edits from one word to another, not counting case: a letter more, less or
 * other, or two neighbours that changed places (optimal string alignment).
 */
function distance(from: string, to: string): number {
  const [left, right] = [[...from.toLowerCase()], [...to.toLowerCase()]];
  let before: number[] = [];
  let row = Array.from({ length: right.length + 1 }, (_, j) => j);
  for (const [i, a] of left.entries()) {
    const next = [i + 1];
    for (const [j, b] of right.entries()) {
      const swapped = a === right[j - 1] && b === left[i - 1]
        ? (before[j - 1] ?? 0) + 1
        : Infinity;
      const replaced = (row[j] ?? 0) + (a === b ? 0 : 1);
      const longer = (row[j + 1] ?? 0) + 1;
      const shorter = (next[j] ?? 0) + 1;
      next.push(Math.min(swapped, replaced, longer, shorter));
    }
    before = row;
    row = next;
  }
  return row[right.length] ?? 0;
}
