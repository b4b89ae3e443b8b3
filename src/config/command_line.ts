/**
 * The words of a command, as a shell would split them and with nothing else
 * that a shell does.
 *
 * @module
 */

/** What became of a command. */
export type SplitCommand =
  | { readonly words: readonly string[] }
  | { readonly problem: string };

/** One piece of a word: escaped, in quotes of either kind, or bare. */
const PIECE = /\\([^])|'([^']*)'|"((?:\\[^]|[^"\\])*)"|([^\s\\'"]+)/y;
const SPACE = /\s+/y;
/** What a shell acts on outside quotes and inside double quotes. */
const BARE_SYNTAX = /[|&;<>()$`]/;
const QUOTED_SYNTAX = /(?<!\\)(?:\\\\)*([$`])/;

/**
 * Split a command into words. Quotes and backslashes work as in a shell (POSIX
 * 2.2); nothing is expanded, and what only a shell can do is refused.
 *
 * @example
 * ```ts
 * import { splitCommand } from "./command_line.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(splitCommand("/bin/a 'b c' d"), {
 *   words: ["/bin/a", "b c", "d"],
 * });
 * ```
 */
export function splitCommand(text: string): SplitCommand {
  const words: string[] = [];
  let word: string | null = null;
  let at = 0;
  while (at < text.length) {
    const space = matchAt(SPACE, text, at);
    if (space !== null) {
      if (word !== null) words.push(word);
      word = null;
      at += space[0].length;
      continue;
    }
    const piece = matchAt(PIECE, text, at);
    if (piece === null) {
      return { problem: "must not end in quotes or in a backslash" };
    }
    const [all, escaped, single, double, bare] = piece;
    const syntax = BARE_SYNTAX.exec(bare ?? "")?.[0] ??
      QUOTED_SYNTAX.exec(double ?? "")?.[1];
    if (syntax !== undefined) {
      return {
        problem: `needs a shell for "${syntax}": ` +
          `write { shell: … }, or put it in single quotes`,
      };
    }
    word = (word ?? "") +
      (escaped ?? single ?? double?.replace(/\\(["\\$`])/g, "$1") ?? bare ??
        "");
    at += all.length;
  }
  if (word !== null) words.push(word);
  return { words };
}

function matchAt(
  pattern: RegExp,
  text: string,
  at: number,
): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
