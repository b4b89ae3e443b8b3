/**
 * What the sources say a number is, on each architecture: their constants,
 * computed without running anything else of them.
 *
 * @module
 */

import type { Architecture } from "./facts.ts";

/** A constant's number, or those of a list or a table. */
export type Value =
  | number
  | bigint
  | readonly Value[]
  | Readonly<Record<string, number | bigint | string>>;

const CONSTANT =
  /^(?:export )?const ([A-Z][A-Z0-9_]*)(?:: [^=]+)? =\s([^;]*);/gm;

/**
 * The constants at the top of a module that depend on numbers, each other and
 * `Deno.build.arch` alone.
 *
 * @param source Text of the module.
 * @param arch What `Deno.build.arch` is taken to be.
 */
export function constantsOf(
  source: string,
  arch: Architecture,
): ReadonlyMap<string, Value> {
  const found = new Map<string, Value>();
  for (const [, name = "", expression = ""] of source.matchAll(CONSTANT)) {
    const value = evaluate(expression, arch, found);
    if (value !== null) found.set(name, value);
  }
  return found;
}

/** Null for what is no number, or needs more than is known. */
function evaluate(
  expression: string,
  arch: Architecture,
  known: ReadonlyMap<string, Value>,
): Value | null {
  const scope = new Map<string, unknown>([...known, ["Deno", {
    build: { arch },
  }]]);
  try {
    const compute = new Function(...scope.keys(), `return (${expression});`);
    return asValue(compute(...scope.values()));
  } catch (error) {
    // Types and names of other modules: no constant of C is made of them.
    if (error instanceof SyntaxError || error instanceof ReferenceError) {
      return null;
    }
    throw error;
  }
}

function asValue(value: unknown): Value | null {
  if (typeof value === "number" || typeof value === "bigint") return value;
  const isPlain = Array.isArray(value) ||
    Object.getPrototypeOf(value) === Object.prototype;
  return isPlain ? value as Value : null;
}
