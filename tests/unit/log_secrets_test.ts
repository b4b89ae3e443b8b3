import { deepStrictEqual, strictEqual } from "node:assert/strict";
import {
  hider,
  secretsOfHeaders,
  secretsOfUrl,
} from "../../src/log/secrets.ts";

Deno.test("hider() hides secrets in every form that they come back in", () => {
  const hide = hider(["p%40ss w0rd", "a.b+c"]);
  strictEqual(
    hide("p%40ss w0rd, p@ss w0rd, P@SS W0RD, a.b+c, axb+c"),
    "…, …, …, …, axb+c",
  );
  strictEqual(hide(`Basic ${btoa("p@ss w0rd")}`), "Basic …");
  // The longer one first: nothing of it is left.
  strictEqual(hider(["abcd", "abcdef"])("abcdef abcd"), "… …");
});

Deno.test("hider() leaves words alone that are too short to be secrets", () => {
  strictEqual(hider(["a", "", "ok."])("a is ok."), "a is ok.");
  strictEqual(hider([])("a"), "a");
});

Deno.test("hider() hides UTF-8 that is read byte by byte", () => {
  strictEqual(hider(["geheim%C3%A4"])("geheim\u00c3\u00a4!"), "…!");
});

Deno.test("what may be secret in a URL is known, its host is not", () => {
  const url = new URL("https://me:pass@a.example:8443/hook/T0123456/x?k=v1&b");
  const secrets = secretsOfUrl(url);
  for (
    const part of [
      ...["/hook/T0123456/x?k=v1&b", "/hook/T0123456/x", "T0123456", "v1", "b"],
      ...["me", "pass", "me:pass"],
    ]
  ) strictEqual(secrets.includes(part), true, part);
  strictEqual(
    hider(secrets)("Cannot find host a.example: hook"),
    "Cannot find host a.example: hook",
  );
});

Deno.test("what may be secret in headers are values and their words", () => {
  deepStrictEqual(secretsOfHeaders({ A: "Bearer abc, d" }), [
    ...["Bearer abc, d", "Bearer", "abc", "d"],
  ]);
});
