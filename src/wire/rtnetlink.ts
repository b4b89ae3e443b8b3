/**
 * Requests to rtnetlink (rtnetlink(7)) and the numbers of its protocol, under
 * their C names. Fields are in host order, which is taken to be little-endian.
 *
 * @module
 */

import { type Family, familyOf, ipBytes } from "./address.ts";

/** Group mask for bind(2): links that come, change and go. */
export const RTMGRP_LINK = 0x1;
/** Group mask for bind(2): IPv4 addresses that come and go. */
export const RTMGRP_IPV4_IFADDR = 0x10;
/** Multicast group of IPv6 address events. */
export const RTMGRP_IPV6_IFADDR = 0x100;

/** Message: a link exists or changed. */
export const RTM_NEWLINK = 16;
/** Message: a link is gone. */
export const RTM_DELLINK = 17;
/** Request: describe links. */
export const RTM_GETLINK = 18;
/** Request: add an address; message: an address exists. */
export const RTM_NEWADDR = 20;
/** Request: remove an address; message: an address is gone. */
export const RTM_DELADDR = 21;
/** Request: describe addresses. */
export const RTM_GETADDR = 22;

/** Attribute: the address, or that of the peer on a point-to-point link. */
export const IFA_ADDRESS = 1;
/** Attribute: the local address. */
export const IFA_LOCAL = 2;
/** Attribute: all 32 bits of the address flags. */
export const IFA_FLAGS = 8;
/** Attribute: who added the address, one byte (Linux 5.18 and later). */
export const IFA_PROTO = 11;
/** Address flag: another address of the same subnet is the primary one. */
export const IFA_F_SECONDARY = 0x01;

/** Address family number of IPv4. */
export const AF_INET = 2;
/** Address family number of IPv6. */
export const AF_INET6 = 10;
/** Address scope: valid everywhere. */
export const RT_SCOPE_UNIVERSE = 0;
/** Address scope: valid on its link only. */
export const RT_SCOPE_LINK = 253;
/** Address scope: valid inside this host only. */
export const RT_SCOPE_HOST = 254;

/** Link flag: administratively up. */
export const IFF_UP = 0x1;
/** Link flag: a loopback device. */
export const IFF_LOOPBACK = 0x8;
/** Link flag: operational (RFC 2863). */
export const IFF_RUNNING = 0x40;
/** Link flag: does not use ARP. */
export const IFF_NOARP = 0x80;
/** Link flag: can send multicast. */
export const IFF_MULTICAST = 0x1000;
/** Link flag: has a carrier. */
export const IFF_LOWER_UP = 0x10000;

const NLM_F_REQUEST = 0x1;
const NLM_F_ACK = 0x4;
const NLM_F_DUMP = 0x300;
const NLM_F_EXCL = 0x200;
const NLM_F_REPLACE = 0x100;
const NLM_F_CREATE = 0x400;

/** Where struct nlmsghdr has its flags and the sequence number. */
const FLAGS = 6;
const SEQUENCE = 8;

const IFA_LABEL = 3;
const IFA_CACHEINFO = 6;
const IFA_F_NODAD = 0x02;
/** Seconds that never end. */
const FOREVER = 0xffff_ffff;

/** Bytes of struct nlmsghdr. */
export const NLMSG_HEADER_LENGTH = 16;
/** Bytes of struct ifinfomsg. */
export const IFINFOMSG_LENGTH = 16;
/** Bytes of struct ifaddrmsg. */
export const IFADDRMSG_LENGTH = 8;
/** Bytes of struct nlattr. */
export const ATTRIBUTE_HEADER_LENGTH = 4;

/** The length of a message or attribute with its padding to four bytes. */
export function align(length: number): number {
  return Math.ceil(length / 4) * 4;
}

/** An address to remove from a link. */
export interface AddressRequest {
  /** Index of the link. */
  readonly index: number;
  /** IPv4 or IPv6 address, canonical text. */
  readonly address: string;
  /** Length of the network prefix in bits. */
  readonly prefix: number;
}

/** An address to add to a link. */
export interface AddAddressRequest extends AddressRequest {
  /** Who adds it (`IFA_PROTO`), 1 to 255; older kernels ignore it. */
  readonly protocol: number;
  /** `RT_SCOPE_UNIVERSE` when left out. */
  readonly scope?: number;
  /** IPv4 label, at most 15 bytes. */
  readonly label?: string;
  /**
   * Seconds that the kernel keeps it unless renewed, 0xffffffff or left out for
   * ever.
   */
  readonly lifetime?: number;
  /**
   * Whether the host may choose an IPv6 address as the source of its own
   * connections; left out it may not, and the address is deprecated from the
   * start (RFC 4862 §5.5.4). IPv4 knows no difference.
   */
  readonly preferred?: boolean;
}

/**
 * Ask to add an address without a broadcast address. The kernel refuses one
 * that the link has with this prefix (EEXIST). An IPv6 address is used at once,
 * without duplicate address detection: another host just answered for it.
 *
 * @param sequence Number that the acknowledgement repeats, 32 bits.
 */
export function addAddress(
  request: AddAddressRequest,
  sequence: number,
): Uint8Array<ArrayBuffer> {
  const flags = NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL;
  return newAddress(request, flags, sequence);
}

/**
 * Ask to give an address its lifetime anew.
 *
 * @param sequence Number that the acknowledgement repeats, 32 bits.
 */
export function renewAddress(
  request: AddAddressRequest,
  sequence: number,
): Uint8Array<ArrayBuffer> {
  return newAddress(request, NLM_F_ACK | NLM_F_REPLACE, sequence);
}

function newAddress(
  request: AddAddressRequest,
  flags: number,
  sequence: number,
): Uint8Array<ArrayBuffer> {
  const { address, scope, protocol, label } = request;
  const isIpv6 = familyOf(address) === "ipv6";
  return netlinkRequest(
    RTM_NEWADDR,
    flags,
    sequence,
    addressBody(request, scope ?? RT_SCOPE_UNIVERSE),
    label === undefined
      ? NOTHING
      : attribute(IFA_LABEL, new TextEncoder().encode(`${label}\0`)),
    cacheInfo(request, isIpv6),
    isIpv6 ? attribute(IFA_FLAGS, words(IFA_F_NODAD)) : NOTHING,
    attribute(IFA_PROTO, new Uint8Array([protocol])),
  );
}

/** struct ifa_cacheinfo { prefered, valid, cstamp, tstamp }. */
function cacheInfo(
  { lifetime, preferred = false }: AddAddressRequest,
  isIpv6: boolean,
): Uint8Array {
  const deprecated = isIpv6 && !preferred;
  if (lifetime === undefined && !deprecated) return NOTHING;
  const valid = lifetime ?? FOREVER;
  const cache = words(deprecated ? 0 : valid, valid, 0, 0);
  return attribute(IFA_CACHEINFO, cache);
}

const NOTHING = new Uint8Array();

function words(...values: readonly number[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) view.setUint32(i * 4, value, true);
  return bytes;
}

/**
 * Ask to remove an address. The kernel refuses when the link has it with
 * another prefix, or not at all (EADDRNOTAVAIL).
 *
 * @param sequence Number that the acknowledgement repeats, 32 bits.
 */
export function removeAddress(
  request: AddressRequest,
  sequence: number,
): Uint8Array<ArrayBuffer> {
  return netlinkRequest(
    RTM_DELADDR,
    NLM_F_ACK,
    sequence,
    addressBody(request, RT_SCOPE_UNIVERSE),
  );
}

/**
 * Ask for all links.
 *
 * @param sequence Number that the answers repeat, 32 bits.
 */
export function dumpLinks(sequence: number): Uint8Array<ArrayBuffer> {
  const body = new Uint8Array(IFINFOMSG_LENGTH);
  return netlinkRequest(RTM_GETLINK, NLM_F_DUMP, sequence, body);
}

/**
 * Ask for all addresses of a family.
 *
 * @param sequence Number that the answers repeat, 32 bits.
 */
export function dumpAddresses(
  family: Family,
  sequence: number,
): Uint8Array<ArrayBuffer> {
  const body = new Uint8Array(IFADDRMSG_LENGTH);
  body[0] = familyNumber(family);
  return netlinkRequest(RTM_GETADDR, NLM_F_DUMP, sequence, body);
}

function netlinkRequest(
  type: number,
  flags: number,
  sequence: number,
  ...parts: readonly Uint8Array[]
): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(NLMSG_HEADER_LENGTH);
  const message = concat([header, ...parts]);
  const view = new DataView(message.buffer);
  view.setUint32(0, message.length, true);
  view.setUint16(4, type, true);
  view.setUint16(FLAGS, NLM_F_REQUEST | flags, true);
  view.setUint32(SEQUENCE, sequence, true);
  return message;
}

/**
 * Give a request a sequence number, in place of the one that it has.
 *
 * @param sequence Number that the answers repeat, 32 bits.
 * @returns The same bytes.
 */
export function numbered(
  request: Uint8Array<ArrayBuffer>,
  sequence: number,
): Uint8Array<ArrayBuffer> {
  new DataView(request.buffer).setUint32(SEQUENCE, sequence, true);
  return request;
}

/**
 * Ask for an acknowledgement of a request, or for none; what is refused is
 * answered in any case.
 *
 * @returns The same bytes.
 */
export function acknowledged(
  request: Uint8Array<ArrayBuffer>,
  isWanted: boolean,
): Uint8Array<ArrayBuffer> {
  const view = new DataView(request.buffer);
  const others = view.getUint16(FLAGS, true) & ~NLM_F_ACK;
  view.setUint16(FLAGS, isWanted ? others | NLM_F_ACK : others, true);
  return request;
}

/** struct ifaddrmsg and the address. */
function addressBody(
  request: AddressRequest,
  scope: number,
): Uint8Array<ArrayBuffer> {
  const { index, address, prefix } = request;
  const body = new Uint8Array(IFADDRMSG_LENGTH);
  const view = new DataView(body.buffer);
  view.setUint8(0, familyNumber(familyOf(address)));
  view.setUint8(1, prefix);
  view.setUint8(3, scope);
  view.setUint32(4, index, true);
  const ip = ipBytes(address);
  return concat([body, attribute(IFA_LOCAL, ip), attribute(IFA_ADDRESS, ip)]);
}

/** One attribute, padded to four bytes. */
function attribute(type: number, value: Uint8Array): Uint8Array<ArrayBuffer> {
  const length = ATTRIBUTE_HEADER_LENGTH + value.length;
  const bytes = new Uint8Array(align(length));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, length, true);
  view.setUint16(2, type, true);
  bytes.set(value, ATTRIBUTE_HEADER_LENGTH);
  return bytes;
}

function familyNumber(family: Family): number {
  return family === "ipv6" ? AF_INET6 : AF_INET;
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
