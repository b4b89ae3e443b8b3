/**
 * Messages from rtnetlink (rtnetlink(7)): answers, acknowledgements and events.
 * Whatever the bytes, reading them ends and does not throw. Fields are in host
 * order, which is taken to be little-endian.
 *
 * @module
 */

import { type Family, formatIp, formatMac } from "./address.ts";
import {
  AF_INET,
  AF_INET6,
  align,
  ATTRIBUTE_HEADER_LENGTH,
  IFA_ADDRESS,
  IFA_FLAGS,
  IFA_LOCAL,
  IFA_PROTO,
  IFADDRMSG_LENGTH,
  IFINFOMSG_LENGTH,
  NLMSG_HEADER_LENGTH,
  RTM_DELADDR,
  RTM_DELLINK,
  RTM_NEWADDR,
  RTM_NEWLINK,
} from "./rtnetlink.ts";

const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const NLM_F_DUMP_INTR = 0x10;
const NLM_F_CAPPED = 0x100;
const NLM_F_ACK_TLVS = 0x200;
const NLMSGERR_ATTR_MSG = 1;
const IFLA_ADDRESS = 1;
const IFLA_IFNAME = 3;
const IFLA_MTU = 4;
const IFLA_MASTER = 10;
const IFLA_OPERSTATE = 16;
const AF_UNSPEC = 0;

const FAMILIES: ReadonlyMap<number, Family> = new Map([
  [AF_INET, "ipv4"],
  [AF_INET6, "ipv6"],
]);

const ERRNO_LENGTH = 4;

/** A link (network interface). */
export interface Link {
  /** Index, never used twice while the system runs. */
  readonly index: number;
  /** Name. */
  readonly name: string;
  /** `IFF_` flags. */
  readonly flags: number;
  /** MAC address, or null when the link has none of 6 bytes. */
  readonly mac: string | null;
  /** Largest packet in bytes. */
  readonly mtu: number;
  /** `IF_OPER_` state of RFC 2863, 6 is up; null when not told. */
  readonly operState: number | null;
  /** Index of the bridge, bond or VRF that the link belongs to, or null. */
  readonly master: number | null;
}

/** An address on a link. */
export interface LinkAddress {
  /** Index of the link. */
  readonly index: number;
  /** Family of the address. */
  readonly family: Family;
  /** The local address, canonical text. */
  readonly address: string;
  /** Length of the network prefix in bits. */
  readonly prefix: number;
  /** `RT_SCOPE_` number. */
  readonly scope: number;
  /** `IFA_F_` flags. */
  readonly flags: number;
  /** Who added the address (`IFA_PROTO`), or null when not told. */
  readonly protocol: number | null;
}

/** What a message says. */
export type NetlinkBody =
  | { readonly type: "link" | "linkGone"; readonly link: Link }
  | {
    readonly type: "address" | "addressGone";
    readonly address: LinkAddress;
  }
  | {
    readonly type: "ack";
    /** 0 for done as asked, else a positive errno. */
    readonly errno: number;
    /** The reason of a refusal in the kernel's own words, when it gave one. */
    readonly message: string | null;
  }
  | {
    readonly type: "done";
    /** 0, or the positive errno that ended the dump. */
    readonly errno: number;
  };

/** One message. */
export type NetlinkMessage = NetlinkBody & {
  /** That of the request; 0 in an event that was no request's doing. */
  readonly sequence: number;
  /** Whether the dump missed a change and must be asked for again. */
  readonly interrupted: boolean;
};

/**
 * Read the messages of one datagram, up to the first whose header does not fit.
 * Left out are kinds that this daemon does not read, and partial reports about
 * a link: those of a bridge about its ports (a port that leaves is not gone)
 * and of wireless drivers.
 *
 * @param bytes What one receive call gave.
 */
export function parseMessages(bytes: Uint8Array): readonly NetlinkMessage[] {
  const messages: NetlinkMessage[] = [];
  const view = viewOf(bytes);
  let at = 0;
  while (at + NLMSG_HEADER_LENGTH <= bytes.length) {
    const length = view.getUint32(at, true);
    const end = at + length;
    if (length < NLMSG_HEADER_LENGTH || end > bytes.length) break;
    const type = view.getUint16(at + 4, true);
    const flags = view.getUint16(at + 6, true);
    const sequence = view.getUint32(at + 8, true);
    const interrupted = (flags & NLM_F_DUMP_INTR) !== 0;
    const payload = bytes.subarray(at + NLMSG_HEADER_LENGTH, end);
    const body = parseBody(type, flags, payload);
    if (body !== null) messages.push({ ...body, sequence, interrupted });
    at += align(length);
  }
  return messages;
}

function parseBody(
  type: number,
  flags: number,
  payload: Uint8Array,
): NetlinkBody | null {
  switch (type) {
    case RTM_NEWLINK:
    case RTM_DELLINK: {
      const link = parseLink(payload);
      if (link === null) return null;
      return { type: type === RTM_NEWLINK ? "link" : "linkGone", link };
    }
    case RTM_NEWADDR:
    case RTM_DELADDR: {
      const address = parseAddress(payload);
      if (address === null) return null;
      const gone = type === RTM_DELADDR;
      return { type: gone ? "addressGone" : "address", address };
    }
    case NLMSG_ERROR:
      return parseAck(flags, payload);
    case NLMSG_DONE:
      return { type: "done", errno: errnoOf(payload) ?? 0 };
    default:
      return null;
  }
}

/** struct ifinfomsg and attributes. */
function parseLink(payload: Uint8Array): Link | null {
  if (payload.length < IFINFOMSG_LENGTH) return null;
  const view = viewOf(payload);
  if (view.getUint8(0) !== AF_UNSPEC) return null;
  const attributes = parseAttributes(payload.subarray(IFINFOMSG_LENGTH));
  const name = attributes.get(IFLA_IFNAME);
  const mtu = uint32(attributes.get(IFLA_MTU));
  if (name === undefined || mtu === null) return null;
  const mac = attributes.get(IFLA_ADDRESS);
  return {
    index: view.getInt32(4, true),
    name: text(name),
    flags: view.getUint32(8, true),
    mac: mac?.length === 6 ? formatMac(mac) : null,
    mtu,
    operState: attributes.get(IFLA_OPERSTATE)?.[0] ?? null,
    master: uint32(attributes.get(IFLA_MASTER)),
  };
}

/** struct ifaddrmsg and attributes. */
function parseAddress(payload: Uint8Array): LinkAddress | null {
  if (payload.length < IFADDRMSG_LENGTH) return null;
  const view = viewOf(payload);
  const family = FAMILIES.get(view.getUint8(0));
  const attributes = parseAttributes(payload.subarray(IFADDRMSG_LENGTH));
  const local = attributes.get(IFA_LOCAL) ?? attributes.get(IFA_ADDRESS);
  if (family === undefined || local === undefined) return null;
  if (local.length !== (family === "ipv6" ? 16 : 4)) return null;
  return {
    index: view.getUint32(4, true),
    family,
    address: formatIp(local),
    prefix: view.getUint8(1),
    scope: view.getUint8(3),
    flags: uint32(attributes.get(IFA_FLAGS)) ?? view.getUint8(2),
    protocol: attributes.get(IFA_PROTO)?.[0] ?? null,
  };
}

/**
 * struct nlmsgerr: an errno and the request, of which a capped message repeats
 * the header alone; then attributes when the kernel has more to say.
 */
function parseAck(flags: number, payload: Uint8Array): NetlinkBody | null {
  const errno = errnoOf(payload);
  if (errno === null) return null;
  let message: string | null = null;
  if (
    (flags & NLM_F_ACK_TLVS) !== 0 &&
    payload.length >= ERRNO_LENGTH + NLMSG_HEADER_LENGTH
  ) {
    const repeated = (flags & NLM_F_CAPPED) !== 0
      ? NLMSG_HEADER_LENGTH
      : viewOf(payload).getUint32(ERRNO_LENGTH, true);
    const start = ERRNO_LENGTH + align(repeated);
    const attributes = parseAttributes(payload.subarray(start));
    const words = attributes.get(NLMSGERR_ATTR_MSG);
    if (words !== undefined) message = text(words);
  }
  return { type: "ack", errno, message };
}

/** Attributes by type, up to the first that does not fit. */
function parseAttributes(bytes: Uint8Array): ReadonlyMap<number, Uint8Array> {
  const attributes = new Map<number, Uint8Array>();
  const view = viewOf(bytes);
  let at = 0;
  while (at + ATTRIBUTE_HEADER_LENGTH <= bytes.length) {
    const length = view.getUint16(at, true);
    const end = at + length;
    if (length < ATTRIBUTE_HEADER_LENGTH || end > bytes.length) break;
    const type = view.getUint16(at + 2, true);
    attributes.set(type, bytes.subarray(at + ATTRIBUTE_HEADER_LENGTH, end));
    at += align(length);
  }
  return attributes;
}

/** The kernel gives a negative errno; -0 is not one. */
function errnoOf(payload: Uint8Array): number | null {
  if (payload.length < ERRNO_LENGTH) return null;
  return Math.abs(viewOf(payload).getInt32(0, true));
}

function uint32(value: Uint8Array | undefined): number | null {
  if (value === undefined || value.length < 4) return null;
  return viewOf(value).getUint32(0, true);
}

/** A string that ends with a NUL. */
function text(value: Uint8Array): string {
  const nul = value.indexOf(0);
  return new TextDecoder().decode(nul < 0 ? value : value.subarray(0, nul));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
