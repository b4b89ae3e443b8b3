import { deepStrictEqual, doesNotThrow } from "node:assert/strict";
import fc from "fast-check";
import { splitCommand } from "../../src/config/command_line.ts";

for (
  const [text, words] of [
    ["/bin/a", ["/bin/a"]],
    ["  /bin/a\tb \n c ", ["/bin/a", "b", "c"]],
    ["/bin/a 'b c' \"d e\" f\\ g", ["/bin/a", "b c", "d e", "f g"]],
    ["/bin/a ''", ["/bin/a", ""]],
    ["/bin/a b'c'\"d\"\\e", ["/bin/a", "bcde"]],
    ["/bin/a '$x' '|' \\; \\$y", ["/bin/a", "$x", "|", ";", "$y"]],
    ['/bin/a "a|b" "\\$x" "\\"" "\\n"', ["/bin/a", "a|b", "$x", '"', "\\n"]],
    ["/bin/a * ~ ?b #c x=y", ["/bin/a", "*", "~", "?b", "#c", "x=y"]],
    ["", []],
  ] as const
) {
  Deno.test(`splitCommand() splits ${JSON.stringify(text)}`, () => {
    deepStrictEqual(splitCommand(text), { words });
  });
}

for (
  const [text, syntax] of [
    ["/bin/a | b", "|"],
    ["/bin/a && b", "&"],
    ["/bin/a; b", ";"],
    ["/bin/a > b", ">"],
    ["/bin/a $x", "$"],
    ['/bin/a "$x"', "$"],
    ['/bin/a "\\\\$x"', "$"],
    ["/bin/a `b`", "`"],
    ["(/bin/a)", "("],
  ] as const
) {
  Deno.test(`splitCommand() leaves ${JSON.stringify(text)} to a shell`, () => {
    deepStrictEqual(splitCommand(text), {
      problem: `needs a shell for "${syntax}": ` +
        "write { shell: … }, or put it in single quotes",
    });
  });
}

for (const text of ["/bin/a 'b", '/bin/a "b', "/bin/a \\", '/bin/a "b\\"']) {
  Deno.test(`splitCommand() refuses ${JSON.stringify(text)}`, () => {
    deepStrictEqual(splitCommand(text), {
      problem: "must not end in quotes or in a backslash",
    });
  });
}

Deno.test("splitCommand() gives back what was put in single quotes", () => {
  const word = fc.string().filter((text) => !text.includes("'"));
  fc.assert(fc.property(fc.array(word), (words) => {
    const text = words.map((word) => `'${word}'`).join(" ");
    deepStrictEqual(splitCommand(text), { words });
  }));
});

Deno.test("splitCommand() never throws", () => {
  const piece = fc.constantFrom(..."\\'\"$ab |\n".split(""));
  fc.assert(fc.property(fc.array(piece), (pieces) => {
    doesNotThrow(() => splitCommand(pieces.join("")));
  }));
});
