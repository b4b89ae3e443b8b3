import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { RE2JS } from "re2js";
import { compilePattern, type Pattern } from "../../src/config/pattern.ts";

function compile(source: string): Pattern {
  const compiled = compilePattern(source);
  ok("pattern" in compiled, JSON.stringify(compiled));
  return compiled.pattern;
}

function problemOf(source: string): string {
  const compiled = compilePattern(source);
  return "problem" in compiled ? compiled.problem : "";
}

Deno.test("compilePattern() takes the syntax of JavaScript", () => {
  for (
    const [source, text, matches] of [
      ["^o+k$", "ook", true],
      ["^o+k$", "book", false],
      ["ok.*ready", "ok, all\nready", false],
      ["ok[^]*ready", "ok, all\nready", true],
      ["\\d{3}-\\w+", "a 123-b", true],
      ["(?<word>a|b)c", "bc", true],
      ["(?i)OK", "it is ok", true],
      ["\\u00e9\\x41\\/", "éA/", true],
      ["\\p{L}$", "1ß", true],
      ["a\\\\1", "a\\1", true],
      ["[(?=]", "=", true],
    ] as const
  ) {
    strictEqual(compile(source).test(text), matches, source);
  }
});

Deno.test("compilePattern() names the syntax that is lost", () => {
  const look =
    "cannot have look-ahead or look-behind, which may take for ever to match";
  const back = "cannot have back-references, which may take for ever to match";
  deepStrictEqual(["(?=a)b", "(?!a)b", "(?<=a)b", "(?<!a)b"].map(problemOf), [
    look,
    look,
    look,
    look,
  ]);
  deepStrictEqual(["(a)\\1", "(?<x>a)\\k<x>", "\\\\\\1"].map(problemOf), [
    back,
    back,
    back,
  ]);
});

Deno.test("compilePattern() says what is no regular expression", () => {
  strictEqual(
    problemOf("(a"),
    "is not a regular expression: missing closing ): `(a`",
  );
  strictEqual(
    problemOf("[a"),
    "is not a regular expression: missing closing ]: `[a`",
  );
});

Deno.test("compilePattern() bounds what a match may take", () => {
  const problem = "is too long to be matched in time: shorten it or its " +
    "repetitions ({…}), at most 500 steps together";
  for (
    const source of [
      ...["a{500}", "(a{22}){22}", "a{0,600}", "(?:\\d[xyz]{100}){5}"],
      ...[
        "((b|){4,7}){7,13}",
        "a".repeat(1001),
        `(${"x".repeat(900)}){1000}`,
        "((a{9}b){9}){9}",
      ],
    ]
  ) {
    strictEqual(problemOf(source), problem, source.slice(0, 20));
  }
  ok("pattern" in compilePattern("^(\\d{1,3}\\.){3}\\d{1,3} [0-9a-f]{64}$"));
});

Deno.test("a pattern looks at the first 262,144 characters of a text", () => {
  const padding = "a".repeat(262_143);
  strictEqual(compile("ok?").test(`${padding}ok`), true);
  strictEqual(compile("ok").test(`${padding}ok`), false);
});

/** Patterns whose repetitions nest. */
const { pattern: patterns } = fc.letrec<{ pattern: string }>((tie) => ({
  pattern: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom("a", "\\d", "[^)(]", "\\(", "b|", "\\p{L}", "[]{9}]", "."),
    fc.tuple(tie("pattern"), tie("pattern")).map(([a, b]) => a + b),
    fc.tuple(tie("pattern"), fc.nat(9), fc.nat(9))
      .map(([a, min, more]) => `(${a}){${min},${min + more}}`),
    fc.tuple(tie("pattern"), fc.nat(20)).map(([a, min]) => `(${a}){${min},}`),
    tie("pattern").map((a) => `(?:${a})*`),
  ),
}));

Deno.test("compilePattern() never takes what the engine makes longer", () => {
  fc.assert(fc.property(patterns, (source) => {
    if (!("pattern" in compilePattern(source))) return;
    ok(RE2JS.compile(source).programSize() <= 510, source);
  }));
});

/** Milliseconds of this process that a match takes, the least of five. */
function timeOf(pattern: Pattern, text: string): number {
  const times = [1, 2, 3, 4, 5].map(() => {
    const start = performance.now();
    strictEqual(pattern.test(text), false);
    return performance.now() - start;
  });
  return Math.min(...times);
}

Deno.test("a match takes time in proportion to its text", () => {
  // A backtracking engine takes 1024 times as long for 32 times the text, and
  // for the larger one here more than a minute.
  for (const source of ["ok.*ready$", "(ok |ok ok )*[XZ]", "(k*)*[XZ]"]) {
    const pattern = compile(source);
    const large = 252 * 1024;
    const text = "ok ".repeat(large / 3).slice(0, -1) + "!ready ";
    const small = text.slice(-large / 32);
    timeOf(pattern, text);
    const ratio = timeOf(pattern, text) / (timeOf(pattern, small) + 0.1);
    ok(ratio < 250, `${source}: ${ratio}`);
  }
});
