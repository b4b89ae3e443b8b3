/**
 * What can still be done for the network when the core does not run any more.
 *
 * @module
 */

import { readFile, readRegularFile } from "../../ffi/file.ts";
import { ENOENT } from "../../ffi/libc.ts";
import { dumpAddresses, removeAddress } from "../wire/rtnetlink.ts";
import type { LinkAddress } from "../wire/rtnetlink_parse.ts";
import { SyscallError } from "./attempt.ts";
import { addressKey, parseRecord } from "./held_record.ts";
import { ALIVED_PROTOCOL } from "./link_condition.ts";
import { keepsProtocol } from "./linux/kernel_release.ts";
import { MAX_RECORD } from "./linux/record_file.ts";
import { RouteSocket } from "./linux/route_socket.ts";

/**
 * Remove the addresses that a record tells of, with a socket of its own. Where
 * the kernel keeps who added an address only those go that alived did.
 *
 * @param record Absolute path of the record; without one nothing is removed.
 * @returns The addresses that were removed.
 * @throws {SyscallError} When the record cannot be read or the kernel does not
 *   tell its addresses.
 */
export function removeRecorded(record: string): readonly string[] {
  const recorded = parseRecord(readRecord(record));
  if (recorded.length === 0) return [];
  using route = new RouteSocket();
  const marks = keepsProtocol(readFile("/proc/sys/kernel/osrelease"));
  const present = new Map(
    (["ipv4", "ipv6"] as const)
      .flatMap((family) => route.dump((n) => dumpAddresses(family, n)))
      .flatMap((message) => message.type === "address" ? [message.address] : [])
      .filter(({ protocol }) => !marks || protocol === ALIVED_PROTOCOL)
      .map((address): [string, LinkAddress] => [addressKey(address), address]),
  );
  const found = recorded.filter((address) => present.has(addressKey(address)));
  const answers = route.request(
    found.map((address) => (sequence) => removeAddress(address, sequence)),
  );
  return found.filter((_, i) => answers[i]?.errno === 0)
    .map(({ address }) => address);
}

function readRecord(path: string): string {
  try {
    return readRegularFile(path, MAX_RECORD);
  } catch (error) {
    if (error instanceof SyscallError && error.errno === ENOENT) return "";
    throw error;
  }
}
