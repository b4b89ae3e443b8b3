/**
 * Sockets by their kernel interfaces: raw IP, packet, netlink and a pair for
 * messages. All are close-on-exec, and nonblocking unless said otherwise.
 *
 * @module
 */

import {
  check,
  type Descriptor,
  EAGAIN,
  EINTR,
  ENOPROTOOPT,
  lastErrno,
  libc,
  own,
  SyscallError,
} from "./libc.ts";

export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_NETLINK = 16;
export const AF_PACKET = 17;

export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
export const SOCK_RAW = 3;
export const SOCK_SEQPACKET = 5;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;

export const IPPROTO_IP = 0;
export const IPPROTO_RAW = 255;

export const SOL_SOCKET = 1;
export const SO_SNDBUF = 7;
export const SO_RCVBUF = 8;
export const SO_PRIORITY = 12;
export const SO_BINDTODEVICE = 25;
/** Of 64-bit systems; control messages have the same number. */
export const SO_TIMESTAMPNS = 35;
const SO_SNDBUFFORCE = 32;
const SO_RCVBUFFORCE = 33;

export const IP_MULTICAST_IF = 32;
export const IP_MULTICAST_LOOP = 34;
export const IP_ADD_MEMBERSHIP = 35;
export const IP_MULTICAST_ALL = 49;

export const SOL_NETLINK = 270;
export const NETLINK_ROUTE = 0;
export const NETLINK_CAP_ACK = 10;
export const NETLINK_EXT_ACK = 11;

export const MSG_CTRUNC = 0x8;
export const MSG_TRUNC = 0x20;
export const MSG_DONTWAIT = 0x40;
export const MSG_NOSIGNAL = 0x4000;

/**
 * Open a socket.
 *
 * @param domain AF_*.
 * @param type SOCK_*.
 * @param protocol Number in the domain; in network order for AF_PACKET.
 * @param operation What it is for, to complete "Cannot …".
 * @throws {SyscallError} EPERM without the capability that it needs.
 */
export function openSocket(
  domain: number,
  type: number,
  protocol: number,
  operation: string,
): Descriptor {
  const flags = type | SOCK_CLOEXEC | SOCK_NONBLOCK;
  return own(check(libc.socket(domain, flags, protocol), operation));
}

/** A connected pair that keeps message boundaries and order. */
export function openPair(): readonly [Descriptor, Descriptor] {
  const fds = new Int32Array(2);
  const type = SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK;
  check(libc.socketpair(AF_UNIX, type, 0, fds), "open a socket pair");
  return [own(fds[0] ?? -1), own(fds[1] ?? -1)];
}

/**
 * Set an option.
 *
 * @param value An int, or the bytes of the C structure.
 * @param operation What it is for, to complete "Cannot …".
 * @throws {SyscallError} When the kernel refuses.
 */
export function setOption(
  socket: Descriptor,
  level: number,
  name: number,
  value: number | Uint8Array<ArrayBuffer>,
  operation: string = `set socket option ${level}/${name}`,
): void {
  const bytes = typeof value === "number" ? new Int32Array([value]) : value;
  check(
    libc.setsockopt(socket.fd, level, name, bytes, bytes.byteLength),
    operation,
  );
}

/**
 * Set an option that can be done without. Linux knows all of ours; the emulation
 * of user programs by QEMU does not.
 *
 * @param value An int, or the bytes of the C structure.
 * @throws {SyscallError} When the kernel knows it and refuses.
 */
export function setOptionIfKnown(
  socket: Descriptor,
  level: number,
  name: number,
  value: number | Uint8Array<ArrayBuffer>,
): void {
  try {
    setOption(socket, level, name, value);
  } catch (error) {
    const isKnown = !(error instanceof SyscallError) ||
      error.errno !== ENOPROTOOPT;
    if (isKnown) throw error;
  }
}

/** Which buffer of a socket: its option, and the one that needs a privilege. */
const BUFFERS = {
  receive: [SO_RCVBUF, SO_RCVBUFFORCE],
  send: [SO_SNDBUF, SO_SNDBUFFORCE],
} as const;

/**
 * Let the kernel queue this much: past the limit of the system where
 * CAP_NET_ADMIN allows it, else up to that limit.
 *
 * @param size Bytes of messages with what the kernel keeps about each.
 */
export function setBuffer(
  socket: Descriptor,
  which: keyof typeof BUFFERS,
  size: number,
): void {
  const [plain, forced] = BUFFERS[which];
  const value = new Int32Array([size]);
  if (libc.setsockopt(socket.fd, SOL_SOCKET, forced, value, 4) < 0) {
    setOption(socket, SOL_SOCKET, plain, size);
  }
}

/** Bind to an address made by one of the functions below. */
export function bind(
  socket: Descriptor,
  address: Uint8Array<ArrayBuffer>,
): void {
  check(
    libc.bind(socket.fd, address, address.length),
    "bind a socket",
  );
}

/**
 * Send one datagram.
 *
 * @param to Where to, or null on a connected socket.
 * @param operation What is sent, to complete "Cannot …".
 * @throws {SyscallError} When the kernel refuses, EAGAIN when it is full.
 */
export function send(
  socket: Descriptor,
  bytes: Uint8Array<ArrayBuffer>,
  to: Uint8Array<ArrayBuffer> | null,
  operation: string,
): void {
  const length = BigInt(bytes.length);
  check(
    to === null
      ? libc.send(socket.fd, bytes, length, MSG_NOSIGNAL)
      : libc.sendto(socket.fd, bytes, length, MSG_NOSIGNAL, to, to.length),
    operation,
  );
}

/**
 * Receive one message.
 *
 * @param buffer Where to; it must hold the longest message.
 * @returns Its bytes as a view of `buffer`, or null when there is none.
 * @throws {SyscallError} When the kernel refuses, such as ENOBUFS on an
 *   overrun netlink socket.
 */
export function receive(
  socket: Descriptor,
  buffer: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> | null {
  const length = libc.recv(
    socket.fd,
    buffer,
    BigInt(buffer.length),
    MSG_DONTWAIT,
  );
  if (length >= 0) return buffer.subarray(0, length);
  const errno = lastErrno();
  if (errno === EAGAIN || errno === EINTR) return null;
  throw new SyscallError("receive", errno);
}

/**
 * Receive one message, if it is whole.
 *
 * @param buffer Where to.
 * @returns Its bytes as a view of `buffer`; its length where that is longer
 *   than `buffer`, and then it is lost; or null when there is none.
 * @throws {SyscallError} When the kernel refuses.
 */
export function receiveWhole(
  socket: Descriptor,
  buffer: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> | number | null {
  const length = libc.recv(
    socket.fd,
    buffer,
    BigInt(buffer.length),
    MSG_DONTWAIT | MSG_TRUNC,
  );
  if (length > buffer.length) return length;
  if (length >= 0) return buffer.subarray(0, length);
  const errno = lastErrno();
  if (errno === EAGAIN || errno === EINTR) return null;
  throw new SyscallError("receive", errno);
}

/**
 * struct sockaddr_un.
 *
 * @param path A path, or an abstract name behind "@"; at most 107 bytes.
 */
export function sockaddrUn(path: string): Uint8Array<ArrayBuffer> {
  const name = new TextEncoder().encode(path.replace(/^@/, "\0"));
  const bytes = new Uint8Array(2 + name.length);
  new DataView(bytes.buffer).setUint16(0, AF_UNIX, true);
  bytes.set(name, 2);
  return bytes;
}

/** struct sockaddr_in, without a port (16 bytes). */
export function sockaddrIn(address: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(16);
  bytes[0] = AF_INET; // the low byte of two
  bytes.set(address, 4);
  return bytes;
}

/**
 * struct sockaddr_ll (20 bytes).
 *
 * @param index Index of the link.
 * @param protocol EtherType.
 * @param mac Destination, 6 bytes.
 */
export function sockaddrLl(
  index: number,
  protocol: number,
  mac: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(20);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, AF_PACKET, true);
  view.setUint16(2, protocol); // network order
  view.setInt32(4, index, true);
  bytes[11] = mac.length;
  bytes.set(mac, 12);
  return bytes;
}

/**
 * struct sockaddr_nl (12 bytes).
 *
 * @param groups Bit mask of RTMGRP_* to listen to.
 */
export function sockaddrNl(groups: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(12);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, AF_NETLINK, true);
  view.setUint32(8, groups, true);
  return bytes;
}

/**
 * struct ip_mreqn { group, own address (any), link index } (12 bytes), and 4
 * more, which Linux does not read: the emulation of 64-bit programs by QEMU
 * takes the index for a long, and overlooks it in 12 bytes.
 */
export function ipMreqn(
  group: Uint8Array,
  index: number,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(16);
  bytes.set(group, 0);
  new DataView(bytes.buffer).setInt32(8, index, true);
  return bytes;
}
