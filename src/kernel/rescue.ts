/**
 * What can still be done for the network when the core does not run any more.
 *
 * @module
 */

import { HeldAddresses } from "./linux/addresses.ts";
import { LinkTable } from "./linux/links.ts";
import { RouteSocket } from "./linux/route_socket.ts";

/**
 * Remove the addresses that a record tells of, with sockets of its own.
 *
 * @param record Path of the record.
 * @returns The addresses that were removed.
 * @throws {SyscallError} When the kernel refuses.
 */
export function removeRecorded(record: string): readonly string[] {
  using route = new RouteSocket();
  using links = new LinkTable(route);
  const held = new HeldAddresses(route, record);
  const found = held.leftOvers(links.allAddresses(), () => false);
  for (const address of found) {
    const link = links.byIndex(address.index);
    if (link !== undefined) held.adopt(link, address);
  }
  held.removeAll();
  return found.map(({ address }) => address);
}
