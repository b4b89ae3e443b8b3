/**
 * What the commands print. A reader that has closed its end, as in
 * `alived check | head -1`, is no error: the rest is not written.
 *
 * @module
 */

/**
 * Write text on standard output, all of it before this returns.
 *
 * @param text Whole lines, each with its line feed.
 */
export function printOutput(text: string): void {
  print(Deno.stdout, text);
}

/**
 * Write text on standard error, all of it before this returns.
 *
 * @param text Whole lines, each with its line feed.
 */
export function printError(text: string): void {
  print(Deno.stderr, text);
}

function print(stream: typeof Deno.stdout, text: string): void {
  let rest = new TextEncoder().encode(text);
  try {
    while (rest.length > 0) rest = rest.subarray(stream.writeSync(rest));
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

/** Columns of a terminal that text is fitted to, and of what is none. */
const COLUMNS = { least: 40, most: 200, none: 80 } as const;

/** Columns that a text has on a stream: 40 to 200. */
export function columnsOf(stream: "stdout" | "stderr"): number {
  const { least, most, none } = COLUMNS;
  if (!Deno[stream].isTerminal()) return none;
  return Math.min(Math.max(terminalColumns() ?? none, least), most);
}

function terminalColumns(): number | null {
  try {
    // A terminal that was told no size has none.
    return Deno.consoleSize().columns || null;
  } catch {
    return null;
  }
}

/** Whether a stream shows colours: a terminal, unless `NO_COLOR` is set. */
export function hasColour(stream: "stdout" | "stderr"): boolean {
  return Deno[stream].isTerminal() && !Deno.noColor;
}
