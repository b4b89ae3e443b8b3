/**
 * Keys of a map that are not known, and those that are missed because of them.
 *
 * @module
 */

import type * as v from "valibot";
import { isMap } from "../issue.ts";
import { MAX_TOLD } from "../mistakes.ts";
import { type UnknownKey, unknownKey } from "../suggest.ts";

/** Message about a key that is missing. */
export const REQUIRED = "is required";

/**
 * Message of an issue that follows of another one and is not told: a key is not
 * there because it is misspelt.
 */
export const FOLLOWS = "";

/** A key of a map that is not known, with its value. */
export interface UnknownEntry extends UnknownKey {
  /** The key. */
  readonly key: string;
  /** Its value. */
  readonly value: unknown;
}

/** The first keys of a map that are not known, as many as are told. */
export function unknownIn(
  map: unknown,
  known: readonly string[],
): UnknownEntry[] {
  if (!isMap(map)) return [];
  return Object.entries(map)
    .filter(([key]) => !known.includes(key))
    .slice(0, MAX_TOLD)
    .map(([key, value]) => ({ key, value, ...unknownKey(key, known) }));
}

/** Keys that a map does not have, because they stand there misspelt. */
export function misspelt(
  map: unknown,
  unknown: readonly UnknownEntry[],
): ReadonlySet<string> {
  const meant = unknown.flatMap(({ meant }) => meant ?? []);
  return new Set(
    meant.filter((key) => isMap(map) && !Object.hasOwn(map, key)),
  );
}

/** The issue of a key that is not there because it is misspelt. */
export function consequence(input: unknown, key: string): v.BaseIssue<unknown> {
  return {
    ...{ kind: "schema", type: "loose_object", input, message: FOLLOWS },
    ...{ expected: null, received: "undefined" },
    path: [{ type: "unknown", origin: "key", input, key, value: undefined }],
  };
}
