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

/** A virtual IP that is also an address of the host. */
interface Taken {
  /** What is said of it. */
  readonly finding: Finding;
  /** Whether the instance has no other address to send adverts from. */
  readonly alone: boolean;
  /** Whether it would be known for one of ours. */
  readonly marked: boolean;
}

/**
 * Find virtual IPs without which their instance has no address to send from.
 *
 * @param parts What is sound in a configuration.
 * @param host The host that it is for.
 */
export function onlyAddresses(parts: SoundParts, host: Host): Finding[] {
  return taken(parts, host)
    .filter(({ alone }) => alone)
    .map(({ finding }) => finding);
}

/**
 * Find the other virtual IPs that the host has as addresses of its own.
 *
 * @param parts What is sound in a configuration.
 * @param host The host that it is for.
 */
export function ownAddresses(parts: SoundParts, host: Host): Finding[] {
  return taken(parts, host)
    // Without marks, what a running master holds looks the same.
    .filter(({ alone, marked }) => marked && !alone)
    .map(({ finding }) => finding);
}

function taken({ instances }: SoundParts, host: Host): Taken[] {
  const own = host.addresses().filter(({ protocol }) => protocol !== OURS);
  if (own.length === 0) return [];
  const byAddress = new Map(own.map((each) => [each.address, each]));
  const below = instances
    .filter(({ value: { settings }, wrong }) =>
      settings.priority < OWNER && !wrong.has("priority")
    );
  const virtual = new Set(
    below.flatMap(({ value: { settings } }) =>
      [...settings.virtualIps, ...settings.excludedVirtualIps]
        .map(({ address }) => address)
    ),
  );
  return below.flatMap(({ path, value: { settings } }) => {
    const { interface: link, virtualIps, excludedVirtualIps } = settings;
    const lists = {
      virtual_ips: virtualIps,
      excluded_virtual_ips: excludedVirtualIps,
    };
    const hasOther = own.some((each) =>
      each.link === link && !virtual.has(each.address)
    );
    return Object.entries(lists).flatMap(([key, ips]) =>
      ips.flatMap(({ address }, i): Taken[] => {
        const found = byAddress.get(address);
        if (found === undefined) return [];
        const alone = found.link === link && !hasOther;
        const problem = problemOf(found, alone);
        return [{
          alone,
          marked: found.protocol !== null,
          finding: { path: [...path, key, i], at: "value", problem },
        }];
      })
    );
  });
}

function problemOf({ address, link }: HostAddress, alone: boolean): string {
  return alone
    ? `${address} is this host's own address, and ${link} has none beside ` +
      "its virtual IPs: take one that no host has, or priority: 255"
    : `${address} is an address of this host (${link}), ` +
      "which keeps it while another is master";
}
