/**
 * ICMP sockets: receiving with the source address, filters, and the address
 * structure of IPv6.
 *
 * @module
 */

import {
  type Descriptor,
  EAGAIN,
  EINTR,
  lastErrno,
  SyscallError,
} from "./libc.ts";
import { AF_INET } from "./socket.ts";

const SYMBOLS = {
  // ssize_t recvfrom(int fd, void *buffer, size_t len, int flags,
  //                  struct sockaddr *from, socklen_t *fromlen)
  recvfrom: {
    parameters: ["i32", "buffer", "usize", "i32", "buffer", "buffer"],
    result: "i32",
  },
} as const satisfies Deno.ForeignLibraryInterface;

const { symbols } = Deno.dlopen("libc.so.6", SYMBOLS);

/** Domain of IPv6. */
export const AF_INET6 = 10;
/** Protocol of ICMP. */
export const IPPROTO_ICMP = 1;
/** Protocol of ICMPv6, and the level of its options. */
export const IPPROTO_ICMPV6 = 58;
/** Level of {@linkcode ICMP_FILTER}. */
export const SOL_RAW = 255;
/** Option of a raw ICMP socket: {@linkcode icmpFilter}. */
export const ICMP_FILTER = 1;
/** Option of a raw ICMPv6 socket: {@linkcode icmpv6Filter}. */
export const ICMPV6_FILTER = 1;

const MSG_DONTWAIT = 0x40;
const SOCKADDR_IN6_SIZE = 28;

/** A message and who sent it. */
export interface Received {
  /** A view of the buffer. */
  readonly message: Uint8Array;
  /** Address of the sender, 4 or 16 bytes. */
  readonly source: Uint8Array;
}

/**
 * Receive one message of IPv4 or IPv6.
 *
 * @param buffer Where to; what does not fit is cut off.
 * @returns Null when there is none.
 * @throws {SyscallError} When the kernel refuses.
 */
export function receiveFrom(
  socket: Descriptor,
  buffer: Uint8Array<ArrayBuffer>,
): Received | null {
  const from = new Uint8Array(SOCKADDR_IN6_SIZE);
  const length = symbols.recvfrom(
    socket.fd,
    buffer,
    BigInt(buffer.length),
    MSG_DONTWAIT,
    from,
    new Uint32Array([from.length]),
  );
  if (length < 0) {
    const errno = lastErrno();
    if (errno === EAGAIN || errno === EINTR) return null;
    throw new SyscallError("receive", errno);
  }
  const family = new DataView(from.buffer).getUint16(0, true);
  const source = family === AF_INET ? from.slice(4, 8) : from.slice(8, 24);
  return { message: buffer.subarray(0, length), source };
}

/** struct sockaddr_in6, without a port, flow and scope (28 bytes). */
export function sockaddrIn6(address: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(SOCKADDR_IN6_SIZE);
  new DataView(bytes.buffer).setUint16(0, AF_INET6, true);
  bytes.set(address, 8);
  return bytes;
}

/** struct icmp_filter that passes one type (4 bytes). */
export function icmpFilter(type: number): Uint8Array<ArrayBuffer> {
  return blockAllBut(type, 1);
}

/** struct icmp6_filter that passes one type (32 bytes). */
export function icmpv6Filter(type: number): Uint8Array<ArrayBuffer> {
  return blockAllBut(type, 8);
}

/** Both are a bit for each type, which blocks it. */
function blockAllBut(type: number, words: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(words * 4).fill(0xff);
  const view = new DataView(bytes.buffer);
  const offset = Math.floor(type / 32) * 4;
  const word = view.getUint32(offset, true) & ~(1 << type % 32);
  view.setUint32(offset, word >>> 0, true);
  return bytes;
}
