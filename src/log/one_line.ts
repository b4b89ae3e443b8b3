/**
 * Text of unknown origin, such as what a program wrote, made fit for a line.
 *
 * @module
 */

/** Longest text unless another length is asked for. */
const LIMIT = 200;

/**
 * Put text on one line: line breaks and control characters become spaces.
 *
 * @param limit Most UTF-16 code units; what is longer ends in `…`.
 */
export function oneLine(text: string, limit: number = LIMIT): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim();
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}
