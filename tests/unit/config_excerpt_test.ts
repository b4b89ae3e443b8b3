import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { excerptsOf } from "../../src/config/excerpt.ts";

/** The last line of a text as it is shown. */
function shown(text: string): string | undefined {
  const line = text.split("\n").length;
  return excerptsOf(text)({ line, column: 1, length: 1 })?.text;
}

/** A text → its last line as it is shown. */
const LINES: readonly (readonly [string, string])[] = [
  ["priority: 300", "priority: 300"],
  ["    auth_pass: geheim", "    auth_pass: ***"],
  ["auth_pass : geheim", "auth_pass : ***"],
  ["- auth_pass: geheim # geheim", "- auth_pass: ***"],
  ["auth_pass:geheim", "auth_pass:***"],
  ["auth_pass = geheim", "auth_pass = ***"],
  ["auth_pass geheim", "auth_pass ***"],
  ["auth_pass:\u00a0geheim", "auth_pass:·***"],
  ["auth_pas: geheim", "auth_pas: ***"],
  ["autpas: geheim", "autpas: ***"],
  ["# auth_pass: geheim", "# auth_pass: ***"],
  ["{ auth_pass: geheim, priority: 0 }", "{ auth_pass: ***, priority: 0 }"],
  ['{ auth_pass: "ge, heim", version: 2 }', "{ auth_pass: ***, version: 2 }"],
  ["{ auth_pass: 'ge''heim', version: 2 }", "{ auth_pass: ***, version: 2 }"],
  ['{ auth_pass: "geheim, version: 2 }', "{ auth_pass: ***"],
  [
    "{ auth_pass: geheim, auth_pas: geheim }",
    "{ auth_pass: ***, auth_pas: *** }",
  ],
  ['"auth_pass": "geheim", "name": "a"', '"auth_pass": ***, "name": "a"'],
  ["{ auth_type: PASS, priority: 0 }", "{ auth_type: PASS, priority: 0 }"],
  ["headers: { Authorization: Bearer geheim }", "headers: ***"],
  ["headers:\n  Authorization: Bearer geheim", "  Authorization: ***"],
  ["headers:\n  A: |\n    name: geheim", "    ***"],
  ["headers: {\n  A: geheim, B: geheim }", "  A: ***"],
  ["environment:\n  name: geheim", "  name: ***"],
  ["auth_pass: >\n  geheim", "  ***"],
  ["auth_pass:\ngeheim", "***"],
  ["auth_pass:\n- geheim", "***"],
  ['auth_pass: "ge\n  heim"', "  ***"],
  ["url: https://a.example/geheim", "url: ***"],
  ["script: /bin/a http://u:geheim@b/c", "script: /bin/a http://***b/***"],
  ["script: /bin/a --token=geheim -v", "script: /bin/a --token=***"],
  ["script: /bin/a --password geheim", "script: /bin/a --password ***"],
  ["password_file: /etc/alived/mail", "password_file: /etc/alived/mail"],
  ["virtual_ips:\n  - fe80::1/64", "  - fe80::1/64"],
  ["- { name: a, auth_pass: x,\n    priority: 0 }", "    ***"],
  ["- name: a\n  auth_pass: x\n  priority: 0", "  priority: 0"],
  ["- auth_pass: x\n  priority: 0", "  priority: 0"],
  ["a\u202eb\u0007\tc", "a�b�→c"],
  ["name: \u{e0001}", "name: ��"],
];

for (const [text, expected] of LINES) {
  Deno.test(`excerptsOf() shows ${JSON.stringify(text)}`, () => {
    strictEqual(shown(text), expected);
  });
}

Deno.test("excerptsOf() shows no secret that is further up than it looks", () => {
  const below = "  # x\n".repeat(1001);
  strictEqual(shown(`auth_pass: |\n${below}  geheim`), "  ***");
});

Deno.test("excerptsOf() shows neither blank lines nor very long ones", () => {
  strictEqual(shown(" "), undefined);
  strictEqual(shown(`name: ${"a".repeat(1000)}`), undefined);
  strictEqual(excerptsOf("a")({ line: 2, column: 1, length: 1 }), null);
});

Deno.test("excerptsOf() puts the caret below what is meant", () => {
  const line = "{ auth_pass: 'geheim', priority: 300 }";
  const at = (column: number, length: number): unknown =>
    excerptsOf(line)({ line: 1, column, length });
  const text = "{ auth_pass: ***, priority: 300 }";
  deepStrictEqual(at(14, 8), { text, at: 13, length: 3 });
  deepStrictEqual(at(15, 2), { text, at: 13, length: 3 });
  deepStrictEqual(at(34, 3), { text, at: 28, length: 3 });
  deepStrictEqual(at(34, 99), { text, at: 28, length: 5 });
});

Deno.test("excerptsOf() cuts a long line around the caret", () => {
  const line = `notify: [${"/bin/a, ".repeat(40)}x]`;
  const excerpt = excerptsOf(line)({ line: 1, column: 330, length: 1 });
  deepStrictEqual(excerpt, {
    text: "…" + line.slice(line.length - 72),
    at: 330 - (line.length - 72),
    length: 1,
  });
  const first = excerptsOf(line)({ line: 1, column: 1, length: 6 });
  deepStrictEqual(first, { text: line.slice(0, 72) + "…", at: 0, length: 6 });
});

Deno.test("excerptsOf() cuts no character in half", () => {
  const line = `name: ${"\u{1f600}".repeat(60)}`;
  const excerpt = excerptsOf(line)({ line: 1, column: 64, length: 1 });
  ok(excerpt?.text.isWellFormed(), excerpt?.text);
});

Deno.test("excerptsOf() never throws, and never leaves its line", () => {
  const piece = fc.constantFrom(
    ..."{}[]:,'\"#- \t\n=".split(""),
    ...["auth_pass", "name", "a", ": ", "\u00a0", "\u{1f600}"],
  );
  const spot = fc.record({
    line: fc.integer({ min: 1, max: 4 }),
    column: fc.integer({ min: 1, max: 200 }),
    length: fc.integer({ min: 1, max: 200 }),
  });
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 150 }), spot, (pieces, spot) => {
      const excerpt = excerptsOf(pieces.join(""))(spot);
      if (excerpt === null) return;
      const { text, at, length } = excerpt;
      ok(text.length <= 74 && length >= 1);
      ok(at <= text.length && at + length <= text.length + 1);
    }),
  );
});
