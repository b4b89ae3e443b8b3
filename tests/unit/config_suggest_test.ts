import { strictEqual } from "node:assert/strict";
import { didYouMean } from "../../src/config/suggest.ts";

const KEYS = ["priority", "preempt", "name", "auth_type", "auth_pass"];

for (
  const [word, expected] of [
    ["priorty", ' (did you mean "priority"?)'],
    ["Priority", ' (did you mean "priority"?)'],
    ["pre_empt", ' (did you mean "preempt"?)'],
    ["auth_pas", ' (did you mean "auth_pass"?)'],
    ["auth-type", ' (did you mean "auth_type"?)'],
    ["nmae", ' (did you mean "name"?)'],
    ["nam", ' (did you mean "name"?)'],
    ["color", ""],
    ["", ""],
    ["x".repeat(100_000), ""],
  ] as const
) {
  Deno.test(`didYouMean() answers "${word.slice(0, 20)}"`, () => {
    strictEqual(didYouMean(word, KEYS), expected);
  });
}
