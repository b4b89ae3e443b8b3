/**
 * Whether an interface can carry VRRP.
 *
 * @module
 */

import { linkFault } from "../kernel/link_condition.ts";
import { IFF_LOOPBACK, IFF_MULTICAST, IFF_NOARP } from "../wire/rtnetlink.ts";
import type { Link } from "../wire/rtnetlink_parse.ts";
import { type CheckResult, failure, ok, warning } from "./check_result.ts";
import { exists } from "./files.ts";
import { prefixed, type Target } from "./target.ts";

/** The least that IPv6 asks of a link (RFC 8200 §5), and ample for IPv4. */
const LEAST_MTU = 1280;
const SYS_CLASS_NET = "/sys/class/net";

/**
 * Check the interface of a target.
 *
 * @param sysfs The directory that has one directory for each link.
 */
export function checkInterface(
  target: Target,
  sysfs = SYS_CLASS_NET,
): readonly CheckResult[] {
  return [
    checkState(target),
    checkAddress(target),
    checkMtu(target),
    checkMulticastFlag(target),
    checkKind(target, `${sysfs}/${target.link.name}`),
  ];
}

/** Whether neighbours on a link are found by ARP. */
export function runsArp({ flags, mac }: Link): boolean {
  return (flags & IFF_NOARP) === 0 && mac !== null;
}

/** For an interface of the configuration that this host does not have. */
export function absentInterface(name: string): CheckResult {
  return failure(
    "interface",
    `"${name}" of the configuration does not exist`,
    "correct its name, or create it: an instance there waits in FAULT",
  );
}

function checkState({ link, chosenBy }: Target): CheckResult {
  const fault = linkFault(link.name, link);
  if (fault === null) {
    return ok("interface", `"${link.name}" (${chosenBy}) is up with a carrier`);
  }
  const advice = fault.endsWith("is down")
    ? `ip link set ${link.name} up`
    : "check the cable, the switch port, or the virtual switch";
  return failure("interface", fault, advice);
}

function checkAddress({ link, own, source }: Target): CheckResult {
  if (source !== null) {
    const list = own.map(prefixed).join(", ");
    return ok("interface.address", `"${link.name}" has ${list}`);
  }
  return failure(
    "interface.address",
    `"${link.name}" has no IPv4 address of its own`,
    "give it one: adverts are sent from it, and a VIP is not its own",
  );
}

function checkMtu({ link }: Target): CheckResult {
  const found = `"${link.name}" has MTU ${link.mtu}`;
  if (link.mtu >= LEAST_MTU) return ok("interface.mtu", found);
  return warning(
    "interface.mtu",
    found,
    `set ${LEAST_MTU} or more: the advert of many VIPs does not fit, and ` +
      "IPv6 does not run",
  );
}

function checkMulticastFlag({ link }: Target): CheckResult {
  if ((link.flags & IFF_MULTICAST) !== 0) {
    return ok("interface.multicast", `"${link.name}" takes multicast`);
  }
  return failure(
    "interface.multicast",
    `"${link.name}" has multicast turned off`,
    `ip link set ${link.name} multicast on`,
  );
}

/** What the link is: some kinds cannot hold a VIP, or lose it. */
function checkKind({ link }: Target, directory: string): CheckResult {
  const id = "interface.kind";
  const name = `"${link.name}"`;
  if ((link.flags & IFF_LOOPBACK) !== 0) {
    return failure(
      id,
      `${name} is the loopback device`,
      "choose the interface that the other hosts are on",
    );
  }
  if (exists(`${directory}/brport`)) {
    return failure(
      id,
      `${name} is a port of a bridge`,
      "choose the bridge: the host's addresses and adverts belong there",
    );
  }
  if (exists(`${directory}/bonding_slave`)) {
    return failure(
      id,
      `${name} is a slave of a bond`,
      "choose the bond: the host's addresses and adverts belong there",
    );
  }
  if (!runsArp(link)) {
    return failure(
      id,
      `${name} is a tunnel or another link without ARP`,
      "choose an Ethernet interface: neighbours find a VIP by ARP",
    );
  }
  if (exists(`${directory}/wireless`) || exists(`${directory}/phy80211`)) {
    return warning(
      id,
      `${name} is wireless`,
      "use a cable: access points delay and drop multicast, and a takeover " +
        "follows",
    );
  }
  return ok(id, `${name} is Ethernet: no bridge port, bond slave or tunnel`);
}
