/**
 * ICMP echo. One socket of each family serves all who wait and is closed when
 * none does; an answer is theirs if identifier, sequence number, source and
 * content are.
 *
 * No thread waits: the socket is looked at with growing pauses, so the time
 * that an answer took is not known to a millisecond. Used by the side only.
 *
 * @module
 */

import {
  AF_INET6,
  ICMP_FILTER,
  icmpFilter,
  ICMPV6_FILTER,
  icmpv6Filter,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  receiveFrom,
  sockaddrIn6,
  SOL_RAW,
} from "../../ffi/icmp.ts";
import {
  type Descriptor,
  EACCES,
  EPERM,
  SyscallError,
} from "../../ffi/libc.ts";
import {
  AF_INET,
  openSocket,
  send,
  setOption,
  SOCK_DGRAM,
  SOCK_RAW,
  sockaddrIn,
} from "../../ffi/socket.ts";
import { type Family, familyOf, formatIp, ipBytes } from "../wire/address.ts";
import {
  emitEchoRequest,
  ICMP_ECHO_REPLY,
  ICMPV6_ECHO_REPLY,
  parseEchoReply,
} from "../wire/icmp.ts";
import { parseIpv4 } from "../wire/ipv4.ts";

const SHORTEST_PAUSE = 1;
const LONGEST_PAUSE = 16;
const LONGEST_MESSAGE = 2048;
const SEQUENCES = 0x10000;

/** An open socket and who waits for an answer by it. */
interface EchoSocket {
  readonly descriptor: Descriptor;
  readonly family: Family;
  /** Whether the kernel gives the identifier and leaves the IP header out. */
  readonly datagram: boolean;
  /** By sequence number. */
  readonly waiting: Map<number, Waiting>;
}

interface Waiting {
  readonly address: string;
  readonly answered: () => void;
}

const sockets = new Map<Family, EchoSocket>();
const id = randomBytes(2).reduce((sum, byte) => sum * 256 + byte, 0);
const payload = randomBytes(16);
const buffer = new Uint8Array(LONGEST_MESSAGE);
let lastSequence = 0;
let pause = SHORTEST_PAUSE;
let timer: ReturnType<typeof setTimeout> | null = null;

function randomBytes(count: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(count));
}

/**
 * Send one echo request and wait for its answer.
 *
 * @param address Canonical text.
 * @param signal Ends the waiting.
 * @throws {SyscallError} When the request cannot be sent.
 * @throws The reason of the signal when it is aborted.
 */
export function echo(address: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const family = familyOf(address);
    const socket = sockets.get(family) ?? openEchoSocket(family);
    const sequence = freeSequence(socket);
    const leave = (): void => {
      signal.removeEventListener("abort", abort);
      socket.waiting.delete(sequence);
      if (socket.waiting.size === 0) close(socket);
    };
    const abort = (): void => {
      leave();
      reject(signal.reason);
    };
    const answered = (): void => {
      leave();
      resolve();
    };
    socket.waiting.set(sequence, { address, answered });
    signal.addEventListener("abort", abort);
    try {
      const request = emitEchoRequest(family, { id, sequence, payload });
      const to = family === "ipv4"
        ? sockaddrIn(ipBytes(address))
        : sockaddrIn6(ipBytes(address));
      send(socket.descriptor, request, to, `ping ${address}`);
      lookSoon();
    } catch (error) {
      leave();
      reject(error);
    }
  });
}

function openEchoSocket(family: Family): EchoSocket {
  const socket = { family, waiting: new Map(), ...openDescriptor(family) };
  sockets.set(family, socket);
  return socket;
}

/** A datagram socket, where net.ipv4.ping_group_range lets us; else a raw one. */
function openDescriptor(
  family: Family,
): Pick<EchoSocket, "descriptor" | "datagram"> {
  const [domain, protocol] = family === "ipv4"
    ? [AF_INET, IPPROTO_ICMP]
    : [AF_INET6, IPPROTO_ICMPV6];
  const operation = "open an ICMP socket";
  try {
    const descriptor = openSocket(domain, SOCK_DGRAM, protocol, operation);
    return { descriptor, datagram: true };
  } catch (error) {
    const refused = error instanceof SyscallError &&
      (error.errno === EACCES || error.errno === EPERM);
    if (!refused) throw error;
  }
  const descriptor = openSocket(domain, SOCK_RAW, protocol, operation);
  // A raw socket hears all ICMP of the host.
  if (family === "ipv4") {
    const filter = icmpFilter(ICMP_ECHO_REPLY);
    setOption(descriptor, SOL_RAW, ICMP_FILTER, filter);
  } else {
    const filter = icmpv6Filter(ICMPV6_ECHO_REPLY);
    setOption(descriptor, IPPROTO_ICMPV6, ICMPV6_FILTER, filter);
  }
  return { descriptor, datagram: false };
}

function close(socket: EchoSocket): void {
  socket.descriptor[Symbol.dispose]();
  sockets.delete(socket.family);
  if (sockets.size > 0 || timer === null) return;
  clearTimeout(timer);
  timer = null;
}

function freeSequence({ waiting }: EchoSocket): number {
  do lastSequence = (lastSequence + 1) % SEQUENCES; while (
    waiting.has(lastSequence)
  );
  return lastSequence;
}

/** Look at the sockets after the shortest pause. */
function lookSoon(): void {
  pause = SHORTEST_PAUSE;
  if (timer !== null) clearTimeout(timer);
  timer = setTimeout(look, pause);
}

function look(): void {
  pause = Math.min(pause * 2, LONGEST_PAUSE);
  timer = setTimeout(look, pause);
  for (const socket of [...sockets.values()]) {
    // The last answer closes the socket.
    while (sockets.get(socket.family) === socket && takeOne(socket));
  }
}

/** Take one message; false when there is none. */
function takeOne(socket: EchoSocket): boolean {
  const received = receiveFrom(socket.descriptor, buffer);
  if (received === null) return false;
  const { family, datagram, waiting } = socket;
  const hasHeader = family === "ipv4" && !datagram;
  const message = hasHeader
    ? parseIpv4(received.message)?.payload
    : received.message;
  const reply = message === undefined ? null : parseEchoReply(family, message);
  if (reply === null) return true;
  const entry = waiting.get(reply.sequence);
  if (
    entry?.address === formatIp(received.source) &&
    (datagram || reply.id === id) && isPayload(reply.payload)
  ) entry.answered();
  return true;
}

function isPayload(bytes: Uint8Array): boolean {
  return bytes.length === payload.length &&
    bytes.every((byte, i) => byte === payload[i]);
}
