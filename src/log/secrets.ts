/**
 * Secrets kept out of what is said. Whoever answers a request knows what was in
 * it and may repeat it: an echo service, an error page, a reply to a login.
 *
 * @module
 */

/** Hides secrets in a text. */
export type Hider = (text: string) => string;

/** Shorter ones cannot be told from words. */
const MIN_LENGTH = 4;
/** Shorter pieces of a path are words such as `health`. */
const MIN_SEGMENT = 8;

/**
 * Make a function that puts `…` in the place of secrets, as they are, decoded
 * from a URL, and as Base64.
 *
 * @param secrets Those of fewer than 4 characters are not hidden.
 *
 * @example
 * ```ts
 * import { hider } from "./secrets.ts";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(hider(["s3cret"])("No s3cret here"), "No … here");
 * ```
 */
export function hider(secrets: readonly string[]): Hider {
  const forms = new Set(secrets.flatMap(formsOf));
  const words = [...forms]
    .filter((form) => form.length >= MIN_LENGTH)
    .sort((a, b) => b.length - a.length)
    .map((form) => form.replace(/[^\w]/gu, (c) => `\\u{${hex(c)}}`));
  if (words.length === 0) return (text) => text;
  const pattern = new RegExp(words.join("|"), "giu");
  return (text) => text.replace(pattern, "…");
}

/**
 * What may be a secret in a URL: user and password, path and query, and the
 * pieces of these that are no words.
 */
export function secretsOfUrl(url: URL): string[] {
  const { pathname, search, username, password } = url;
  return [
    ...[pathname + search, pathname, search.slice(1)],
    ...pathname.split("/").filter(({ length }) => length >= MIN_SEGMENT),
    ...search.slice(1).split("&").map((pair) =>
      pair.slice(pair.indexOf("=") + 1)
    ),
    ...[username, password, `${username}:${password}`],
  ];
}

/** What may be a secret in headers: values, and their words. */
export function secretsOfHeaders(
  headers: Readonly<Record<string, string>>,
): string[] {
  return Object.values(headers).flatMap((value) => [
    ...[value, ...value.split(/[\s,;]+/)].filter(({ length }) => length > 0),
  ]);
}

function formsOf(secret: string): string[] {
  const decoded = decode(secret);
  return [...new Set([secret, decoded])].flatMap((form) => {
    const bytes = String.fromCharCode(...new TextEncoder().encode(form));
    // A server that repeats UTF-8 is read byte by byte.
    return [form, bytes, btoa(bytes), btoa(bytes).replace(/=+$/, "")];
  });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function hex(character: string): string {
  return character.codePointAt(0)?.toString(16) ?? "";
}
