/**
 * What the addresses of one instance cannot be together.
 *
 * @module
 */

import { type Family, familyOf } from "../../wire/address.ts";
import type { Finding, Path } from "../issue.ts";
import { carrierOf, type Placed } from "./parts.ts";
import type { InstanceEntry } from "../schema/instance.ts";
import type { InstanceSettings, VirtualIp } from "../settings/instance.ts";

const OWNER = 255;
const FAMILY_NAMES: Readonly<Record<Family, string>> = {
  ipv4: "IPv4",
  ipv6: "IPv6",
};

/** Find what contradicts itself in an instance that is sound key by key. */
export function contradictions(part: Placed<InstanceEntry>): Finding[] {
  const { path, value: { settings }, wrong } = part;
  const { unicastPeers, sourceAddress, virtualIps, excludedVirtualIps } =
    settings;
  const ofAddresses = [
    ...virtualIps.flatMap((ip, i) =>
      virtualIpFindings(part, ip, ["virtual_ips", i])
    ),
    ...excludedVirtualIps.flatMap((ip, i) =>
      virtualIpFindings(part, ip, ["excluded_virtual_ips", i])
    ),
  ];
  // The family of the instance is that of its addresses.
  if (wrong.has("virtual_ips")) return ofAddresses;
  const held = new Set(
    [...virtualIps, ...excludedVirtualIps].map(({ address }) => address),
  );
  return [
    ...unicastPeers.flatMap(({ address }, i) =>
      finding(
        [...path, "unicast_peers", i],
        peerProblem(settings, held, address),
      )
    ),
    ...finding(
      [...path, "source_address"],
      sourceAddress === null
        ? null
        : sourceProblem(settings, held, sourceAddress),
    ),
    ...ofAddresses,
  ];
}

function finding(path: Path, problem: string | null): Finding[] {
  return problem === null ? [] : [{ path, at: "value", problem }];
}

function peerProblem(
  settings: InstanceSettings,
  held: ReadonlySet<string>,
  peer: string,
): string | null {
  if (peer === settings.sourceAddress) {
    return `${peer} is the source_address of this host: name the others only`;
  }
  return familyProblem(settings, peer) ?? (
    held.has(peer)
      ? `${peer} is a virtual IP of this instance: name a host's own address`
      : null
  );
}

function sourceProblem(
  settings: InstanceSettings,
  held: ReadonlySet<string>,
  source: string,
): string | null {
  return familyProblem(settings, source) ?? (
    settings.priority < OWNER && held.has(source)
      ? `${source} is a virtual IP of this instance, ` +
        "which this host does not always have"
      : null
  );
}

function familyProblem(
  { family }: InstanceSettings,
  address: string,
): string | null {
  const other = familyOf(address);
  return other === family ? null : `${address} is ${FAMILY_NAMES[other]}: ` +
    `the adverts of this instance are ${FAMILY_NAMES[family]}`;
}

function virtualIpFindings(
  part: Placed<InstanceEntry>,
  ip: VirtualIp,
  place: Path,
): Finding[] {
  const { address, label, scope, preferred } = ip;
  // Of an address that is not whole, the link may be what is left out.
  const link = part.isWhole(place) ? carrierOf(part, ip) : null;
  const path = [...part.path, ...place];
  if (familyOf(address) === "ipv6") {
    return [
      ...finding(
        [...path, "label"],
        label === null ? null : "an IPv6 address has no label",
      ),
      ...finding(
        [...path, "scope"],
        scope === "global" ? null : "the scope of an IPv6 address is in itself",
      ),
    ];
  }
  return [
    ...finding(
      [...path, "label"],
      label === null || link === null || label.startsWith(link)
        ? null
        : `must begin with "${link}", the name of the link`,
    ),
    ...finding(
      [...path, "preferred"],
      preferred ? "is for IPv6: an IPv4 address is always preferred" : null,
    ),
  ];
}
