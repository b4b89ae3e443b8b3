/**
 * More than the one segment that a lab has: a second one that hosts are on as
 * well, or that some are moved to and back.
 *
 * @module
 */

import type { Host, Lab } from "./lab.ts";

/** Bridge of the segment that every lab has. */
export const FIRST = "br0";
/** Bridge of the other one. */
export const SECOND = "br1";

/** Make the second segment, without hosts. */
export async function openSecond(lab: Lab): Promise<void> {
  await lab.batch([
    `link add ${SECOND} type bridge mcast_snooping 0 stp_state 0 forward_delay 0`,
    `link set ${SECOND} addrgenmode none up`,
  ]);
}

/**
 * Give a host an `eth1` on the second segment; its bridge port has the name of
 * the host with a 1 behind it.
 *
 * @param prefixed Its address there, for example `198.51.100.1/24`.
 */
export async function wireSecond(
  lab: Lab,
  host: Host,
  prefixed: string,
): Promise<void> {
  await lab.batch([
    `link add name ${host.name}1 type veth peer name eth1 netns ${host.pid}`,
    `link set dev ${host.name}1 master ${SECOND} up`,
  ]);
  await host.exec("ip", "address", "add", prefixed, "dev", "eth1");
  await host.exec("ip", "link", "set", "eth1", "up");
}

/** Pull (false) or plug in (true) the cable of a host's `eth1`. */
export async function plugSecond(
  lab: Lab,
  host: Host,
  plugged: boolean,
): Promise<void> {
  await lab.batch([
    `link set dev ${host.name}1 ${plugged ? "up" : "down"}`,
  ]);
}

/**
 * Move the `eth0` of hosts to a segment; they do not notice, but for hearing
 * others from now on.
 */
export async function move(
  lab: Lab,
  hosts: readonly Host[],
  segment: string,
): Promise<void> {
  await lab.batch(
    hosts.map(({ name }) => `link set dev ${name} master ${segment}`),
  );
}
