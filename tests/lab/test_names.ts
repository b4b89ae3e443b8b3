/**
 * The names of tests as their files write them, for documents that cite them.
 *
 * @module
 */

/** A call that registers a test, by Deno or by a function around it. */
const TEST =
  /\b(?:Deno\.test|[a-z]\w*Test|inScratch|with[A-Z]\w*)\(\s*(?:\{\s*name:\s*)?(["`])((?:(?!\1)[^\\]|\\.)+)\1/g;

/**
 * Names of the tests in the text of a file.
 *
 * @returns Each once; what a name computes is an ellipsis: `refuses …`.
 */
export function testNames(text: string): string[] {
  const names = Array.from(
    text.matchAll(TEST),
    ([, , name = ""]) => name.replace(/\$\{[^}]*\}/g, "…"),
  );
  return [...new Set(names)];
}
