/**
 * The facts that are checked in: what the headers said when somebody asked.
 *
 * @module
 */

import { type Architecture, type Facts, LAYOUTS, readClaims } from "./facts.ts";

function fileOf(root: URL, arch: Architecture): URL {
  return new URL(`tests/fixtures/headers/${arch}.json`, root);
}

/** The expressions that a compiler is to be asked for, sorted. */
export function expressionsOf(root: URL, arch: Architecture): string[] {
  const claimed = readClaims(root, arch).map(({ expression }) => expression);
  return [...new Set([...claimed, ...Object.values(LAYOUTS)])].sort();
}

/** Read them. */
export function readFacts(root: URL, arch: Architecture): Facts {
  return JSON.parse(Deno.readTextFileSync(fileOf(root, arch)));
}

/** Write them. */
export function writeFacts(root: URL, arch: Architecture, facts: Facts): void {
  const text = `${JSON.stringify(facts, null, 2)}\n`;
  Deno.writeTextFileSync(fileOf(root, arch), text);
}
