/**
 * A mutant: one small change of one source file, and what became of it.
 *
 * @module
 */

/** Where a mutant is switched on: each tree of sources has its own. */
export type Tree = "stryker" | "arithmetic";

/** One small change of a source file. */
export interface Mutant {
  /** Unique in its tree; what the instrumented sources ask for. */
  readonly id: string;
  /** Tree of sources that contains it. */
  readonly tree: Tree;
  /** Path from the root of the repository. */
  readonly file: string;
  /** Line number, from 1. */
  readonly lineNumber: number;
  /** The source line it begins in, trimmed. */
  readonly line: string;
  /** Kind of change, such as `EqualityOperator`. */
  readonly mutator: string;
  /** What is replaced, in one line, cut when long. */
  readonly from: string;
  /** What it is replaced by, in one line, cut when long. */
  readonly to: string;
  /** Number among the changes of its file that read the same, from 0. */
  readonly nth: number;
}

/** A mutant before the others of its file are known. */
export type Change = Omit<Mutant, "nth">;

/** What the tests said of a mutant. */
export type Verdict =
  /** A test failed, or the tests did not end, or the process died. */
  | { readonly outcome: "killed"; readonly by: string }
  /** Tests ran through it and all passed. */
  | { readonly outcome: "survived" }
  /** No test runs through it. */
  | { readonly outcome: "uncovered" };

/** A mutant with its verdict. */
export interface Judged {
  /** The mutant. */
  readonly mutant: Mutant;
  /** What the tests said. */
  readonly verdict: Verdict;
}

/** Longest text of a replaced piece; what is longer is cut in the middle. */
const LONGEST = 100;

/**
 * What a mutant is when lines move and other mutants come and go. Two equal
 * changes in lines that read the same share it.
 */
export function mutantKey(
  { file, line, mutator, from, to }: Pick<
    Mutant,
    "file" | "line" | "mutator" | "from" | "to"
  >,
): string {
  return [file, mutator, line, from, to].join(" | ");
}

/** Number the changes of a file that read the same. */
export function numbered(changes: readonly Change[]): Mutant[] {
  const seen = new Map<string, number>();
  return changes.map((change) => {
    const key = mutantKey(change);
    const nth = seen.get(key) ?? 0;
    seen.set(key, nth + 1);
    return { ...change, nth };
  });
}

/** A piece of source in one line, cut in the middle when it is long. */
export function oneLine(source: string): string {
  const text = source.replaceAll(/\s+/g, " ").trim();
  if (text.length <= LONGEST) return text;
  return `${text.slice(0, LONGEST - 30)} … ${text.slice(-25)}`;
}
