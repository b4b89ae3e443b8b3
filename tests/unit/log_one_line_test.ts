import { strictEqual } from "node:assert/strict";
import { oneLine } from "../../src/log/one_line.ts";

Deno.test("oneLine() leaves no control character and no line break", () => {
  strictEqual(oneLine(" a\r\nb\0\x1bc\u2028d\u009be \n"), "a b c d e");
});

Deno.test("oneLine() cuts what is longer than its limit", () => {
  strictEqual(oneLine("a".repeat(200)), "a".repeat(200));
  strictEqual(oneLine("a".repeat(201)), "a".repeat(199) + "…");
  strictEqual(oneLine("a".repeat(201), Infinity), "a".repeat(201));
});

Deno.test("oneLine() shows what turns the direction of text or is unseen", () => {
  strictEqual(
    oneLine("a\u202eb\u2066c\u200fd\u061ce\u200bf\u{e0041}"),
    "a\\u{202e}b\\u{2066}c\\u{200f}d\\u{61c}e\\u{200b}f\\u{e0041}",
  );
  strictEqual(oneLine("\ud800 ä é 語 🙂"), "\\u{d800} ä é 語 🙂");
});
