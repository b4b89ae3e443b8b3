/**
 * What is tested: the interfaces, the virtual addresses on each, and the
 * virtual routers that the configuration has there.
 *
 * @module
 */

import type { InstanceSettings } from "../config/settings/instance.ts";
import { unusableKind, virtualIpProblem } from "../config/virtual_ip.ts";
import type { LinkSnapshot } from "../kernel/link_snapshot.ts";
import { ALIVED_PROTOCOL, primaryAddress } from "../kernel/link_condition.ts";
import { ipBytes, parsePrefixed, type Prefixed } from "../wire/address.ts";
import type { Link, LinkAddress } from "../wire/rtnetlink_parse.ts";

/** An interface and what is to run on it. */
export interface Target {
  /** The interface. */
  readonly link: Link;
  /** How it was chosen, to be read in parentheses. */
  readonly chosenBy: string;
  /** The addresses that it has. */
  readonly present: readonly LinkAddress[];
  /** Those of them that are the host's own. */
  readonly own: readonly LinkAddress[];
  /** The one of those that adverts are sent from, or null. */
  readonly source: string | null;
  /** Virtual addresses to test. */
  readonly vips: readonly Prefixed[];
  /** The instances of the configuration there. */
  readonly instances: readonly InstanceSettings[];
}

/** What the operator asks for. */
export interface TargetRequest {
  /** Name of the interface, if one was given. */
  readonly interface: string | undefined;
  /** `VIP/PREFIX`, if one was given. */
  readonly vip: string | undefined;
  /** The instances of the configuration, if there is one. */
  readonly instances: readonly InstanceSettings[];
}

/** What was chosen. */
export interface Targets {
  /** The interfaces to test. */
  readonly targets: readonly Target[];
  /** Interfaces of the configuration that this host does not have. */
  readonly absent: readonly string[];
}

/** The request cannot be tested as it stands. */
export class TestRequestError extends Error {
  override readonly name = "TestRequestError";
}

/**
 * Choose the interfaces: the one given, else those of the configuration, else
 * that of the default route; with a VIP, those of them that it belongs to.
 *
 * @param host The host's links and addresses.
 * @param defaultLink Name of the link of the default route, or null.
 * @throws {TestRequestError} For an unknown interface, for a VIP that is none
 *   or is outside the subnet, and when no interface can be chosen.
 */
export function chooseTargets(
  request: TargetRequest,
  host: LinkSnapshot,
  defaultLink: string | null,
): Targets {
  const vip = request.vip === undefined ? null : readVip(request.vip);
  const { names, chosenBy } = chooseNames(request, host, defaultLink);
  const absent = names.filter((name) => find(host, name) === undefined);
  const targets = names
    .map((name) => find(host, name))
    .filter((link) => link !== undefined)
    .map((link) => makeTarget(link, chosenBy, vip, request.instances, host));
  if (vip === null || targets.length === 0) return { targets, absent };
  const suited = targets.filter(({ own }) =>
    own.length === 0 || own.some((address) => inSubnet(vip.address, address))
  );
  if (suited.length > 0) return { targets: suited, absent };
  const subnets = targets.map(({ link, own }) =>
    `"${link.name}" has ${own.map(prefixed).join(", ")}`
  );
  throw new TestRequestError(
    `Cannot use ${prefixed(vip)} as VIP: it is in no subnet of this host's ` +
      `interface (${subnets.join("; ")})`,
  );
}

function readVip(text: string): Prefixed {
  const vip = parsePrefixed(text);
  const kind = vip === null ? null : unusableKind(vip);
  const problem = vip === null
    ? "must be an address and a prefix, such as 192.0.2.100/24"
    : kind === null
    ? virtualIpProblem(vip, [])
    : `${vip.address} is ${kind}: no host can hold it`;
  if (vip !== null && problem === null) return vip;
  throw new TestRequestError(`Cannot use "${text}" as VIP: ${problem}`);
}

function chooseNames(
  request: TargetRequest,
  host: LinkSnapshot,
  defaultLink: string | null,
): { readonly names: readonly string[]; readonly chosenBy: string } {
  const given = request.interface;
  if (given !== undefined) {
    if (find(host, given) !== undefined) {
      return { names: [given], chosenBy: "given" };
    }
    throw new TestRequestError(
      `Cannot find interface "${given}": this host has ${listLinks(host)}`,
    );
  }
  const configured = request.instances.map((instance) => instance.interface);
  if (configured.length > 0) {
    return { names: [...new Set(configured)], chosenBy: "from configuration" };
  }
  if (defaultLink !== null) {
    return { names: [defaultLink], chosenBy: "from default route" };
  }
  throw new TestRequestError(
    "Cannot choose an interface without a default route: name one with -i " +
      `(this host has ${listLinks(host)})`,
  );
}

function listLinks(host: LinkSnapshot): string {
  return host.links.map(({ name }) => name).join(", ");
}

function find(host: LinkSnapshot, name: string): Link | undefined {
  return host.links.find((link) => link.name === name);
}

function makeTarget(
  link: Link,
  chosenBy: string,
  vip: Prefixed | null,
  allInstances: readonly InstanceSettings[],
  host: LinkSnapshot,
): Target {
  const instances = allInstances
    .filter((instance) => instance.interface === link.name);
  const configured = instances.flatMap(({ virtualIps }) => virtualIps);
  const vips = vip === null ? configured : [vip];
  const virtual = new Set([...configured, ...vips].map((it) => it.address));
  const present = host.addresses.filter(({ index }) => index === link.index);
  const isVirtual = ({ address, protocol }: LinkAddress): boolean =>
    virtual.has(address) || protocol === ALIVED_PROTOCOL;
  const own = present.filter((address) => !isVirtual(address));
  const source = primaryAddress(own);
  return { link, chosenBy, present, own, source, vips, instances };
}

/** Whether an address belongs to the subnet of another. */
export function inSubnet(address: string, subnet: Prefixed): boolean {
  const a = ipBytes(address);
  const b = ipBytes(subnet.address);
  if (a.length !== b.length) return false;
  return a.every((byte, i) => {
    const bits = Math.min(8, Math.max(0, subnet.prefix - i * 8));
    const mask = (0xff << (8 - bits)) & 0xff;
    return (byte & mask) === ((b[i] ?? 0) & mask);
  });
}

/** `address/prefix`. */
export function prefixed({ address, prefix }: Prefixed): string {
  return `${address}/${prefix}`;
}

/**
 * The link of the IPv4 default route with the best metric.
 *
 * @param routes Text of /proc/net/route.
 */
export function defaultRouteLink(routes: string): string | null {
  const defaults = routes.trim().split("\n").slice(1)
    .map((line) => line.split(/\s+/))
    .filter((fields) => fields[1] === "00000000" && fields[7] === "00000000")
    .toSorted((a, b) => Number(a[6]) - Number(b[6]));
  return defaults[0]?.[0] ?? null;
}
