/**
 * Text of unknown origin, such as what a program wrote, made fit for a line.
 *
 * @module
 */

/** Longest text unless another length is asked for. */
const LIMIT = 200;

/**
 * Put text on one line: line breaks and control characters (C0 and C1) become
 * spaces, and what turns the direction of text or cannot be seen is shown, such
 * as `\u{202e}`.
 *
 * @param limit Most UTF-16 code units; what is longer ends in `…`.
 */
export function oneLine(text: string, limit: number = LIMIT): string {
  // What is cut off need not be looked at, and may be long.
  const line = (limit === Infinity ? text : text.slice(0, 8 * limit))
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .trim()
    .replace(/[\p{Cf}\p{Cs}]/gu, visible);
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}

function visible(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
