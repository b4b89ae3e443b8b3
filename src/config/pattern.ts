/**
 * Regular expressions of operators, which are matched against what servers
 * answer. The engine takes time in proportion to the answer, whatever either
 * says; the runtime's own backtracks, and one such match can take years.
 *
 * @module
 */

import { RE2JS, RE2JSException } from "re2js";

/** Something that a text can be held against. */
export interface Pattern {
  /** Whether any part of its first 262,144 characters matches. */
  test(text: string): boolean;
}

/** What became of the source of a pattern. */
export type CompiledPattern =
  | { readonly pattern: Pattern }
  | { readonly problem: string };

/**
 * Characters of a text that are looked at. With {@linkcode MAX_STEPS}, of which
 * a match may take as many for each of them, it is over in about a second at
 * the worst, in which everything else on the side waits.
 */
const MAX_TEXT = 256 * 1024;
/** Most steps of a pattern. */
const MAX_STEPS = 500;
/** Steps that a class of Unicode counts for, whose tables take long. */
const CLASS_STEPS = 50;
/** Most characters of a pattern. */
const MAX_LENGTH = 1000;

/**
 * Compile a pattern. Its syntax is JavaScript's (flag `u` not needed), without
 * what cannot be matched in linear time.
 *
 * @param source At most 1000 characters, and 500 steps with its repetitions
 *   written out.
 *
 * @example
 * ```ts
 * import { compilePattern } from "./pattern.ts";
 * import { strictEqual } from "node:assert/strict";
 * const compiled = compilePattern("ok.*ready");
 * strictEqual("pattern" in compiled && compiled.pattern.test("ok ok"), false);
 * ```
 */
export function compilePattern(source: string): CompiledPattern {
  const tooLong = {
    problem: "is too long to be matched in time: shorten it or its " +
      `repetitions ({…}), at most ${MAX_STEPS} steps together`,
  };
  if (source.length > MAX_LENGTH) return tooLong;
  const pieces = [...source.matchAll(PIECE)];
  const lost = LOST.find(([is]) => pieces.some(([piece]) => is.test(piece)));
  if (lost !== undefined) {
    const problem = `cannot have ${lost[1]}, which may take for ever to match`;
    return { problem };
  }
  if (stepsOf(pieces) > MAX_STEPS) return tooLong;
  try {
    const compiled = RE2JS.compile(RE2JS.translateRegExp(source));
    return {
      pattern: { test: (text) => compiled.test(text.slice(0, MAX_TEXT)) },
    };
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    const lost = LOST.find(([syntax]) => syntax.test(source));
    if (lost !== undefined) {
      const problem = `cannot have ${
        lost[1]
      }, which may take for ever to match`;
      return { problem };
    }
    const words = error.message.replace(/^error parsing regexp: /, "");
    return { problem: `is not a regular expression: ${words}` };
  }
}

/** One piece: a class, an escape, a count, a look-around, or a character. */
const PIECE =
  /\\[pP]\{[^}]*\}|\\[^]|\[\^?\]?(?:\\[^]|[^\]\\])*\]|\{(\d+)(?:,(\d*))?\}|\(\?<?[=!]|[^]/gu;

/** Pieces that no linear engine has, and their names. */
const LOST: readonly (readonly [RegExp, string])[] = [
  [/^\(\?/, "look-ahead or look-behind"],
  [/^\\[1-9k]$/, "back-references"],
];

/**
 * How long a pattern is with its repetitions written out: never less than what
 * the engine makes of it, and found without making it.
 */
function stepsOf(pieces: readonly RegExpExecArray[]): number {
  const outer: number[] = [];
  let sum = 0;
  let last = 0;
  for (const [piece, min, max] of pieces) {
    if (min !== undefined) {
      const count = Math.max(Number(min) + 1, Number(max ?? 0));
      sum += (last + 1) * count - last;
      last = (last + 1) * count;
      continue;
    }
    if (piece === "(") {
      outer.push(sum);
      sum = 0;
    } else if (piece === ")") {
      last = sum + 2;
      sum = last + (outer.pop() ?? 0);
    } else {
      // A branch may be empty, which is a step as well.
      last = /^\\p/i.test(piece) ? CLASS_STEPS : piece === "|" ? 2 : 1;
      sum += last;
    }
  }
  return outer.reduce((all, each) => all + each, sum);
}
