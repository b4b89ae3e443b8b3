/**
 * Interfaces that a configuration names, held against those of the host.
 *
 * @module
 */

import type { Host } from "../host.ts";
import type { Finding, Path } from "../issue.ts";
import { quote } from "../issue.ts";
import { didYouMean } from "../suggest.ts";
import type { SoundParts } from "./parts.ts";

/** Names that are listed where none is like the one that is missing. */
const MAX_LISTED = 10;

/**
 * Find interfaces that the host does not have: a typing error, or one that
 * comes later, for which an instance waits. Each is told once.
 *
 * @param parts What is sound in a configuration.
 * @param host The host that it is for.
 */
export function missingLinks(parts: SoundParts, host: Host): Finding[] {
  const links = host.links();
  if (links === null) return [];
  const first = new Map(
    namedLinks(parts).toReversed().map(([name, path]) => [name, path]),
  );
  return [...first]
    .filter(([name]) => !links.includes(name))
    .map(([name, path]) => ({
      path,
      at: "value",
      problem: `${quote(name)} does not exist on this host` +
        (didYouMean(name, links.filter(hasNumberOf(name))) || list(links)),
    }));
}

/** Another number is another interface, and no typing error. */
function hasNumberOf(name: string): (link: string) => boolean {
  const number = name.replace(/\D/g, "");
  return (link) => link.replace(/\D/g, "") === number;
}

function list(links: readonly string[]): string {
  const more = links.length > MAX_LISTED ? ", …" : "";
  return ` (it has ${links.slice(0, MAX_LISTED).join(", ")}${more})`;
}

/** Each link that is named, and where. */
function namedLinks(
  { instances, groups }: SoundParts,
): (readonly [string, Path])[] {
  const ofAddresses = instances.flatMap(({ path, value: { settings } }) =>
    [
      ["virtual_ips", settings.virtualIps] as const,
      ["excluded_virtual_ips", settings.excludedVirtualIps] as const,
    ].flatMap(([key, ips]) =>
      ips.flatMap(({ interface: name }, i) =>
        name === null ? [] : [[name, [...path, key, i, "interface"]] as const]
      )
    )
  );
  const tracked = [...instances, ...groups].flatMap(({ path, value }) =>
    value.trackers.flatMap(({ path: place, plain, settings: { watch } }) =>
      watch.type !== "interface" ? [] : [
        [watch.name, [...path, ...place, ...(plain ? [] : ["name"])]] as const,
      ]
    )
  );
  const own = instances
    .filter(({ wrong }) => !wrong.has("interface"))
    .map(({ path, value: { settings } }) =>
      [settings.interface, [...path, "interface"]] as const
    );
  return [...own, ...ofAddresses, ...tracked];
}
