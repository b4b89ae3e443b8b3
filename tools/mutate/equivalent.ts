/**
 * The mutants that no test can kill, because the program does the same with
 * them: `equivalent.json`, each with its reason.
 *
 * @module
 */

import { join } from "node:path";
import { type Judged, type Mutant, mutantKey } from "./mutant.ts";

/** An entry of the list. It means a mutant by what it changes, not where. */
export interface Equivalent {
  /** Path from the root of the repository. */
  readonly file: string;
  /** The source line that the change begins in, trimmed. */
  readonly line: string;
  /** Kind of change. */
  readonly mutator: string;
  /** What is replaced. */
  readonly from: string;
  /** What it is replaced by. */
  readonly to: string;
  /** Which one is meant where several read the same; else all are. */
  readonly nth?: number;
  /** Why the program does the same. */
  readonly reason: string;
}

/** Read the list that is beside this file. */
export async function readEquivalents(): Promise<readonly Equivalent[]> {
  const path = join(import.meta.dirname ?? ".", "equivalent.json");
  return JSON.parse(await Deno.readTextFile(path));
}

/** Whether an entry means a mutant. */
export function means(entry: Equivalent, mutant: Mutant): boolean {
  return mutantKey(entry) === mutantKey(mutant) &&
    (entry.nth ?? mutant.nth) === mutant.nth;
}

/**
 * Compare the list with what was found.
 *
 * @param files The files that were mutated, all of their mutants.
 * @returns What is wrong with the list; nothing when it is right.
 */
export function checkEquivalents(
  list: readonly Equivalent[],
  judged: readonly Judged[],
  files: readonly string[],
): string[] {
  return list.filter(({ file }) => files.includes(file)).flatMap((entry) => {
    const key = mutantKey(entry);
    const found = judged.filter(({ mutant }) => means(entry, mutant));
    if (found.length === 0) return [`There is no mutant ${key}`];
    const [killed] = found.filter(isKilled);
    if (killed?.verdict.outcome !== "killed") return [];
    return [`Not equivalent, for "${killed.verdict.by}" kills it: ${key}`];
  });
}

function isKilled({ verdict }: Judged): boolean {
  return verdict.outcome === "killed";
}
