/**
 * What can still be done for the network when the core does not run any more.
 *
 * @module
 */

import { readFile, readRegularFile } from "../../ffi/file.ts";
import { ENOENT } from "../../ffi/libc.ts";
import { dumpAddresses, removeAddress } from "../wire/rtnetlink.ts";
import { SyscallError } from "./attempt.ts";
import { addressKey, parseRecord } from "./held_record.ts";
import { ALIVED_PROTOCOL } from "./link_condition.ts";
import { keepsProtocol } from "./linux/kernel_release.ts";
import { MAX_RECORD } from "./linux/record_file.ts";
import { RouteSocket } from "./linux/route_socket.ts";

/**
 * Remove what a core left behind, with a socket of its own: where the kernel
 * keeps who added an address those that alived did, if they are recorded or
 * configured; on older ones the record alone decides.
 *
 * @param record Absolute path of the record; there may be none.
 * @param virtualIps All that are configured; the disk may not have taken the
 *   record.
 * @returns The addresses that were removed.
 * @throws {SyscallError} When the record cannot be read or the kernel does not
 *   tell its addresses.
 */
export function removeLeftBehind(
  record: string,
  virtualIps: ReadonlySet<string>,
): readonly string[] {
  const recorded = new Set(parseRecord(readRecord(record)).map(addressKey));
  const marks = keepsProtocol(readFile("/proc/sys/kernel/osrelease"));
  using route = new RouteSocket();
  const found = (["ipv4", "ipv6"] as const)
    .flatMap((family) => route.dump((n) => dumpAddresses(family, n)))
    .flatMap((message) => message.type === "address" ? [message.address] : [])
    .filter((address) => {
      const isRecorded = recorded.has(addressKey(address));
      if (!marks) return isRecorded;
      return address.protocol === ALIVED_PROTOCOL &&
        (isRecorded || virtualIps.has(address.address));
    });
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
