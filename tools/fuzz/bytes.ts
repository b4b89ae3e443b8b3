/**
 * Changes of bytes and of text that know no format.
 *
 * @module
 */

import { happens, pick, type Prng, whole } from "../../src/sim/prng.ts";

const EDGES = [0, 1, 2, 3, 4, 7, 8, 15, 16, 63, 64, 127, 128, 192, 254, 255];
const MAX_ADDED = 64;
const MAX_REPEATS = 40;

/** Put bytes in the place of others. */
export function splice(
  bytes: Uint8Array,
  at: number,
  removed: number,
  added: ArrayLike<number> = [],
): Uint8Array<ArrayBuffer> {
  const rest = bytes.subarray(at + removed);
  const changed = new Uint8Array(at + added.length + rest.length);
  changed.set(bytes.subarray(0, at));
  changed.set(added, at);
  changed.set(rest, at + added.length);
  return changed;
}

/** Random bytes. */
export function noise(chance: Prng, length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, () => whole(chance, 0, 255));
}

/** One of a list that may be empty. */
export function pickFrom<T>(chance: Prng, values: readonly T[]): T | undefined {
  return values[whole(chance, 0, values.length - 1)];
}

/** A byte that is often at the edge of something. */
export function edge(chance: Prng): number {
  return happens(chance, 0.5)
    ? pickFrom(chance, EDGES) ?? 0
    : whole(chance, 0, 255);
}

/** A place in a list of this length, its end excluded unless it is empty. */
export function place(chance: Prng, length: number): number {
  return whole(chance, 0, Math.max(0, length - 1));
}

/** Change bytes somewhere. */
export function mutateBytes(
  input: Uint8Array,
  chance: Prng,
  other: Uint8Array,
): Uint8Array {
  const at = place(chance, input.length);
  const length = whole(chance, 1, Math.min(MAX_ADDED, input.length - at));
  switch (whole(chance, 0, 7)) {
    case 0: // A bit.
      return splice(input, at, 1, [
        (input[at] ?? 0) ^ 1 << whole(chance, 0, 7),
      ]);
    case 1:
      return splice(input, at, 1, [edge(chance)]);
    case 2: // A number of two bytes, in either order.
      return splice(input, at, 2, [edge(chance), edge(chance)]);
    case 3: {
      const value = (input[at] ?? 0) + whole(chance, -3, 3);
      return splice(input, at, 1, [value]);
    }
    case 4:
      return splice(input, at, length);
    case 5: // Something a second time.
      return splice(input, at, 0, input.subarray(at, at + length));
    case 6: {
      const from = place(chance, other.length);
      const piece = other.subarray(from, from + whole(chance, 1, MAX_ADDED));
      return splice(input, at, happens(chance, 0.5) ? piece.length : 0, piece);
    }
    default:
      return splice(input, at, 0, noise(chance, whole(chance, 1, 8)));
  }
}

const SIGNS = "\0\t\n\r \"'#$%&()*+,-./:;<=>?@[\\]^_`{|}~0159aZ\u0085ä\u202e😀";

/**
 * Change a text somewhere.
 *
 * @param words Words that the format knows.
 */
function mutateText(
  text: string,
  chance: Prng,
  other: string,
  words: readonly string[],
): string {
  const at = whole(chance, 0, text.length);
  const put = (added: string, removed = 0): string =>
    text.slice(0, at) + added + text.slice(at + removed);
  switch (whole(chance, 0, 8)) {
    case 0:
      return put(pickFrom(chance, [...SIGNS]) ?? "", whole(chance, 0, 1));
    case 1:
      return put(pickFrom(chance, words) ?? "");
    case 2: // A word in the place of another.
      return replaceOne(
        text,
        /[\w.-]+/g,
        chance,
        () => pickFrom(chance, words) ?? "",
      );
    case 3:
      return replaceOne(
        text,
        /\d+/g,
        chance,
        (digits) => number(digits, chance),
      );
    case 4:
      return put("", whole(chance, 1, 12));
    case 5: {
      const piece = text.slice(at, at + whole(chance, 1, 24));
      return put(piece.repeat(whole(chance, 1, MAX_REPEATS)));
    }
    default:
      return mutateLines(text.split("\n"), chance, other.split("\n"));
  }
}

/** Lines removed, moved, said twice or taken from another text. */
function mutateLines(
  lines: readonly string[],
  chance: Prng,
  other: readonly string[],
): string {
  const at = place(chance, lines.length);
  const from = place(chance, other.length);
  const changed = pick<() => readonly string[]>(chance, [
    () => lines.toSpliced(at, whole(chance, 1, 3)),
    () => lines.toSpliced(at, 0, lines[place(chance, lines.length)] ?? ""),
    () => lines.toSpliced(at, 1, ...other.slice(from, from + 1)),
    () => lines.toSpliced(at, 0, ...other.slice(from, from + 6)),
    () => [...lines.slice(0, at), ...other.slice(from)],
    () => lines.with(at, ` ${lines[at]}`),
  ])();
  return changed.join("\n");
}

/** Replace one of the matches of a pattern. */
function replaceOne(
  text: string,
  pattern: RegExp,
  chance: Prng,
  by: (found: string) => string,
): string {
  const found = pickFrom(chance, [...text.matchAll(pattern)]);
  if (found === undefined) return text;
  const [words] = found;
  const end = found.index + words.length;
  return text.slice(0, found.index) + by(words) + text.slice(end);
}

/** Another number, near this one or at an edge. */
function number(digits: string, chance: Prng): string {
  return pick<() => string>(chance, [
    () => String(Number(digits) + whole(chance, -2, 2)),
    () => String(edge(chance)),
    () => digits + digits,
    () => pick(chance, ["-1", "0", "00", "65536", "4294967296", "1e9", "0x1"]),
  ])();
}

/**
 * Bytes of hexadecimal digits, with white space between any of them.
 *
 * @throws {TypeError} For anything else.
 */
export function fromHex(text: string): Uint8Array<ArrayBuffer> {
  const pairs = text.replace(/\s/g, "").match(/../g) ?? [];
  return Uint8Array.from(pairs, (pair) => {
    const value = parseInt(pair, 16);
    if (Number.isNaN(value)) throw new TypeError(`Not hex: "${pair}"`);
    return value;
  });
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Text as bytes of UTF-8. */
export function encode(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** Bytes as text, whatever they are. */
export function decode(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** Change text of UTF-8, seldom without regard to what UTF-8 is. */
export function mutateUtf8(
  input: Uint8Array,
  chance: Prng,
  other: Uint8Array,
  words: readonly string[],
): Uint8Array {
  return happens(chance, 0.03)
    ? mutateBytes(input, chance, other)
    : encode(mutateText(decode(input), chance, decode(other), words));
}
