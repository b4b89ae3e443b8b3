/**
 * What the schema says to editors beyond its types and ranges: titles, what
 * words mean, and how a value is written where code decides whether it is
 * sound.
 *
 * @module
 */

import * as v from "valibot";

/** Keywords of JSON Schema with their values. */
export type Keywords = Readonly<Record<string, unknown>>;

/** What editors show of a key or an item. */
export type About = {
  /** A few words. */
  readonly title: string;
  /** A sentence. */
  readonly description: string;
  /** What each word that is accepted means. */
  readonly words: Readonly<Record<string, string>>;
};

/** Keywords in place of what the parts of a schema say. */
export type Written = {
  /** All of them. */
  readonly written: Keywords;
};

/** A name under which a schema that stands in many places is kept once. */
export type Shared = {
  /** Key in `$defs`. */
  readonly shared: string;
};

/** Maps that differ in one key, by the word that another key has. */
export type Cases = {
  /** The maps as one. */
  readonly cases: {
    /** The key with the word. */
    readonly of: string;
    /** The key that depends on it. */
    readonly key: string;
    /** The map, with every word and without what depends on it. */
    readonly map: v.GenericSchema;
    /** What the key that depends on it holds, by word. */
    readonly schemas: Readonly<Record<string, v.GenericSchema>>;
  };
};

/**
 * What editors show.
 *
 * @param title A few words.
 * @param description A sentence.
 * @param words What each word that is accepted means.
 */
export function about<Input>(
  title: string,
  description: string,
  words: Readonly<Record<string, string>> = {},
): v.MetadataAction<Input, About> {
  return v.metadata({ title, description, words });
}

/**
 * How a value is written: JSON Schema in place of what the parts before say.
 *
 * @param keywords All of it.
 */
export function written<Input>(
  keywords: Keywords,
): v.MetadataAction<Input, Written> {
  return v.metadata({ written: keywords });
}

/**
 * Text that is written in one way.
 *
 * @param pattern What it matches, without flags.
 * @param what What it is, as in `must be …`.
 */
export function writtenAs<Input>(
  pattern: string,
  what: string,
): v.MetadataAction<Input, Written> {
  return written({
    type: "string",
    pattern,
    patternErrorMessage: `must be ${what}`,
  });
}

/** Words that editors offer where others are accepted, too. */
export function offered(words: readonly string[]): Keywords {
  return {
    defaultSnippets: words.map((word) => ({ label: word, body: word })),
  };
}

/**
 * Keep a schema that stands in many places once.
 *
 * @param name Key in `$defs`.
 */
export function shared<Input>(name: string): v.MetadataAction<Input, Shared> {
  return v.metadata({ shared: name });
}

/**
 * Forms that are maps and differ in one key, as one map.
 *
 * @param of The key with the word that tells them apart.
 * @param key The key that depends on it.
 * @param map The map, with every word and without what depends on it.
 * @param schemas What `key` holds, by word.
 */
export function cases<Input>(
  of: string,
  key: string,
  map: v.GenericSchema,
  schemas: Readonly<Record<string, v.GenericSchema>>,
): v.MetadataAction<Input, Cases> {
  return v.metadata({ cases: { of, key, map, schemas } });
}
