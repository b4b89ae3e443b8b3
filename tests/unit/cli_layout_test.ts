import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { table, wrap } from "../../src/cli/layout.ts";

Deno.test("wrap() breaks at spaces and indents what follows", () => {
  strictEqual(wrap("one two three", 20, 2), "one two three");
  strictEqual(wrap("one two three", 8, 2), "one two\n  three");
  strictEqual(wrap("one two three", 7, 2), "one two\n  three");
  strictEqual(wrap("one two three", Infinity, 2), "one two three");
  strictEqual(wrap("  one two", 5, 4), "  one\n    two");
  strictEqual(wrap("unbreakable two", 4, 1), "unbreakable\n two");
  strictEqual(wrap("", 4, 1), "");
});

Deno.test("wrap() loses no word and keeps to the width that words allow", () => {
  const word = fc.string({
    unit: fc.constantFrom("a", "b"),
    minLength: 1,
    maxLength: 9,
  });
  fc.assert(
    fc.property(
      fc.array(word),
      fc.integer({ min: 12, max: 40 }),
      (words, width) => {
        const wrapped = wrap(words.join(" "), width, 3);
        deepStrictEqual(wrapped.split(/\s+/).join(" "), words.join(" "));
        ok(wrapped.split("\n").every(({ length }) => length <= width));
      },
    ),
  );
});

Deno.test("table() puts titles in a column and leaves empty rows out", () => {
  deepStrictEqual(
    table([["a", ["one six", "three"]], ["none", []], ["bcd", ["x"]]], 14, 2),
    ["  a    one six", "       three", "  bcd  x"],
  );
  deepStrictEqual(
    table([["long title", ["one two"]]], 9, 2),
    ["  long title", "    one\n    two"],
  );
});
