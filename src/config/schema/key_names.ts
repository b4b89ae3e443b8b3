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
  readonly metadata?: {
    readonly forms?: readonly Part[];
    readonly cases?: { readonly schemas: Readonly<Record<string, Part>> };
  };
}

let names: ReadonlySet<string> | null = null;

/** The names, such as `priority` and `virtual_ips`. */
export function keyNames(): ReadonlySet<string> {
  return names ??= new Set(namesIn(configSchema as unknown as Part));
}

function* namesIn(part: Part): Generator<string> {
  // What is piped is the first part of its pipe.
  const { pipe, entries = {}, item, wrapped, metadata } = part;
  yield* Object.keys(entries);
  const below = pipe ?? [
    ...Object.values(entries),
    ...(metadata?.forms ?? []),
    ...Object.values(metadata?.cases?.schemas ?? {}),
    ...[item, wrapped].filter((each) => each !== undefined),
  ];
  for (const each of below) yield* namesIn(each);
}
