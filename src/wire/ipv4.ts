/**
 * The IPv4 header (RFC 791) as raw sockets take and give it: in front of the
 * payload, in one buffer.
 *
 * @module
 */

import { formatIp, ipBytes } from "./address.ts";
import { internetChecksum } from "./checksum.ts";

/** IP protocol number of VRRP (RFC 9568 §5.1.1.4). */
export const IPPROTO_VRRP = 112;
/** TTL and hop limit of a multicast advert (RFC 9568 §5.1.1.3). */
export const VRRP_TTL = 255;
/** TOS byte of an advert: DSCP CS6, network control. */
export const VRRP_TOS = 0xc0;

const VERSION_IHL = 0;
const TOS = 1;
const TOTAL_LENGTH = 2;
const ID = 4;
const TTL = 8;
const PROTOCOL = 9;
const CHECKSUM = 10;
const SOURCE = 12;
const DESTINATION = 16;
const HEADER_LENGTH = 20;
const MAX_LENGTH = 0xffff;

/** What a received datagram says. */
export interface Ipv4Datagram {
  /** Canonical text of the source address. */
  readonly source: string;
  /** Canonical text of the destination address. */
  readonly destination: string;
  /** Time to live as received, 0 to 255. */
  readonly ttl: number;
  /** Protocol number of the payload. */
  readonly protocol: number;
  /** A view into the datagram, without header, options and trailing bytes. */
  readonly payload: Uint8Array;
}

/** Header fields of a datagram to send, its addresses as bytes. */
export interface Ipv4Fields {
  /** Source address, 4 bytes. */
  readonly source: Uint8Array;
  /** Destination address, 4 bytes. */
  readonly destination: Uint8Array;
  /** Time to live, 1 to 255. */
  readonly ttl: number;
  /** Type of service (DSCP and ECN), one byte. */
  readonly tos: number;
  /** Protocol number of the payload. */
  readonly protocol: number;
  /** Identification, 16 bits; the kernel fills in its own for 0. */
  readonly id: number;
}

/** Header fields of a datagram to send. */
export type Ipv4Header = Omit<Ipv4Fields, "source" | "destination"> & {
  /** Canonical text of the source address. */
  readonly source: string;
  /** Canonical text of the destination address. */
  readonly destination: string;
};

/**
 * Read a datagram. The header checksum is not verified: the kernel has done
 * so before a raw socket sees the datagram.
 *
 * @param datagram Header and payload; bytes behind the total length, such as
 *   Ethernet padding, are cut off.
 * @param text Writes the address at a place of the datagram; for a caller that
 *   has it at hand.
 * @returns The datagram, or null when the header is not that of IPv4 or does
 *   not fit the bytes received.
 */
export function parseIpv4(
  datagram: Uint8Array,
  text: (datagram: Uint8Array, at: number) => string = textAt,
): Ipv4Datagram | null {
  if (datagram.length < HEADER_LENGTH) return null;
  const byte = (at: number): number => datagram[at] ?? 0;
  const headerLength = (byte(VERSION_IHL) & 0x0f) * 4;
  const totalLength = byte(TOTAL_LENGTH) << 8 | byte(TOTAL_LENGTH + 1);
  if (byte(VERSION_IHL) >> 4 !== 4 || headerLength < HEADER_LENGTH) return null;
  if (totalLength < headerLength || totalLength > datagram.length) return null;
  return {
    source: text(datagram, SOURCE),
    destination: text(datagram, DESTINATION),
    ttl: byte(TTL),
    protocol: byte(PROTOCOL),
    payload: datagram.subarray(headerLength, totalLength),
  };
}

function textAt(datagram: Uint8Array, at: number): string {
  return formatIp(datagram.subarray(at, at + 4));
}

/**
 * Write a datagram with a header of 20 bytes, its checksum included, that may
 * be fragmented.
 *
 * @param header The header fields.
 * @param payload At most 65,515 bytes.
 * @throws {RangeError} When the payload is too long.
 */
export function emitIpv4(
  header: Ipv4Header,
  payload: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const source = ipBytes(header.source);
  const destination = ipBytes(header.destination);
  return emitIpv4Bytes({ ...header, source, destination }, payload);
}

/**
 * Write a datagram as {@linkcode emitIpv4} does, from addresses as bytes.
 *
 * @param header The header fields.
 * @param payload At most 65,515 bytes.
 * @throws {RangeError} When the payload is too long.
 */
export function emitIpv4Bytes(
  header: Ipv4Fields,
  payload: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const length = HEADER_LENGTH + payload.length;
  if (length > MAX_LENGTH) {
    throw new RangeError(
      `Cannot send ${payload.length} bytes as IPv4 payload: must be at most ${
        MAX_LENGTH - HEADER_LENGTH
      }`,
    );
  }
  const datagram = new Uint8Array(length);
  datagram[VERSION_IHL] = 4 << 4 | HEADER_LENGTH / 4;
  datagram[TOS] = header.tos;
  setUint16(datagram, TOTAL_LENGTH, length);
  setUint16(datagram, ID, header.id);
  datagram[TTL] = header.ttl;
  datagram[PROTOCOL] = header.protocol;
  datagram.set(header.source, SOURCE);
  datagram.set(header.destination, DESTINATION);
  const checksum = internetChecksum(datagram.subarray(0, HEADER_LENGTH));
  setUint16(datagram, CHECKSUM, checksum);
  datagram.set(payload, HEADER_LENGTH);
  return datagram;
}

function setUint16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 8;
  bytes[at + 1] = value & 0xff;
}
