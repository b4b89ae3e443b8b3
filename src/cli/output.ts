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
