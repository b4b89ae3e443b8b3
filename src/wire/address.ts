/**
 * IP and MAC addresses: text in, bytes out, and back.
 *
 * Everywhere outside the codecs an IP address is its canonical text (RFC 5952
 * for IPv6), which can be a map key, a JSON value and a log word; addresses
 * are ordered by their bytes, never by that text.
 *
 * @module
 */

/** An address family that VRRP runs on. */
export type Family = "ipv4" | "ipv6";

/** An address and the length of its network prefix in bits. */
export interface Prefixed {
  /** Canonical text of the address. */
  readonly address: string;
  /** 0 to 32 for IPv4, 0 to 128 for IPv6. */
  readonly prefix: number;
}

/** The group that IPv4 adverts are sent to (RFC 9568 §5.1.1.2). */
export const VRRP_GROUP_IPV4 = "224.0.0.18";

const OCTET = /^(0|[1-9][0-9]{0,2})$/;
const HEXTET = /^[0-9a-fA-F]{1,4}$/;

/**
 * Read an IPv4 or IPv6 address.
 *
 * @param text Dotted quad or RFC 4291 text, without a zone and a prefix.
 * @returns 4 or 16 bytes in network order, or null when it is no address.
 *
 * @example
 * ```ts
 * import { parseIp } from "./address.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(parseIp("192.0.2.1"), new Uint8Array([192, 0, 2, 1]));
 * ```
 */
export function parseIp(text: string): Uint8Array | null {
  return text.includes(":") ? parseIpv6(text) : parseIpv4(text);
}

function parseIpv4(text: string): Uint8Array | null {
  const parts = text.split(".");
  if (parts.length !== 4) return null;
  const bytes = new Uint8Array(4);
  for (const [i, part] of parts.entries()) {
    const value = Number(part);
    if (!OCTET.test(part) || value > 255) return null;
    bytes[i] = value;
  }
  return bytes;
}

function parseIpv6(text: string): Uint8Array | null {
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const [head = "", tail] = halves;
  const left = hextets(head, tail === undefined);
  const right = tail === undefined ? [] : hextets(tail, true);
  if (left === null || right === null) return null;
  const zeros = 8 - left.length - right.length;
  if (tail === undefined ? zeros !== 0 : zeros < 1) return null;
  const groups = [...left, ...new Array<number>(zeros).fill(0), ...right];
  return new Uint8Array(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

/** The 16-bit groups of one side of "::"; the last may be a dotted quad. */
function hextets(text: string, mayEndInQuad: boolean): number[] | null {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [i, part] of parts.entries()) {
    if (mayEndInQuad && i === parts.length - 1 && part.includes(".")) {
      const quad = parseIpv4(part);
      if (quad === null) return null;
      const view = new DataView(quad.buffer);
      groups.push(view.getUint16(0), view.getUint16(2));
    } else if (HEXTET.test(part)) {
      groups.push(parseInt(part, 16));
    } else {
      return null;
    }
  }
  return groups;
}

/**
 * Write an address as canonical text (RFC 5952 for IPv6).
 *
 * @param bytes 4 or 16 bytes in network order.
 * @throws {RangeError} When there are neither 4 nor 16 bytes.
 *
 * @example
 * ```ts
 * import { formatIp } from "./address.ts";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(formatIp(new Uint8Array([192, 0, 2, 1])), "192.0.2.1");
 * ```
 */
export function formatIp(bytes: Uint8Array): string {
  if (bytes.length === 4) {
    return `${bytes[0]}.${bytes[1]}.${bytes[2]}.${bytes[3]}`;
  }
  if (bytes.length !== 16) {
    throw new RangeError(
      `Cannot write ${bytes.length} bytes as an address: must be 4 or 16`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
  const groups = Array.from({ length: 8 }, (_, i) => view.getUint16(i * 2));
  const gap = longestZeros(groups);
  const text = (part: number[]): string =>
    part.map((group) => group.toString(16)).join(":");
  if (gap.length < 2) return text(groups);
  return `${text(groups.slice(0, gap.start))}::${
    text(groups.slice(gap.start + gap.length))
  }`;
}

function longestZeros(groups: number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (let i = 0; i <= groups.length; i++) {
    if (groups[i] === 0) continue;
    if (i - start > best.length) best = { start, length: i - start };
    start = i + 1;
  }
  return best;
}

/**
 * Rewrite an address in its canonical form.
 *
 * @returns The canonical text, or null when `text` is no address.
 */
export function canonicalIp(text: string): string | null {
  const bytes = parseIp(text);
  return bytes === null ? null : formatIp(bytes);
}

/**
 * Read `address` or `address/prefix`; without a prefix it is a host address.
 *
 * @param text For example `192.0.2.1/24` or `2001:db8::1`.
 * @returns The address in canonical form, or null when it is none or when the
 *   prefix is longer than the address.
 */
export function parsePrefixed(text: string): Prefixed | null {
  const slash = text.indexOf("/");
  const bytes = parseIp(slash < 0 ? text : text.slice(0, slash));
  if (bytes === null) return null;
  const bits = bytes.length * 8;
  if (slash < 0) return { address: formatIp(bytes), prefix: bits };
  const digits = text.slice(slash + 1);
  const prefix = Number(digits);
  if (!OCTET.test(digits) || prefix > bits) return null;
  return { address: formatIp(bytes), prefix };
}

/** Family of an address in canonical text. */
export function familyOf(address: string): Family {
  return address.includes(":") ? "ipv6" : "ipv4";
}

/**
 * Bytes of an address that is known to be one.
 *
 * @throws {TypeError} When `address` is no address.
 */
export function ipBytes(address: string): Uint8Array {
  const bytes = parseIp(address);
  if (bytes === null) throw new TypeError(`Not an IP address: "${address}"`);
  return bytes;
}

/**
 * Order two addresses of one family as unsigned integers in network byte order
 * (RFC 9568 §6.4.3).
 *
 * @returns Negative when `a` is the smaller, 0 when equal, positive otherwise.
 * @throws {TypeError} When one is no address.
 */
export function compareIp(a: string, b: string): number {
  const left = ipBytes(a);
  const right = ipBytes(b);
  for (let i = 0; i < left.length; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Whether an IPv4 or IPv6 address is a multicast group. */
export function isMulticast(address: string): boolean {
  const first = ipBytes(address)[0] ?? 0;
  return familyOf(address) === "ipv6" ? first === 0xff : first >> 4 === 14;
}

/**
 * Whether a host can send from an address: not an unspecified, loopback,
 * multicast or reserved one (RFC 1122 §3.2.1.3, RFC 4291 §2.5).
 */
export function isHostAddress(address: string): boolean {
  if (familyOf(address) === "ipv6") {
    return address !== "::" && address !== "::1" && !isMulticast(address);
  }
  const first = ipBytes(address)[0] ?? 0;
  return first !== 0 && first !== 127 && first < 224;
}

/** Write a MAC address as six lower-case pairs of hex digits. */
export function formatMac(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"))
    .join(":");
}

/**
 * Read a MAC address of six pairs of hex digits with colons.
 *
 * @returns 6 bytes, or null when it is none.
 */
export function parseMac(text: string): Uint8Array | null {
  if (!/^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}$/.test(text)) return null;
  return new Uint8Array(text.split(":").map((pair) => parseInt(pair, 16)));
}
