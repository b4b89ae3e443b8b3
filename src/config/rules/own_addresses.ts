/**
 * Virtual IPs that are addresses of the host itself. The host keeps such an
 * address while another is master; only an owner may have one.
 *
 * @module
 */

import type { Host, HostAddress } from "../host.ts";
import type { Finding } from "../issue.ts";
import type { SoundParts } from "./parts.ts";

const OWNER = 255;
/** `IFA_PROTO` of what this program adds: the protocol number of VRRP. */
const OURS = 112;

/** What is to be said of virtual IPs that the host has. */
export interface OwnAddresses {
  /** Those without which their instance has no address to send from. */
  readonly mistakes: readonly Finding[];
  /** The others. */
  readonly warnings: readonly Finding[];
}

/**
 * Find virtual IPs that the host has as addresses of its own.
 *
 * @param parts What is sound in a configuration.
 * @param host The host that it is for.
 */
export function ownAddresses(
  { instances }: SoundParts,
  host: Host,
): OwnAddresses {
  const own = host.addresses().filter(({ protocol }) => protocol !== OURS);
  const byAddress = new Map(own.map((each) => [each.address, each]));
  const below = instances
    .filter(({ value: { settings }, wrong }) =>
      settings.priority < OWNER && !wrong.has("priority")
    )
    .map(({ path, value: { settings } }) => ({
      path,
      link: settings.interface,
      lists: [
        ["virtual_ips", settings.virtualIps],
        ["excluded_virtual_ips", settings.excludedVirtualIps],
      ] as const,
    }));
  const virtual = new Set(
    below.flatMap(({ lists }) => lists)
      .flatMap(([, ips]) => ips.map(({ address }) => address)),
  );
  /** Links that have an address to send from. */
  const served = new Set(
    own.filter(({ address }) => !virtual.has(address)).map(({ link }) => link),
  );
  const mistakes: Finding[] = [];
  const warnings: Finding[] = [];
  for (const { path, link, lists } of below) {
    for (const [key, ips] of lists) {
      for (const [i, { address }] of ips.entries()) {
        const found = byAddress.get(address);
        if (found === undefined) continue;
        const place = { path: [...path, key, i], at: "value" as const };
        if (found.link === link && !served.has(link)) {
          mistakes.push({ ...place, problem: alone(found) });
          // Without marks, what a running master holds looks the same.
        } else if (found.protocol !== null) {
          warnings.push({ ...place, problem: kept(found) });
        }
      }
    }
  }
  return { mistakes, warnings };
}

function alone({ address, link }: HostAddress): string {
  return `${address} is this host's own address, and ${link} has none beside ` +
    "its virtual IPs: take one that no host has, or priority: 255";
}

function kept({ address, link }: HostAddress): string {
  return `${address} is an address of this host (${link}), ` +
    "which keeps it while another is master";
}
