/**
 * What a command line runs besides its first word: scripts that are given to
 * an interpreter, programs that are given to another, such as `env`, and those
 * in the text of `sh -c`.
 *
 * @module
 */

import { insecurePath } from "./script_security.ts";

const EXECUTABLE = 0o111;

/** Programs that run the file that is their first argument, by base name. */
const INTERPRETER =
  /^(?:[abdz]?sh|dash|r?bash|m?ksh|[gmn]?awk|sed|make|expect|node|deno|(?:perl|php|python|ruby|lua|tclsh)[\d.]*)$/;
/** Commands of a shell that do. */
const SOURCE = /^(?:\.|source)$/;
/** The option behind which a shell or an interpreter has its text. */
const TEXT_OPTION = /^-[a-z]*[ce]$/i;
/** A word of a shell's text without its quotes, or what ends a command. */
const SHELL_WORD = /([\n|&;()`])|[^\s'"|&;<>()`$]+/g;

/** An absolute path in a command. */
interface Place {
  readonly path: string;
  /** Whether it stands where an interpreter has its script. */
  readonly isScript: boolean;
}

/**
 * Find out who else could change what a command runs, as
 * {@linkcode insecurePath} does for one program: its first word, each other
 * absolute path that is a program, and each that an interpreter runs. Files
 * that are data, such as the flag in `test -e /tmp/flag`, are nobody's concern.
 * Paths that the command finds by itself (variables, `cd`) cannot be known.
 *
 * @param command Absolute path and arguments.
 * @param uid User that it runs as, trusted besides root; default root.
 * @returns Why it must not run, or null.
 */
export function insecureCommand(
  [program = "", ...args]: readonly string[],
  uid = 0,
): string | null {
  const problem = insecurePath(program, uid);
  if (problem !== null) return problem;
  for (const { path, isScript } of places([program, ...args]).slice(1)) {
    if (!isRun(path, isScript)) continue;
    const problem = insecurePath(path, uid);
    if (problem !== null) return problem;
  }
  return null;
}

function places(words: readonly string[]): Place[] {
  const found: Place[] = [];
  let isScript = false;
  for (const [i, word] of words.entries()) {
    if (word.startsWith("/")) {
      found.push({ path: word, isScript });
      isScript = isInterpreter(word) || (isScript && !isFile(word));
    } else if (isScript && TEXT_OPTION.test(words[i - 1] ?? "")) {
      found.push(...inText(word));
    } else isScript ||= isInterpreter(word);
  }
  return found;
}

function inText(text: string): Place[] {
  const commands: string[][] = [[]];
  for (const [word, end] of text.matchAll(SHELL_WORD)) {
    if (end === undefined) commands.at(-1)?.push(word);
    else commands.push([]);
  }
  return commands.flatMap(places);
}

function isInterpreter(word: string): boolean {
  const name = word.slice(word.lastIndexOf("/") + 1);
  return INTERPRETER.test(name) || SOURCE.test(word);
}

function isFile(path: string): boolean {
  return modeOf(path) !== null;
}

function isRun(path: string, isScript: boolean): boolean {
  const mode = modeOf(path);
  return mode !== null && (isScript || (mode & EXECUTABLE) !== 0);
}

/** The mode of a file; null when there is none. */
function modeOf(path: string): number | null {
  try {
    const { isFile, mode } = Deno.statSync(path);
    return isFile ? mode ?? 0 : null;
  } catch (error) {
    if (error instanceof TypeError) throw error;
    return null;
  }
}
