/**
 * What the catalogue holds of an event.
 *
 * @module
 */

import type { LogLevel } from "../level.ts";

/** What is known of an event that has these fields. */
export interface EventDefinition<Fields> {
  /** How much it matters, always or by the fields; then in words as well. */
  readonly level: LogLevel | {
    readonly of: (fields: Fields) => LogLevel;
    readonly words: string;
  };
  /**
   * What a person reads, without the name of the instance, which the text
   * formats put before it.
   */
  readonly say: (fields: Fields) => string;
  /** What each field is, with its unit. */
  readonly fields: { readonly [Name in keyof Fields]-?: string };
  /** Facts that it may have, for the documentation. */
  readonly example: Fields;
  /** When it comes, for the documentation. */
  readonly when: string;
  /** What to do about it, for the documentation; empty for nothing. */
  readonly remedy: string;
}

/**
 * Define an event.
 *
 * @param definition All but the remedy of one that asks for nothing.
 */
export function define<Fields>(
  definition: Omit<EventDefinition<Fields>, "remedy"> & { remedy?: string },
): EventDefinition<Fields> {
  return { remedy: "", ...definition };
}
