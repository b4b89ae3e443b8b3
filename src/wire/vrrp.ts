/**
 * VRRP adverts: version 2 (RFC 3768 §5.3) and version 3 (RFC 9568 §5.2), the
 * bytes behind the IP header. Read RFC 9568 §7.1 first: reading an advert is
 * that list of checks in a fixed order, and it never throws.
 *
 * Seconds (version 2) and centiseconds (version 3) end here: an
 * {@linkcode Advert} is in milliseconds.
 *
 * @module
 */

import {
  type Family,
  familyOf,
  formatIp,
  ipBytes,
  isMulticast,
} from "./address.ts";
import type { DropReason } from "./drop_reason.ts";
import {
  acceptedForms,
  advertChecksum,
  type ChecksumForm,
  type ChecksumSetting,
  onlyForm,
} from "./vrrp_checksum.ts";

/** What a VRRP advert says. */
export interface Advert {
  /** Protocol version. */
  readonly version: 2 | 3;
  /** VRID, 1 to 255. */
  readonly virtualRouterId: number;
  /** 0 for a master that resigns, 255 for the owner of the addresses. */
  readonly priority: number;
  /** Milliseconds between the adverts of the sender. */
  readonly interval: number;
  /** Canonical text of each address, in the order of the sender; may be empty. */
  readonly addresses: readonly string[];
}

/** Where an advert came from. */
export interface AdvertOrigin {
  /** Source address, canonical text. */
  readonly source: string;
  /** Destination address, canonical text. */
  readonly destination: string;
  /** TTL or hop limit as received. */
  readonly hopLimit: number;
}

/** What the receiving instance takes for an advert of its own virtual router. */
export interface ExpectedAdvert {
  /** Family of source, destination and advertised addresses. */
  readonly family: Family;
  /** Protocol version; version 2 is IPv4 only. */
  readonly version: 2 | 3;
  /** Whether adverts go to the multicast group; false for unicast peers. */
  readonly multicast: boolean;
  /** Least TTL or hop limit; 255 for multicast (RFC 9568 §5.1.1.3). */
  readonly minHopLimit: number;
  /** Whether a VRRPv3 advert may have no address (RFC 9568 §5.2.5 forbids). */
  readonly mayBeEmpty: boolean;
  /** VRRPv2 simple text password, or null for no authentication. */
  readonly password: string | null;
  /** Milliseconds: the interval that a VRRPv2 advert must have. */
  readonly interval: number;
  /** VRRPv3 IPv4 checksum setting. */
  readonly checksum: ChecksumSetting;
}

/** An advert that passed every check. */
export interface ReceivedAdvert {
  /** The advert. */
  readonly advert: Advert;
  /** The form of its checksum. */
  readonly checksumForm: ChecksumForm;
}

/** How an advert is sent. */
export interface AdvertEnvelope {
  /** VRRPv2 simple text password (cut to 8 bytes), or null for none. */
  readonly password: string | null;
  /** VRRPv3 IPv4 checksum form; the other adverts have one form only. */
  readonly checksumForm: ChecksumForm;
  /** Source address, canonical text; its family is that of the advert. */
  readonly source: string;
  /** Destination address, canonical text. */
  readonly destination: string;
}

const VERSION_TYPE = 0;
const VIRTUAL_ROUTER_ID = 1;
const PRIORITY = 2;
const ADDRESS_COUNT = 3;
const V2_AUTH_TYPE = 4;
const V2_INTERVAL = 5; // seconds
const V3_INTERVAL = 4; // centiseconds, below 4 reserved bits
const CHECKSUM = 6;
const ADDRESSES = 8;

const HEADER_LENGTH = 8;
const V2_AUTH_LENGTH = 8;
const TYPE_ADVERTISEMENT = 1;
const AUTH_NONE = 0;
const AUTH_SIMPLE_TEXT = 1;
const V3_INTERVAL_MASK = 0x0fff;

/**
 * Read the VRID alone, to find the instance that an advert is for.
 *
 * @param payload The bytes behind the IP header.
 * @returns 0 to 255, or null when the fixed header is not all there.
 */
export function advertVrid(payload: Uint8Array): number | null {
  if (payload.length < HEADER_LENGTH) return null;
  return payload[VIRTUAL_ROUTER_ID] ?? null;
}

/** What the first bytes of an advert say, be it sound or not. */
export interface AdvertHeader {
  /** Protocol version, 0 to 15. */
  readonly version: number;
  /** VRRPv2 authentication type, 0 to 255; of no meaning in other versions. */
  readonly authType: number;
  /** Milliseconds between adverts, read as its version has them. */
  readonly interval: number;
}

/**
 * Read the header of an advert that is not used, to tell why.
 *
 * @param payload At least 8 bytes.
 */
export function advertHeader(payload: Uint8Array): AdvertHeader {
  const at = (index: number): number => payload[index] ?? 0;
  const version = at(VERSION_TYPE) >> 4;
  const centiseconds = (at(V3_INTERVAL) << 8 | at(V3_INTERVAL + 1)) &
    V3_INTERVAL_MASK;
  const interval = version === 2 ? at(V2_INTERVAL) * 1000 : centiseconds * 10;
  return { version, authType: at(V2_AUTH_TYPE), interval };
}

/**
 * Check and read an advert (RFC 3768 §7.1, RFC 9568 §7.1). The first check
 * that fails, in the order of `DROP_REASONS`, names the reason.
 *
 * A VRRPv2 interval must be ours; a
 * VRRPv3 interval is for the receiver to learn. The address list is not
 * compared here (see {@linkcode sameAddresses}).
 *
 * @param payload The bytes behind the IP header, all of them and no more.
 * @param origin Where it came from.
 * @param expected What the instance of its VRID takes.
 */
export function parseAdvert(
  payload: Uint8Array,
  origin: AdvertOrigin,
  expected: ExpectedAdvert,
): ReceivedAdvert | DropReason {
  const { family, version, multicast, password } = expected;
  if (payload.length < HEADER_LENGTH) return "truncated";
  if (origin.hopLimit < expected.minHopLimit) return "hop_limit";
  if (isMulticast(origin.destination) !== multicast) return "destination";

  const view = new DataView(
    payload.buffer,
    payload.byteOffset,
    payload.byteLength,
  );
  const versionType = view.getUint8(VERSION_TYPE);
  if (versionType >> 4 !== version) return "version";
  if ((versionType & 0x0f) !== TYPE_ADVERTISEMENT) return "type";

  const size = addressSize(family);
  const count = view.getUint8(ADDRESS_COUNT);
  const end = ADDRESSES + count * size;
  const authLength = version === 2 ? V2_AUTH_LENGTH : 0;
  if (payload.length !== end + authLength) return "length";
  if (version === 3 && count === 0 && !expected.mayBeEmpty) return "length";

  const checksumForm = acceptedForms(version, family, expected.checksum)
    .find((form) => advertChecksum(payload, form, origin) === 0);
  if (checksumForm === undefined) return "checksum";

  let interval: number;
  if (version === 2) {
    const authType = password === null ? AUTH_NONE : AUTH_SIMPLE_TEXT;
    if (view.getUint8(V2_AUTH_TYPE) !== authType) return "auth_type";
    if (
      password !== null &&
      !equalAuthData(payload.subarray(end), authData(password))
    ) return "auth_data";
    interval = view.getUint8(V2_INTERVAL) * 1000;
    if (interval !== expected.interval) return "interval";
  } else {
    interval = (view.getUint16(V3_INTERVAL) & V3_INTERVAL_MASK) * 10;
    if (interval === 0) return "interval";
  }

  const addresses: string[] = [];
  for (let at = ADDRESSES; at < end; at += size) {
    addresses.push(formatIp(payload.subarray(at, at + size)));
  }
  return {
    advert: {
      version,
      virtualRouterId: view.getUint8(VIRTUAL_ROUTER_ID),
      priority: view.getUint8(PRIORITY),
      interval,
      addresses,
    },
    checksumForm,
  };
}

/**
 * Write an advert.
 *
 * @returns The bytes that go behind the IP header.
 * @throws {RangeError} When a field cannot be written: a VRRPv2 interval that
 *   is not 1 to 255 whole seconds, a VRRPv3 interval that is not 1 to 4095
 *   centiseconds, a VRID, priority or number of addresses beyond its byte, an
 *   address of another family, VRRPv2 for IPv6, a password in VRRPv3.
 */
export function emitAdvert(
  advert: Advert,
  envelope: AdvertEnvelope,
): Uint8Array<ArrayBuffer> {
  const { version } = advert;
  const { password, source } = envelope;
  const family = familyOf(source);
  if (version === 2 && family === "ipv6") {
    throw new RangeError(`Cannot send VRRPv2 from "${source}": must be IPv4`);
  }
  if (version === 3 && password !== null) {
    throw new RangeError("Cannot send a password: VRRPv3 has none");
  }
  checkRange("VRID", advert.virtualRouterId, 1, 255);
  checkRange("priority", advert.priority, 0, 255);
  checkRange("number of addresses", advert.addresses.length, 0, 255);

  const size = addressSize(family);
  const end = ADDRESSES + advert.addresses.length * size;
  const payload = new Uint8Array(end + (version === 2 ? V2_AUTH_LENGTH : 0));
  const view = new DataView(payload.buffer);
  view.setUint8(VERSION_TYPE, version << 4 | TYPE_ADVERTISEMENT);
  view.setUint8(VIRTUAL_ROUTER_ID, advert.virtualRouterId);
  view.setUint8(PRIORITY, advert.priority);
  view.setUint8(ADDRESS_COUNT, advert.addresses.length);
  if (version === 2) {
    const seconds = advert.interval / 1000;
    checkRange("VRRPv2 interval in seconds", seconds, 1, 255);
    view.setUint8(V2_INTERVAL, seconds);
    if (password !== null) {
      view.setUint8(V2_AUTH_TYPE, AUTH_SIMPLE_TEXT);
      payload.set(authData(password), end);
    }
  } else {
    const centiseconds = advert.interval / 10;
    checkRange("VRRPv3 interval in centiseconds", centiseconds, 1, 4095);
    view.setUint16(V3_INTERVAL, centiseconds);
  }
  for (const [i, address] of advert.addresses.entries()) {
    if (familyOf(address) !== family) {
      throw new RangeError(
        `Cannot advertise "${address}" from "${source}": must be one family`,
      );
    }
    payload.set(ipBytes(address), ADDRESSES + i * size);
  }
  const form = onlyForm(version, family) ?? envelope.checksumForm;
  view.setUint16(CHECKSUM, advertChecksum(payload, form, envelope));
  return payload;
}

/**
 * Whether two address lists name the same addresses, in whatever order.
 *
 * @param a Addresses in canonical text.
 * @param b Addresses in canonical text.
 */
export function sameAddresses(
  a: readonly string[],
  b: readonly string[],
): boolean {
  const left = new Set(a);
  const right = new Set(b);
  return left.size === right.size && b.every((address) => left.has(address));
}

function addressSize(family: Family): 4 | 16 {
  return family === "ipv6" ? 16 : 4;
}

/** The authentication data of a simple text password (RFC 2338 §5.3.6.2). */
function authData(password: string): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(V2_AUTH_LENGTH);
  data.set(new TextEncoder().encode(password).subarray(0, V2_AUTH_LENGTH));
  return data;
}

/** Compare in a time that does not tell how much of a guess was right. */
function equalAuthData(a: Uint8Array, b: Uint8Array): boolean {
  let difference = 0;
  for (const [i, byte] of a.entries()) difference |= byte ^ (b[i] ?? 0);
  return difference === 0;
}

function checkRange(
  name: string,
  value: number,
  min: number,
  max: number,
): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new RangeError(
    `Cannot use ${value} as ${name}: must be ${min} to ${max}`,
  );
}
