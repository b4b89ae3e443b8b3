/**
 * The names of all keys that a configuration can have, wherever they stand.
 *
 * @module
 */

import { configSchema } from "./config.ts";

/** A schema or an action of valibot, as far as it is read here. */
interface Part {
  readonly pipe?: readonly Part[];
  readonly entries?: Readonly<Record<string, Part>>;
  readonly item?: Part;
  readonly wrapped?: Part;
  readonly metadata?: { readonly forms?: readonly Part[] };
}

let sections: ReadonlyMap<string, ReadonlySet<string>> | null = null;

/** For each key the keys below which it can stand; "" is the top level. */
function sectionsByKey(): ReadonlyMap<string, ReadonlySet<string>> {
  if (sections !== null) return sections;
  const found = new Map<string, Set<string>>();
  for (const [key, section] of namesIn(configSchema as unknown as Part, "")) {
    found.set(key, (found.get(key) ?? new Set()).add(section));
  }
  return sections = found;
}

let names: ReadonlySet<string> | null = null;

/** The names, such as `priority` and `virtual_ips`. */
export function keyNames(): ReadonlySet<string> {
  return names ??= new Set(sectionsByKey().keys());
}

/** The keys below which a key can stand; "" is the top level. */
export function sectionsOf(key: string): readonly string[] {
  return [...sectionsByKey().get(key) ?? []];
}

function* namesIn(part: Part, section: string): Generator<[string, string]> {
  // What is piped is the first part of its pipe.
  const { pipe, entries = {}, item, wrapped, metadata } = part;
  if (pipe === undefined) {
    for (const [key, entry] of Object.entries(entries)) {
      yield [key, section];
      yield* namesIn(entry, key);
    }
  }
  const below = pipe ?? [
    ...(metadata?.forms ?? []),
    ...[item, wrapped].filter((each) => each !== undefined),
  ];
  for (const each of below) yield* namesIn(each, section);
}
