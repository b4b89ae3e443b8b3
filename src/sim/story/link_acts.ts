/**
 * What administrators, DHCP clients, cables and other programs do to the links
 * and addresses of a host.
 *
 * @module
 */

import type { Host } from "../host.ts";
import { ownAddress } from "./host_settings.ts";
import type { SimLink } from "../machine/machine.ts";
import { allVips } from "../rules/oracle.ts";
import { whole } from "../prng.ts";
import type { Act } from "./story.ts";
import { later, type World } from "../world.ts";

/** Let something happen to the link of a host on a segment. */
export function actOnLink(
  world: World,
  host: Host,
  { segment, what, lasts }: Extract<Act, { type: "link" }>,
): void {
  const { machine } = host;
  const nic = machine.nics[segment];
  if (nic === undefined) return;
  const meddle = (change: () => void): void => {
    machine.meddledAt = world.agenda.now;
    change();
  };
  const again = (delay: number, change: (link: SimLink) => void): void =>
    later(world, delay, () => {
      if (nic.link !== null) meddle(() => nic.link && change(nic.link));
    });
  const { link } = nic;
  if (link === null) return;
  meddle(() => {
    switch (what) {
      case "down":
      case "up":
        machine.setUp(link, what === "up");
        return;
      case "unplug":
      case "plug":
        if (link.carrier === (what === "plug")) return;
        link.carrier = what === "plug";
        machine.changed(link);
        return;
      case "rename": {
        const { name } = link;
        if (name !== `eth${segment}`) return;
        machine.rename(link, `was${segment}`);
        again(lasts, (link) => {
          if (link.name !== name) machine.rename(link, name);
        });
        return;
      }
      case "recreate":
        recreate(world, host, segment, lasts);
        return;
      case "mac":
        link.mac = host.mac(segment, whole(host.prng, 1, 250));
        machine.changed(link);
        host.rules?.otherMac(link.name);
        return;
      case "enslave":
        link.master = link.master === null ? 1 : null;
        machine.changed(link);
        return;
      case "flush":
        link.addresses.flush("ipv4");
        again(lasts, (link) => setOwn(host, link, segment));
        return;
      case "dhcp":
        dhcp(world, host, link, segment);
        return;
      case "steal":
        steal(host, link);
        return;
      case "foreign": {
        const added = plant(host, link);
        if (added === null) return;
        again(lasts, (link) => {
          const found = link.addresses.find(added.address, added.prefix);
          if (found?.owner !== "foreign") return;
          machine.removeAddress(link, added.address, added.prefix);
        });
        return;
      }
      case "noIpv6": {
        const path = (link: SimLink): string =>
          `net/ipv6/conf/${link.name}/disable_ipv6`;
        machine.sysctls.set(path(link), "1");
        link.addresses.flush("ipv6");
        again(lasts, (link) => machine.sysctls.set(path(link), "0"));
        return;
      }
      default:
        what satisfies never;
    }
  });
}

/** Give a link its own address if it has none. */
function setOwn(host: Host, link: SimLink, segment: number): void {
  const has = link.addresses.all().some(({ owner, family }) =>
    owner === "host" && family === "ipv4"
  );
  if (!has) host.addOwnAddress(link, segment);
}

/** The link is deleted and made again; its address comes late. */
function recreate(
  world: World,
  host: Host,
  segment: number,
  lasts: number,
): void {
  const { machine } = host;
  const nic = machine.nics[segment];
  const old = nic?.link;
  if (nic === undefined || old === undefined || old === null) return;
  const wasUp = old.up;
  // A setting that is written by name just now is that of either link.
  host.leftSysctls = true;
  machine.removeLink(old);
  later(world, lasts, () => {
    if (nic.link !== null) return;
    machine.meddledAt = world.agenda.now;
    const link = machine.addLink(`eth${segment}`, host.mac(segment, 0), nic);
    later(world, 1, () => {
      machine.meddledAt = world.agenda.now;
      if (nic.link === link) machine.setUp(link, wasUp);
    });
    later(world, lasts / 2 + 2, () => {
      machine.meddledAt = world.agenda.now;
      if (nic.link === link) setOwn(host, link, segment);
    });
  });
}

/** The lease of the host's own address ends, and it gets another one. */
function dhcp(
  world: World,
  host: Host,
  link: SimLink,
  segment: number,
): void {
  if (world.cluster.instances.some(({ unicast }) => unicast)) return;
  const { machine, plan } = host;
  const first = ownAddress(world.cluster, segment, plan);
  const isFirst = link.addresses.find(first, 24) !== undefined;
  const old = ownAddress(world.cluster, segment, plan, isFirst);
  machine.removeAddress(link, old, 24);
  host.addOwnAddress(link, segment, !isFirst);
}

/** Somebody removes an address of the daemon. */
function steal({ machine, prng }: Host, link: SimLink): void {
  const ours = link.addresses.all().filter(({ owner }) => owner === "alived");
  const stolen = ours[whole(prng, 0, ours.length - 1)];
  if (stolen === undefined) return;
  machine.removeAddress(link, stolen.address, stolen.prefix);
}

/** Somebody adds an address that is a VIP. */
function plant(
  { machine, settings, prng }: Host,
  link: SimLink,
): { readonly address: string; readonly prefix: number } | null {
  const vips = settings.instances.flatMap((instance) =>
    allVips(instance).filter((vip) =>
      (vip.interface ?? instance.interface) === link.name
    )
  );
  const vip = vips[whole(prng, 0, vips.length - 1)];
  if (vip === undefined) return null;
  const { address, prefix } = vip;
  const problem = machine.addAddress(link, {
    ...{ address, prefix, scope: 0, label: null, protocol: null },
    ...{ lifetimeSeconds: null, preferred: true },
  }, "foreign");
  return problem === null ? { address, prefix } : null;
}
