/**
 * What can still be done for the network when no core runs any more: what a
 * daemon left behind is undone by what its record says, and by what is
 * configured where that is known.
 *
 * @module
 */

import {
  readFile,
  readRegularFile,
  removeFile,
  writeFile,
} from "../../ffi/file.ts";
import { linkName } from "../../ffi/link_name.ts";
import { EADDRNOTAVAIL, ENODEV, ENOENT } from "../../ffi/libc.ts";
import { dumpAddresses, removeAddress } from "../wire/rtnetlink.ts";
import { attempt, SyscallError } from "./attempt.ts";
import {
  addressKey,
  EMPTY_RECORD,
  formatRecord,
  type HeldRecord,
  type LinkSysctl,
  linkSysctlPath,
  parseRecord,
  type RecordedAddress,
  type RecordedSysctl,
  SYSCTL_ON,
} from "./held_record.ts";
import { ALIVED_PROTOCOL } from "./link_condition.ts";
import { keepsProtocol } from "./linux/kernel_release.ts";
import { DiskRecord, MAX_RECORD } from "./linux/record_file.ts";
import { RouteSocket } from "./linux/route_socket.ts";
import { resign } from "./resign.ts";

/** Answers to the removal of an address that is not there any more. */
const GONE: ReadonlySet<number> = new Set([0, EADDRNOTAVAIL, ENODEV]);

/** How it is undone. */
export interface RescueOptions {
  /** Whether the record goes too, but for what is left. */
  readonly forget: boolean;
  /** All that are configured, as far as known; a disk may be full. */
  readonly virtualIps: ReadonlySet<string>;
}

/** What was undone. */
export interface Rescued {
  /** Names of the instances that a last advert was sent for. */
  readonly resigned: readonly string[];
  /** Addresses that were removed. */
  readonly removed: readonly {
    readonly address: string;
    readonly prefix: number;
    readonly link: string;
  }[];
  /** Settings that have their values again. */
  readonly restored: readonly {
    readonly link: string;
    readonly setting: LinkSysctl;
  }[];
  /** What could not be done or read, in words. */
  readonly problems: readonly string[];
  /** How many addresses and settings could not be undone. */
  readonly left: number;
}

/**
 * Resign for the instances whose addresses are there still, remove those
 * addresses, put settings of links back. Where the kernel keeps who added an
 * address those go that alived did, if they are recorded or configured; on
 * older ones the record alone decides.
 *
 * @param path Absolute path of the record; there may be none.
 */
export function rescueRecorded(
  path: string,
  { forget, virtualIps }: RescueOptions,
): Rescued {
  const problems: string[] = [];
  const found = readRecord(path, problems);
  const record = found ?? EMPTY_RECORD;
  const { resigned, removed, ...kept } = letGo(record, virtualIps, problems);
  const isSameBoot = record.boot === bootId();
  const { restored, stuck } = restoreAll(
    isSameBoot ? record.sysctls : [],
    problems,
  );
  // What could not be read is not known to be of no use.
  if (forget && found !== null) {
    forgetAllBut(path, { ...record, addresses: kept.left, sysctls: stuck });
  }
  const left = kept.left.length + stuck.length;
  return { resigned, removed, restored, problems, left };
}

/** @returns Null when there is none, or none that can be used. */
function readRecord(path: string, problems: string[]): HeldRecord | null {
  try {
    return parseRecord(readRegularFile(path, MAX_RECORD));
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    if (error.errno !== ENOENT) {
      problems.push(`${error.message}: taken for an empty record`);
    }
    return null;
  }
}

interface LetGo extends Pick<Rescued, "resigned" | "removed"> {
  /** Addresses that are there still. */
  readonly left: readonly RecordedAddress[];
}

function letGo(
  record: HeldRecord,
  virtualIps: ReadonlySet<string>,
  problems: string[],
): LetGo {
  const { addresses: left } = record;
  if (left.length === 0 && virtualIps.size === 0) {
    return { resigned: [], removed: [], left };
  }
  try {
    return resignAndRemove(record, virtualIps, problems);
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    problems.push(error.message);
    return { resigned: [], removed: [], left };
  }
}

/** In the order of RFC 9568 §6.4.3. */
function resignAndRemove(
  { addresses, routers }: HeldRecord,
  virtualIps: ReadonlySet<string>,
  problems: string[],
): LetGo {
  using route = new RouteSocket();
  const present = (["ipv4", "ipv6"] as const)
    .flatMap((family) => route.dump((n) => dumpAddresses(family, n)))
    .flatMap((message) => message.type === "address" ? [message.address] : []);
  const marks = keepsProtocol(readFile("/proc/sys/kernel/osrelease"));
  const ours = new Map(
    present.filter(({ protocol }) => !marks || protocol === ALIVED_PROTOCOL)
      .map((address) => [addressKey(address), address]),
  );
  const recorded = addresses.filter((one) => ours.has(addressKey(one)));
  for (const one of addresses) ours.delete(addressKey(one));
  const unrecorded = ours.values()
    .filter(({ address }) => marks && virtualIps.has(address))
    .map(({ index, address, prefix }) => (
      { index, address, prefix, link: linkName(index), instance: null }
    ));
  const found = [...recorded, ...unrecorded];
  const holders = new Set(found.map(({ instance }) => instance));
  const resigned = routers
    .filter(({ instance }) => holders.has(instance))
    .filter((router) => resign(router, present, problems))
    .map(({ instance }) => instance);
  const answers = route.request(
    found.map((address) => (sequence) => removeAddress(address, sequence)),
  );
  const left: RecordedAddress[] = [];
  for (const [i, address] of found.entries()) {
    const errno = answers[i]?.errno ?? 0;
    if (GONE.has(errno)) continue;
    left.push(address);
    const operation = `remove ${wordsFor(address)}`;
    problems.push(new SyscallError(operation, errno).message);
  }
  const removed = found.filter((address) => !left.includes(address)).map(
    ({ address, prefix, index }) => ({ address, prefix, link: nameOf(index) }),
  );
  return { resigned, removed, left };
}

function wordsFor({ index, address, prefix }: RecordedAddress): string {
  return `${address}/${prefix} from "${nameOf(index)}"`;
}

function nameOf(index: number): string {
  return linkName(index) ?? `link ${index}`;
}

interface Restored extends Pick<Rescued, "restored"> {
  /** What the kernel refused. */
  readonly stuck: readonly RecordedSysctl[];
}

function restoreAll(
  sysctls: readonly RecordedSysctl[],
  problems: string[],
): Restored {
  const restored: { link: string; setting: LinkSysctl }[] = [];
  const stuck: RecordedSysctl[] = [];
  for (const sysctl of sysctls) {
    const link = linkName(sysctl.index);
    if (link === null) continue;
    try {
      if (restore(link, sysctl)) {
        restored.push({ link, setting: sysctl.setting });
      }
    } catch (error) {
      if (!(error instanceof SyscallError)) throw error;
      problems.push(error.message);
      stuck.push(sysctl);
    }
  }
  return { restored, stuck };
}

/** @returns False when there was nothing to put back. */
function restore(link: string, { setting, before }: RecordedSysctl): boolean {
  const path = `/proc/sys/${linkSysctlPath(link, setting)}`;
  // Somebody else has changed it since.
  if (readFile(path).trim() !== SYSCTL_ON) return false;
  writeFile(path, before);
  return true;
}

function bootId(): string | null {
  try {
    return readFile("/proc/sys/kernel/random/boot_id").trim();
  } catch (error) {
    if (error instanceof SyscallError) return null;
    throw error;
  }
}

/** What could not be undone is said anyhow, whether it is written or not. */
function forgetAllBut(path: string, record: HeldRecord): void {
  const { addresses, sysctls, routers } = record;
  if (addresses.length === 0 && sysctls.length === 0) {
    // Also where there is no room for another.
    attempt(() => removeFile(path));
    return;
  }
  const holders = new Set(addresses.map(({ instance }) => instance));
  const needed = routers.filter(({ instance }) => holders.has(instance));
  new DiskRecord(path).write(formatRecord({ ...record, routers: needed }));
}
