/**
 * Addresses by the hundred: making them, and looking at what a link has.
 *
 * @module
 */

import type { Host } from "./lab.ts";

/** An address as `ip -json` shows it. */
export interface ShownAddress {
  readonly local: string;
  readonly prefixlen: number;
  readonly scope: string;
  readonly label?: string;
  /** Seconds; 0 when it is deprecated. */
  readonly preferred_life_time: number;
}

/** What `ip` shows of the addresses of a link, or of all links. */
export async function shownAddresses(
  host: Host,
  link?: string,
): Promise<ShownAddress[]> {
  const device = link === undefined ? [] : ["dev", link];
  const text = await host.exec("ip", "-json", "address", "show", ...device);
  const links: { addr_info?: ShownAddress[] }[] = JSON.parse(text);
  return links.flatMap(({ addr_info: addresses = [] }) => addresses);
}

/** How many of these addresses a host has, on whichever link. */
export async function countHeld(
  host: Host,
  wanted: readonly string[],
): Promise<number> {
  const shown = await shownAddresses(host);
  const held = new Set(shown.map(({ local }) => local));
  return wanted.filter((vip) => held.has(vip.split("/")[0] ?? "")).length;
}

/**
 * Different addresses in 10.0.0.0/8, each /32.
 *
 * @param network Second byte of the first.
 */
export function manyAddresses(count: number, network: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const third = Math.floor(i / 250);
    const second = network + Math.floor(third / 250);
    return `10.${second}.${third % 250}.${1 + i % 250}/32`;
  });
}

/**
 * Make links that lead nowhere but have a carrier, each with an address. They
 * are one end of a pair: not every kernel has dummies.
 */
export async function addIdleLinks(
  host: Host,
  links: Readonly<Record<string, string>>,
): Promise<void> {
  const commands = Object.entries(links).flatMap(([name, prefixed]) => [
    `link add ${name} type veth peer name ${name}-peer`,
    `link set ${name}-peer addrgenmode none up`,
    `link set ${name} addrgenmode none up`,
    `address add ${prefixed} dev ${name}`,
  ]);
  await host.batch(commands);
}
