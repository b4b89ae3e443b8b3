/**
 * A host and a target as the doctor's checks are given them.
 *
 * @module
 */

import type { Target } from "../../src/doctor/target.ts";
import type { Link, LinkAddress } from "../../src/wire/rtnetlink_parse.ts";

/** UP, BROADCAST, RUNNING, MULTICAST and LOWER_UP. */
const ETHERNET_FLAGS = 0x11043;

/** A link that is up. */
export function link(index: number, name: string, flags?: number): Link {
  return {
    ...{ index, name, flags: flags ?? ETHERNET_FLAGS },
    ...{ mac: "02:00:00:00:00:01", mtu: 1500, operState: 6, master: null },
  };
}

/** An IPv4 address on a link. */
export function address(
  index: number,
  text: string,
  prefix: number,
): LinkAddress {
  return {
    ...{ index, family: "ipv4", address: text, prefix },
    ...{ scope: 0, flags: 0, protocol: null },
  };
}

/** eth0 with 192.0.2.1/24 and nothing else, besides what is told. */
export function target(changes: Partial<Target> = {}): Target {
  const own = [address(2, "192.0.2.1", 24)];
  return {
    ...{ link: link(2, "eth0"), chosenBy: "given", present: own, own },
    ...{ source: "192.0.2.1", vips: [], instances: [], ...changes },
  };
}
