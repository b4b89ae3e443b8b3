/**
 * Sockets that VRRP adverts over IPv4 are heard on and sent from.
 *
 * @module
 */

import { Batch } from "../../../ffi/batch.ts";
import { readClock, readWallClock } from "../../../ffi/event.ts";
import type { Descriptor } from "../../../ffi/libc.ts";
import {
  AF_INET,
  IP_ADD_MEMBERSHIP,
  IP_MULTICAST_ALL,
  IP_MULTICAST_IF,
  IP_MULTICAST_LOOP,
  ipMreqn,
  IPPROTO_IP,
  IPPROTO_RAW,
  openSocket,
  send,
  setBuffer,
  setOption,
  setOptionIfKnown,
  SO_BINDTODEVICE,
  SO_PRIORITY,
  SO_TIMESTAMPNS,
  SOCK_RAW,
  sockaddrIn,
  SOL_SOCKET,
} from "../../../ffi/socket.ts";
import { formatIp, ipBytes, VRRP_GROUP_IPV4 } from "../../wire/address.ts";
import {
  emitIpv4Bytes,
  IPPROTO_VRRP,
  parseIpv4,
  VRRP_TOS,
  VRRP_TTL,
} from "../../wire/ipv4.ts";
import type {
  AdvertReceiver,
  AdvertSender,
  Datagram,
  Failure,
  LinkRef,
  Send,
} from "../port.ts";
import { ArrivalClock, type Clocks } from "./arrival_clock.ts";
import { orFailure, refusal } from "./failure.ts";
import type { Watch } from "./link_events.ts";

const GROUP = ipBytes(VRRP_GROUP_IPV4);
const TC_PRIO_CONTROL = 7;
const BATCH = 64;
// The longest advert is 20 + 40 bytes of header and 8 + 255 × 4 + 8 of VRRP.
const MAX_DATAGRAM = 2048;
/** Addresses whose text is kept. */
const MAX_TEXTS = 64;
const NONE: readonly Datagram[] = [];
const HEADER = { ttl: VRRP_TTL, tos: VRRP_TOS, protocol: IPPROTO_VRRP };
/** Some 1,300 adverts with what the kernel keeps about each. */
const QUEUE = 1 << 20;

/** Hears the adverts over IPv4 that arrive by one link. */
export class Ipv4Receiver implements AdvertReceiver {
  /** The descriptor that is waited for. */
  readonly id: number;
  readonly #socket: Descriptor;
  readonly #watch: Watch;
  readonly #batch = new Batch(BATCH, MAX_DATAGRAM);
  readonly #arrivals = new ArrivalClock(readClocks());
  readonly #addresses = new AddressTexts();
  #open = true;

  /**
   * @param watch Where the descriptor is waited for.
   * @throws {SyscallError} EPERM without CAP_NET_RAW, ENODEV without the link.
   */
  constructor(link: LinkRef, watch: Watch) {
    using opened = new DisposableStack();
    const socket = opened.use(
      openSocket(AF_INET, SOCK_RAW, IPPROTO_VRRP, "open a socket for adverts"),
    );
    bindToLink(socket, link);
    setBuffer(socket, "receive", QUEUE);
    // Where that is refused adverts count from the read.
    refusal(() => setOption(socket, SOL_SOCKET, SO_TIMESTAMPNS, 1));
    // Only what this socket joined. Where that cannot be said, it hears groups
    // that others joined too, but on this link alone, for it is bound to it; and
    // whoever sends an advert there could send it to our group.
    setOptionIfKnown(socket, IPPROTO_IP, IP_MULTICAST_ALL, 0);
    setOption(
      ...[socket, IPPROTO_IP, IP_ADD_MEMBERSHIP] as const,
      ...[ipMreqn(GROUP, link.index), `join the group on "${link.name}"`],
    );
    watch.add(socket.fd);
    opened.move();
    this.id = socket.fd;
    this.#socket = socket;
    this.#watch = watch;
  }

  /** Take up to 64 datagrams. */
  receive(): readonly (Datagram | null)[] | Failure {
    return orFailure(() => {
      const count = this.#batch.receive(this.#socket);
      if (count === 0) return NONE;
      this.#arrivals.look(readClocks());
      const datagrams: (Datagram | null)[] = [];
      for (let i = 0; i < count; i++) datagrams.push(this.#datagram(i));
      return datagrams;
    });
  }

  #datagram(i: number): Datagram | null {
    const bytes = this.#batch.bytes(i);
    const packet = bytes && parseIpv4(bytes, this.#addresses.at);
    if (packet === null) return null;
    const { payload, source, destination, ttl: hopLimit } = packet;
    const at = this.#arrivals.at(this.#batch.stamp(i));
    return { at, payload, source, destination, hopLimit };
  }

  /** Close it. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#watch.remove(this.id);
    this.#socket[Symbol.dispose]();
  }
}

function readClocks(): Clocks {
  return { wall: readWallClock(), now: readClock() };
}

/** Texts of addresses, so that they are not written for each datagram. */
class AddressTexts {
  readonly #known = new Map<number, string>();

  /** The text of the IPv4 address at a place. */
  readonly at = (bytes: Uint8Array, place: number): string => {
    const byte = (i: number): number => bytes[place + i] ?? 0;
    const key = byte(0) << 24 | byte(1) << 16 | byte(2) << 8 | byte(3);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const text = formatIp(bytes.subarray(place, place + 4));
    if (this.#known.size >= MAX_TEXTS) this.#known.clear();
    this.#known.set(key, text);
    return text;
  };
}

/** Sends adverts over IPv4 out by one link. */
export class Ipv4Sender implements AdvertSender {
  readonly #socket: Descriptor;

  /** @throws {SyscallError} EPERM without CAP_NET_RAW, ENODEV without the link. */
  constructor(link: LinkRef) {
    using opened = new DisposableStack();
    // IPPROTO_RAW takes whole IP datagrams and receives nothing.
    const socket = opened.use(
      openSocket(AF_INET, SOCK_RAW, IPPROTO_RAW, "open a socket for adverts"),
    );
    bindToLink(socket, link);
    setOption(socket, SOL_SOCKET, SO_PRIORITY, TC_PRIO_CONTROL);
    const out = ipMreqn(new Uint8Array(4), link.index);
    // A socket that is bound to a link sends multicast out by it unasked; a VRF,
    // which is no link to send by, is all that needs the option.
    setOptionIfKnown(socket, IPPROTO_IP, IP_MULTICAST_IF, out);
    setOption(socket, IPPROTO_IP, IP_MULTICAST_LOOP, 0);
    opened.move();
    this.#socket = socket;
  }

  /** See {@linkcode AdvertSender.ready}. */
  ready(
    payload: Uint8Array,
    source: Uint8Array,
    destination: Uint8Array,
  ): Send {
    // The kernel fills in an ID of 0.
    const header = { ...HEADER, source, destination, id: 0 };
    const datagram = emitIpv4Bytes(header, payload);
    const to = sockaddrIn(destination);
    const call = (): void => send(this.#socket, datagram, to, "send an advert");
    return () => refusal(call);
  }

  /** Close it. */
  close(): void {
    this.#socket[Symbol.dispose]();
  }
}

function bindToLink(socket: Descriptor, { name }: LinkRef): void {
  const value = new TextEncoder().encode(`${name}\0`);
  const operation = `bind a socket to "${name}"`;
  setOption(socket, SOL_SOCKET, SO_BINDTODEVICE, value, operation);
}
