/**
 * The record of what a daemon changed: what the next one, or `alived cleanup`,
 * finds when this one was killed. A second witness beside the kernel's own
 * mark, and never a veto.
 *
 * It has the passwords of instances, so that nobody but its owner may read it.
 *
 * @module
 */

import { canonicalIp, familyOf } from "../wire/address.ts";
import type { AddressRequest } from "../wire/rtnetlink.ts";
import type { ChecksumForm } from "../wire/vrrp_checksum.ts";

/** An address that was held. */
export interface RecordedAddress extends AddressRequest {
  /** Name of the link, for people who read the file; null when it has none. */
  readonly link: string | null;
  /** Name of the instance that it is held for; null in older records. */
  readonly instance: string | null;
}

/** What it takes to resign for an instance that held addresses. */
export interface RecordedRouter {
  /** Name of the instance. */
  readonly instance: string;
  /** Protocol version. */
  readonly version: 2 | 3;
  /** VRID, 1 to 255. */
  readonly virtualRouterId: number;
  /** Milliseconds between adverts. */
  readonly interval: number;
  /** VRRPv2 simple text password, or null for none. */
  readonly password: string | null;
  /** VRRPv3 IPv4 checksum form. */
  readonly checksumForm: ChecksumForm;
  /** Index of the link that adverts are sent by. */
  readonly index: number;
  /** Address that they come from. */
  readonly source: string;
  /** Addresses that they go to: the group, or peers. */
  readonly destinations: readonly string[];
  /** The addresses that they advertise. */
  readonly addresses: readonly string[];
}

/**
 * Settings of links that the daemon turns on.
 *
 * `promote_secondaries`: without it, removing a VIP that is the primary
 * address of its subnet removes the host's own address there too.
 * `accept_local`: without it the kernel drops the adverts of an owner, whose
 * source is an address that this host holds as well while it is master.
 */
const LINK_SYSCTLS = ["promote_secondaries", "accept_local"] as const;

/** One of {@linkcode LINK_SYSCTLS}. */
export type LinkSysctl = (typeof LINK_SYSCTLS)[number];

/** The value that the daemon gives them. */
export const SYSCTL_ON = "1";

/** A setting of a link that was turned on. */
export interface RecordedSysctl {
  /** Index of the link. */
  readonly index: number;
  /** Name that the link had. */
  readonly link: string;
  /** The setting. */
  readonly setting: LinkSysctl;
  /** Its value before, which is the host's own. */
  readonly before: string;
}

/** All of it. */
export interface HeldRecord {
  /** The kernel's `boot_id`, or null when not known; sysctls end with it. */
  readonly boot: string | null;
  /** Addresses, newest last. */
  readonly addresses: readonly RecordedAddress[];
  /** The instances that they are held for. */
  readonly routers: readonly RecordedRouter[];
  /** Kernel settings. */
  readonly sysctls: readonly RecordedSysctl[];
}

/** Nothing was changed. */
export const EMPTY_RECORD: HeldRecord = {
  boot: null,
  addresses: [],
  routers: [],
  sysctls: [],
};

const VERSION = 2;
const MOST_ADDRESSES = 255;
const MAX_VRID = 255;
/** The kernel's are positive numbers of 32 bits with a sign. */
const MAX_INDEX = 0x7fff_ffff;
/** Most units between two adverts (RFC 3768 §5.3.7, RFC 9568 §5.2.7). */
const MAX_INTERVAL = { 2: 255, 3: 4095 } as const;
/** Milliseconds of a unit. */
const INTERVAL_UNIT = { 2: 1000, 3: 10 } as const;

/** The key of an address: link, address and prefix. */
export function addressKey({ index, address, prefix }: AddressRequest): string {
  return `${index} ${address}/${prefix}`;
}

/** Path of a setting of a link, below /proc/sys. */
export function linkSysctlPath(link: string, setting: LinkSysctl): string {
  return `net/ipv4/conf/${link}/${setting}`;
}

/** The text of a record. */
export function formatRecord(record: HeldRecord): string {
  return `${JSON.stringify({ version: VERSION, ...record })}\n`;
}

/**
 * Read a record. Version 1 had the addresses only, and before it there was the
 * list of addresses alone.
 *
 * @param text What the file holds; from what alived did not write nothing is
 *   taken, nor any entry that cannot be used.
 */
export function parseRecord(text: string): HeldRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return EMPTY_RECORD;
  }
  if (Array.isArray(value)) {
    return { ...EMPTY_RECORD, addresses: some(value, addressOf) };
  }
  if (!isObject(value)) return EMPTY_RECORD;
  const { boot, addresses, routers, sysctls } = value;
  return {
    boot: stringOrNull(boot),
    addresses: some(addresses, addressOf),
    routers: some(routers, routerOf),
    sysctls: some(sysctls, sysctlOf),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function some<T>(list: unknown, read: (fields: Fields) => T | null): T[] {
  if (!Array.isArray(list)) return [];
  return list.filter(isObject).map(read).filter((entry) => entry !== null);
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

function addressOf(
  { index, address, prefix, link, instance }: Fields,
): RecordedAddress | null {
  if (!isIndex(index) || !isIp(address) || !isCount(prefix)) return null;
  if (prefix > (familyOf(address) === "ipv6" ? 128 : 32)) return null;
  return {
    ...{ index, link: stringOrNull(link), address, prefix },
    instance: stringOrNull(instance),
  };
}

function routerOf(fields: Fields): RecordedRouter | null {
  const { instance, version, virtualRouterId, interval, password } = fields;
  const { checksumForm, index, source, destinations, addresses } = fields;
  if (typeof instance !== "string" || !isIp(source)) return null;
  if (version !== 2 && version !== 3) return null;
  if (!isWithin(virtualRouterId, MAX_VRID) || !isIndex(index)) return null;
  if (!isInterval(interval, version)) return null;
  // What the other version cannot say.
  if (password !== null && (typeof password !== "string" || version !== 2)) {
    return null;
  }
  if (checksumForm !== "message" && checksumForm !== "pseudo_header") {
    return null;
  }
  const family = familyOf(source);
  if (version === 2 && family === "ipv6") return null;
  if (!isList(destinations, family) || !isList(addresses, family)) return null;
  return {
    ...{ instance, version, virtualRouterId, interval, password, checksumForm },
    ...{ index, source, destinations, addresses },
  };
}

function sysctlOf(
  { index, link, setting, before }: Fields,
): RecordedSysctl | null {
  const known = LINK_SYSCTLS.find((name) => name === setting);
  if (known === undefined || !isIndex(index)) return null;
  // It becomes part of a path, and of the kernel's settings.
  if (typeof link !== "string" || !/^(?!\.{1,2}$)[^/\s]{1,15}$/.test(link)) {
    return null;
  }
  if (typeof before !== "string" || !/^\d$/.test(before)) return null;
  return { index, link, setting: known, before };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}

function isWithin(value: unknown, most: number): value is number {
  return isCount(value) && value >= 1 && value <= most;
}

function isIndex(value: unknown): value is number {
  return isWithin(value, MAX_INDEX);
}

/** Whether adverts of a version can tell of an interval. */
function isInterval(value: unknown, version: 2 | 3): value is number {
  return isCount(value) &&
    isWithin(value / INTERVAL_UNIT[version], MAX_INTERVAL[version]);
}

/** Other forms of an address are not found among those of the kernel. */
function isIp(value: unknown): value is string {
  return typeof value === "string" && canonicalIp(value) === value;
}

function isList(
  value: unknown,
  family: ReturnType<typeof familyOf>,
): value is readonly string[] {
  return Array.isArray(value) && value.length <= MOST_ADDRESSES &&
    value.every((one) => isIp(one) && familyOf(one) === family);
}

function stringOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
