/**
 * Kernel settings that decide what becomes of a VIP, each with its reason.
 *
 * @module
 */

import type { LinkSnapshot } from "../kernel/link_snapshot.ts";
import { IFF_LOOPBACK, IFF_UP } from "../wire/rtnetlink.ts";
import {
  type CheckResult,
  failure,
  ok,
  skipped,
  warning,
} from "./check_result.ts";
import { inSubnet, type Target } from "./target.ts";

const IPV4 = "/proc/sys/net/ipv4";
const STRICT = 1;
const ARP_SAME_SUBNET_ONLY = 2;
const ARP_NEVER = 8;

/** Check the settings of the host, which are the same for all interfaces. */
export function checkHostSysctls(): readonly CheckResult[] {
  const nonlocal = read(`${IPV4}/ip_nonlocal_bind`);
  const forward = read(`${IPV4}/ip_forward`);
  return [
    nonlocal === null ? unreadable("ip_nonlocal_bind") : ok(
      "sysctl.ip_nonlocal_bind",
      nonlocal === 1
        ? "ip_nonlocal_bind is 1: services can listen on a VIP before it is here"
        : "ip_nonlocal_bind is 0: a service that listens on a VIP alone " +
          "needs 1 to start while this host is BACKUP",
    ),
    forward === null ? unreadable("ip_forward") : ok(
      "sysctl.ip_forward",
      forward === 1
        ? "ip_forward is 1: this host routes"
        : "ip_forward is 0: only a VIP that is a gateway needs 1",
    ),
  ];
}

/** Check the settings of one interface. */
export function checkLinkSysctls(
  target: Target,
  host: LinkSnapshot,
): readonly CheckResult[] {
  const twin = twinOf(target, host);
  return [
    checkArpIgnore(target, twin),
    checkArpAnnounce(target, twin),
    checkReversePath(target, twin),
    checkPromoteSecondaries(target),
  ];
}

/** Another link of this host that is in the same subnet. */
function twinOf({ link, own }: Target, host: LinkSnapshot): string | null {
  const others = host.links.filter(({ index, flags }) =>
    index !== link.index && (flags & IFF_UP) !== 0 &&
    (flags & IFF_LOOPBACK) === 0
  );
  const twin = others.find(({ index }) =>
    host.addresses.some((address) =>
      address.index === index &&
      own.some((mine) => inSubnet(address.address, mine))
    )
  );
  return twin?.name ?? null;
}

function checkArpIgnore(target: Target, twin: string | null): CheckResult {
  const id = "sysctl.arp_ignore";
  const { name } = target.link;
  const value = strongest(name, "arp_ignore");
  if (value === null) return unreadable("arp_ignore");
  const found = `arp_ignore is ${value} on "${name}"`;
  if (value === ARP_NEVER) {
    return failure(
      id,
      `${found}: no address of it is ever answered for by ARP`,
      sysctl(name, "arp_ignore", 1),
    );
  }
  const host = target.vips.find(({ prefix }) => prefix === 32);
  if (value === ARP_SAME_SUBNET_ONLY && host !== undefined) {
    return failure(
      id,
      `${found}: ${host.address}/32 has no subnet, so nobody is answered`,
      `give the VIP the prefix of its subnet, or ` +
        sysctl(name, "arp_ignore", 1),
    );
  }
  if (value === 0 && twin !== null) {
    return warning(
      id,
      `${found}: "${twin}" is in the same subnet and answers for the VIP too`,
      sysctl(name, "arp_ignore", 1),
    );
  }
  return ok(id, `${found}: ARP for a VIP is answered`);
}

function checkArpAnnounce(target: Target, twin: string | null): CheckResult {
  const id = "sysctl.arp_announce";
  const { name } = target.link;
  const value = strongest(name, "arp_announce");
  if (value === null) return unreadable("arp_announce");
  const found = `arp_announce is ${value} on "${name}"`;
  if (value === 2 || twin === null) {
    return ok(id, `${found}: ARP requests do not move a VIP elsewhere`);
  }
  return warning(
    id,
    `${found}: ARP requests by "${twin}" may claim a VIP for the wrong MAC`,
    sysctl(name, "arp_announce", 2),
  );
}

function checkReversePath(target: Target, twin: string | null): CheckResult {
  const id = "sysctl.rp_filter";
  const { name } = target.link;
  const value = strongest(name, "rp_filter");
  if (value === null) return unreadable("rp_filter");
  const found = `rp_filter is ${value} on "${name}"`;
  if (value !== STRICT || twin === null) {
    return ok(id, `${found}: adverts of neighbours are let in`);
  }
  return warning(
    id,
    `${found} (strict): adverts are dropped where the way back to their ` +
      `sender is "${twin}", which is in the same subnet`,
    sysctl(name, "rp_filter", 2),
  );
}

/** alived turns it on while it runs, where it can. */
function checkPromoteSecondaries({ link: { name } }: Target): CheckResult {
  const id = "sysctl.promote_secondaries";
  const value = strongest(name, "promote_secondaries");
  if (value === null) return unreadable("promote_secondaries");
  const found = `promote_secondaries is ${value} on "${name}"`;
  if (value !== 0) return ok(id, `${found}: removing a VIP removes only that`);
  if (isWritable(`${IPV4}/conf/${name}/promote_secondaries`)) {
    return ok(id, `${found}: alived sets it to 1 while it runs`);
  }
  return warning(
    id,
    `${found} and cannot be set from here: removing a VIP that came before ` +
      "the host's own address removes that too",
    sysctl(name, "promote_secondaries", 1),
  );
}

/** The kernel goes by the larger of a link's value and that of `all`. */
function strongest(link: string, setting: string): number | null {
  const own = read(`${IPV4}/conf/${link}/${setting}`);
  const all = read(`${IPV4}/conf/all/${setting}`);
  return own === null || all === null ? null : Math.max(own, all);
}

function read(path: string): number | null {
  try {
    return Number(Deno.readTextFileSync(path));
  } catch {
    return null;
  }
}

/** Opened and not written to, which changes nothing. */
function isWritable(path: string): boolean {
  try {
    using _file = Deno.openSync(path, { write: true });
    return true;
  } catch {
    return false;
  }
}

/** In the notation of sysctl(8), where a dot in a name is a slash. */
function sysctl(link: string, setting: string, value: number): string {
  const name = link.replaceAll(".", "/");
  return `sysctl -w net.ipv4.conf.${name}.${setting}=${value}`;
}

function unreadable(setting: string): CheckResult {
  return skipped(`sysctl.${setting}`, `/proc/sys does not show ${setting}`);
}
