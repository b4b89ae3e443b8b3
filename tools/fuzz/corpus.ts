/**
 * Inputs that are kept: a folder a target in tests/fixtures/fuzz, a file an
 * input. Bytes are written in hex, with remarks behind `#`.
 *
 * @module
 */

import { join } from "node:path";
import { fromHex } from "./bytes.ts";
import type { Target } from "./target.ts";

/** The folder of all of them. */
export const CORPUS = join(
  import.meta.dirname ?? ".",
  "../../tests/fixtures/fuzz",
);

/** Most bytes of an input of any corpus. */
export const MAX_INPUT = 1 << 20;

const BYTES_PER_LINE = 16;

/** An input and the name of its file. */
export interface Entry {
  /** Name of the file. */
  readonly name: string;
  /** What is in it. */
  readonly input: Uint8Array;
}

/** All inputs of a target, by name. */
export function readCorpus({ name, form }: Target): Entry[] {
  const folder = join(CORPUS, name);
  return Array.from(Deno.readDirSync(folder), (file) => file.name)
    .sort()
    .map((file) => ({
      name: file,
      input: readEntry(join(folder, file), form),
    }));
}

/** Read one file. */
export function readEntry(path: string, form: Target["form"]): Uint8Array {
  return form === "text"
    ? Deno.readFileSync(path)
    : fromHex(Deno.readTextFileSync(path).replace(/#.*/g, ""));
}

/**
 * Write an input to the corpus.
 *
 * @param prefix What its name begins with; the rest tells it from others.
 * @returns The path of its file.
 */
export async function writeEntry(
  { name, form }: Target,
  prefix: string,
  input: Uint8Array,
): Promise<string> {
  const folder = join(CORPUS, name);
  const digest = await crypto.subtle.digest("SHA-256", input.slice());
  const path = join(folder, `${prefix}-${hex(new Uint8Array(digest, 0, 5))}`);
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeFile(
    path,
    form === "text" ? input : new TextEncoder().encode(toHex(input)),
  );
  return path;
}

function toHex(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += BYTES_PER_LINE) {
    lines.push(hex(bytes.subarray(at, at + BYTES_PER_LINE), " "));
  }
  return `${lines.join("\n")}\n`;
}

function hex(bytes: Uint8Array, between = ""): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"))
    .join(between);
}
