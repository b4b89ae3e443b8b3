/**
 * What is fuzzed: code that reads what others wrote.
 *
 * @module
 */

import type { Prng } from "../../src/sim/prng.ts";

/** One reader of hostile input. */
export interface Target {
  /** Its name, also of its folder in tests/fixtures/fuzz. */
  readonly name: string;
  /** How its corpus is written: as the text it is, or as bytes in hex. */
  readonly form: "text" | "hex";
  /** Most bytes of an input. */
  readonly maxLength: number;
  /** Files whose blocks count as reached, by parts of their addresses. */
  readonly sources: readonly string[];
  /**
   * Most blocks of code that an input may run through: the count that stands
   * for time, which a busy machine does not change.
   */
  readonly steps: { readonly base: number; readonly perByte: number };
  /**
   * Change an input as somebody would who knows the format.
   *
   * @param other Another input, to take pieces from.
   */
  mutate(input: Uint8Array, chance: Prng, other: Uint8Array): Uint8Array;
  /**
   * Read an input and judge what was read. The same input is judged the same.
   *
   * @throws {Error} When it was read wrongly.
   */
  judge(input: Uint8Array): void | Promise<void>;
}
