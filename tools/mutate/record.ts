/**
 * Verdicts that outlive a run, one JSON line each: a run that was ended goes
 * on, and new tests are tried on the survivors only.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Verdict } from "./mutant.ts";

/** A line of the file. */
export interface Recorded {
  /** Name of the mutant. */
  readonly name: string;
  /** Digest of the file that it is in. */
  readonly source: string;
  /** Digest of everything that judges it. */
  readonly judges: string;
  /** What the tests said. */
  readonly verdict: Verdict;
}

/**
 * Read a record; the last line about a mutant counts.
 *
 * @returns Name of the mutant → what is known.
 */
export async function readRecord(
  path: string,
): Promise<ReadonlyMap<string, Recorded>> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return new Map();
    throw error;
  }
  const lines = text.split("\n").filter((line) => line.endsWith("}"));
  return new Map(
    lines.map((line): [string, Recorded] => {
      const recorded: Recorded = JSON.parse(line);
      return [recorded.name, recorded];
    }),
  );
}

/** Write one more line. */
export async function record(path: string, line: Recorded): Promise<void> {
  await Deno.writeTextFile(path, `${JSON.stringify(line)}\n`, { append: true });
}

/**
 * Whether a verdict still stands. Who was killed is dead as long as the
 * mutated file is the same; who lives, as long as the tests are too.
 */
export function stands(
  recorded: Recorded,
  source: string,
  judges: string,
): boolean {
  if (recorded.source !== source) return false;
  return recorded.verdict.outcome === "killed" || recorded.judges === judges;
}

/**
 * Digest files, and all files in folders.
 *
 * @param root What the paths begin at.
 */
export async function digest(
  root: string,
  paths: readonly string[],
): Promise<string> {
  const hash = createHash("sha256");
  const add = async (path: string): Promise<void> => {
    if ((await Deno.stat(join(root, path))).isFile) {
      hash.update(path).update(await Deno.readFile(join(root, path)));
      return;
    }
    const names: string[] = [];
    for await (const { name } of Deno.readDir(join(root, path))) {
      names.push(name);
    }
    for (const name of names.sort()) await add(join(path, name));
  };
  for (const path of paths) await add(path);
  return hash.digest("hex");
}
