/**
 * Patterns of operators, and what they are matched against: a pattern in the
 * first line, the text in the others.
 *
 * @module
 */

import { ok, strictEqual } from "node:assert/strict";
import {
  type CompiledPattern,
  compilePattern,
} from "../../../src/config/pattern.ts";
import { decode, mutateUtf8 } from "../bytes.ts";
import type { Target } from "../target.ts";

/** The target. */
export const pattern: Target = {
  name: "pattern",
  form: "text",
  maxLength: 4_096,
  sources: ["/src/config/pattern.ts", "/re2js/"],
  // A match takes its 500 steps for each character, in blocks of the engine.
  steps: { base: 4_000_000, perByte: 100_000 },
  mutate: (input, chance, other) => mutateUtf8(input, chance, other, WORDS),
  judge,
};

const WORDS = [
  ...["(", ")", "(?:", "(?=", "(?<!", "(?<n>", "[", "]", "[^", "\\d", "\\w"],
  ...["\\b", "\\p{L}", "\\u{1f600}", "\\x41", "\\1", "\\k<n>", "^", "$", "|"],
  ...["*", "+", "?", "*?", "{2}", "{0,9}", "{500}", "(a*)*", "(a|a)*b", "."],
  ...["a", "b", "ok", "ready", "\n", " ", "é", "😀", "\\", "(?i)", "\\Q"],
];

/** What both engines read in the same way. */
const PLAIN = /^(?:[ab.]|\\d|\[\^?[ab]+\]|\((?:\?:)?|\)|\||[*+?](?!\?))*$/;
/** Longer texts keep the runtime's engine for years. */
const MAX_BACKTRACKED = 12;

function judge(input: Uint8Array): void {
  const whole = decode(input);
  const end = whole.indexOf("\n");
  const source = end < 0 ? whole : whole.slice(0, end);
  const text = end < 0 ? "" : whole.slice(end + 1);
  const compiled: CompiledPattern = compilePattern(source);
  if ("problem" in compiled) {
    ok(/^(is|cannot) /.test(compiled.problem), compiled.problem);
    return;
  }
  const isMatch = compiled.pattern.test(text);
  strictEqual(compiled.pattern.test(text), isMatch, "Not the same again");
  // Whatever stands around it, a part that matches does, without anchors.
  if (isMatch && !/[\\^$(]/.test(source)) {
    ok(compiled.pattern.test(`<${text}>`), "A match is lost");
  }
  if (text.length <= MAX_BACKTRACKED && PLAIN.test(source)) {
    const theirs = theRuntimes(source);
    ok(theirs !== null, `Not a pattern of JavaScript: ${source}`);
    strictEqual(isMatch, theirs.test(text), `${source} on ${text}`);
  }
}

function theRuntimes(source: string): RegExp | null {
  try {
    return new RegExp(source, "u");
  } catch {
    return null;
  }
}
