/**
 * How a finding is told.
 *
 * @module
 */

import { relative } from "node:path";
import { writeEntry } from "./corpus.ts";
import type { Finding } from "./engine.ts";
import type { Target } from "./target.ts";

/**
 * Write the input of a finding to the corpus.
 *
 * @returns What is wrong, and how to see it again.
 */
export async function tell(
  target: Target,
  { input, message }: Finding,
  seed: number,
): Promise<string> {
  const path = relative(".", await writeEntry(target, "found", input));
  return `${message}\n` +
    `  found with --seed ${seed} ${target.name}; again: ` +
    `deno task fuzz --replay ${path}\n` +
    "  Name the file for what it shows, and commit it with what mends it.";
}
