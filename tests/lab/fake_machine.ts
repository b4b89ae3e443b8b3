/**
 * A machine in memory that the core runs on: what it holds and what goes out
 * is there to be looked at, what comes in is put there. Its clock moves only
 * when it is told to, or by what a call is told to take.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import {
  type AddressChange,
  type AdvertReceiver,
  type AdvertSender,
  type Datagram,
  EADDRNOTAVAIL,
  EEXIST,
  Failure,
  type HeldAddress,
  type Kernel,
  type LinkFrame,
  type LinkNews,
  type LinkRef,
  type SignalName,
} from "../../src/kernel/port.ts";
import { familyOf, formatIp } from "../../src/wire/address.ts";
import type {
  Link,
  LinkAddress,
  NetlinkBody,
} from "../../src/wire/rtnetlink_parse.ts";

/** The calls that can be refused, or take their time. */
export type Call =
  | "changeAddresses"
  | "getReady"
  | "change"
  | "openReceiver"
  | "openSender"
  | "send"
  | "sendFrame"
  | "receive"
  | "readLinks"
  | "dump"
  | "post"
  | "readSysctl"
  | "writeSysctl"
  | "writeRecord"
  | "readRecord";

/** One advert that went out. */
export interface Sent {
  /** When. */
  readonly at: number;
  /** Name of the link. */
  readonly link: string;
  /** Source address. */
  readonly source: string;
  /** Destination address. */
  readonly destination: string;
  /** The VRRP message in hex digits. */
  readonly hex: string;
}

/** Descriptor numbers that the wait reports. */
export const LINKS_ID = 1;
/** See {@linkcode LINKS_ID}. */
export const CHANNEL_ID = 2;
/** See {@linkcode LINKS_ID}. */
export const SIGNALS_ID = 3;

const FIRST_PORT_ID = 100;
const MOST_LOOKS = 1_000_000;

/** A failure as the kernel would give it. */
export function failing(
  code: string,
  errno: number,
  unanswered = false,
): Failure {
  const message = `Cannot do it: ${code}`;
  return new Failure({ operation: "do it", errno, code, message, unanswered });
}

/** A machine in memory. */
export class FakeMachine implements Kernel {
  /** The clock. */
  time = 0;
  /** See {@linkcode Kernel}. */
  keepsProtocol = true;
  /** Kernel settings by path; what is not there fails. */
  readonly sysctls = new Map<string, string>();
  /** Adverts that went out. */
  readonly sent: Sent[] = [];
  /** Ethernet frames that went out: `at index hex`. */
  readonly frames: string[] = [];
  /** Changes of addresses as asked for, such as `add 2 10.0.0.100/24`. */
  readonly changes: string[] = [];
  /** Addresses that were prepared to be added. */
  readonly readied: string[] = [];
  /** How many changes each call asked for. */
  readonly pieces: number[] = [];
  /** Text of the record, or null. */
  recorded: string | null = null;
  /** Times that the record was written. */
  writes = 0;
  /** Times that everything was read. */
  dumps = 0;
  /** Times that the watchdog was fed. */
  feeds = 0;
  /** Messages from the side that wait. */
  readonly inbox: unknown[] = [];
  /** Signals that wait. */
  readonly signalled: SignalName[] = [];
  /** What the side changes while it lives. */
  word = 0;
  /** Lines that went to standard error. */
  readonly complaints: string[] = [];
  /** News of links that wait. */
  readonly news: LinkNews[] = [];
  /** Refuses a call; the detail is a link, an address or a path. */
  refuse: (call: Call, detail: string) => Failure | null = () => null;
  /** Milliseconds that a call takes. */
  takes: (call: Call, count: number) => number = () => 0;
  readonly #links = new Map<number, Link>();
  readonly #addresses = new Map<string, LinkAddress>();
  readonly #receivers = new Map<number, FakeReceiver>();
  #nextId = FIRST_PORT_ID;
  #looked = 0;
  #looks = 0;

  /** Milliseconds; a million looks at one of them are an endless loop. */
  now(): number {
    if (this.time !== this.#looked) this.#looks = 0;
    this.#looked = this.time;
    if (++this.#looks > MOST_LOOKS) throw new Error("The core does not end");
    return this.time;
  }

  /** The same, as if it had begun in 1970. */
  wallClock(): number {
    return this.time;
  }

  /** Add or change a link; the core has the news to read. */
  putLink(index: number, name: string, changes: Partial<Link> = {}): void {
    const link: Link = {
      ...{ index, name, flags: 0x41, mac: `02:00:00:00:00:0${index}` },
      ...{ mtu: 1500, operState: 6, master: null, ...changes },
    };
    this.#links.set(index, link);
    this.news.push([{ type: "link", link }]);
  }

  /** Take a link away, and its addresses. */
  removeLink(index: number): void {
    const link = this.#links.get(index);
    if (link === undefined) return;
    for (const [key, address] of this.#addresses) {
      if (address.index === index) this.#addresses.delete(key);
    }
    this.#links.delete(index);
    this.news.push([{ type: "linkGone", link }]);
  }

  /** Somebody adds an address, such as `10.0.0.7/24`. */
  putAddress(
    index: number,
    text: string,
    changes: Partial<LinkAddress> = {},
  ): void {
    const [address = "", prefix] = text.split("/");
    const added: LinkAddress = {
      ...{ index, family: familyOf(address), address, prefix: Number(prefix) },
      ...{ scope: 0, flags: 0, protocol: null, ...changes },
    };
    this.#addresses.set(`${index} ${text}`, added);
    this.news.push([{ type: "address", address: added }]);
  }

  /** Somebody removes an address. */
  removeAddress(index: number, text: string): void {
    const address = this.#addresses.get(`${index} ${text}`);
    if (address === undefined) return;
    this.#addresses.delete(`${index} ${text}`);
    this.news.push([{ type: "addressGone", address }]);
  }

  /** The addresses that the machine has: `index address/prefix`. */
  get addresses(): readonly string[] {
    return [...this.#addresses.keys()];
  }

  /** A datagram comes in by a link. */
  hear(index: number, datagram: Datagram | null): void {
    for (const receiver of this.#receivers.values()) {
      if (receiver.index === index) receiver.queue.push(datagram);
    }
  }

  /** Datagrams that nobody has taken. */
  get unheard(): number {
    let count = 0;
    for (const { queue } of this.#receivers.values()) count += queue.length;
    return count;
  }

  /** What the wait would report now. */
  ready(): ReadonlySet<number> {
    const ids = new Set<number>();
    if (this.news.length > 0) ids.add(LINKS_ID);
    if (this.inbox.length > 0) ids.add(CHANNEL_ID);
    if (this.signalled.length > 0) ids.add(SIGNALS_ID);
    for (const [id, { queue }] of this.#receivers) {
      if (queue.length > 0) ids.add(id);
    }
    return ids;
  }

  /** The same, of messages and signals alone. */
  orders(): ReadonlySet<number> {
    return this.ready().intersection(new Set([CHANNEL_ID, SIGNALS_ID]));
  }

  /** See {@linkcode Kernel}. */
  readonly links = {
    id: LINKS_ID,
    read: (): LinkNews =>
      this.#call("readLinks", "") ?? this.news.shift() ?? "empty",
    dump: (): readonly NetlinkBody[] | Failure => {
      this.dumps++;
      const failure = this.#call("dump", "");
      return failure ?? [
        ...Array.from(
          this.#links.values(),
          (link) => ({ type: "link", link } as const),
        ),
        ...Array.from(
          this.#addresses.values(),
          (address) => ({ type: "address", address } as const),
        ),
      ];
    },
  };

  /** See {@linkcode Kernel}. */
  readonly record = {
    read: (): string | null | Failure =>
      this.#call("readRecord", "") ?? this.recorded,
    write: (text: string): Failure | null => {
      const failure = this.#call("writeRecord", "");
      if (failure !== null) return failure;
      this.writes++;
      this.recorded = text;
      return null;
    },
  };

  /** See {@linkcode Kernel}. */
  readonly channel = { id: CHANNEL_ID, receive: () => this.inbox.shift() };

  /** See {@linkcode Kernel}. */
  readonly signals = { id: SIGNALS_ID, take: () => this.signalled.shift() };

  /** See {@linkcode Kernel}. */
  sideWord(): number {
    return this.word;
  }

  /** See {@linkcode Kernel}. */
  complain(line: string): void {
    this.complaints.push(line);
  }

  /** See {@linkcode Kernel}. */
  changeAddresses(
    changes: readonly AddressChange[],
  ): readonly (Failure | null)[] {
    this.pieces.push(changes.length);
    this.time += this.takes("changeAddresses", changes.length);
    return changes.map((change) => this.#change(change));
  }

  #change({ op, address: held }: AddressChange): Failure | null {
    const text = `${held.address}/${held.prefix}`;
    const key = `${held.index} ${text}`;
    this.changes.push(`${op} ${key}`);
    const failure = this.#call("change", `${op} ${key}`);
    if (failure !== null) return failure;
    const isThere = this.#addresses.has(key);
    switch (op) {
      case "add":
        if (isThere) return failing("EEXIST", EEXIST);
        this.putAddress(held.index, text, this.#ours(held));
        return null;
      case "renew":
        return isThere ? null : failing("EADDRNOTAVAIL", EADDRNOTAVAIL);
      case "remove":
        if (!isThere) return failing("EADDRNOTAVAIL", EADDRNOTAVAIL);
        this.removeAddress(held.index, text);
        return null;
    }
  }

  #ours({ scope }: HeldAddress): Partial<LinkAddress> {
    return { scope, protocol: this.keepsProtocol ? 112 : null };
  }

  /** See {@linkcode Kernel}. */
  getReady(addresses: readonly HeldAddress[]): void {
    this.time += this.takes("getReady", addresses.length);
    for (const { address } of addresses) this.readied.push(address);
  }

  /** See {@linkcode Kernel}. */
  sendFrames(frames: readonly LinkFrame[]): readonly (Failure | null)[] {
    return frames.map((frame) => this.#sendFrame(frame));
  }

  #sendFrame({ index, bytes }: LinkFrame): Failure | null {
    const failure = this.#call("sendFrame", `${index}`);
    if (failure !== null) return failure;
    const hex = Buffer.from(bytes).toString("hex");
    this.frames.push(`${this.time} ${index} ${hex}`);
    return null;
  }

  /** See {@linkcode Kernel}. */
  openReceiver({ index, name }: LinkRef): AdvertReceiver | Failure {
    const failure = this.#call("openReceiver", name);
    if (failure !== null) return failure;
    const id = this.#nextId++;
    const queue: (Datagram | null)[] = [];
    this.#receivers.set(id, { index, queue });
    return {
      id,
      receive: () =>
        this.#call("receive", name) ??
          queue.splice(0, BATCH).map((datagram) => this.#read(datagram)),
      close: () => {
        this.#receivers.delete(id);
      },
    };
  }

  /** None came later than it is read. */
  #read(datagram: Datagram | null): Datagram | null {
    return datagram && { ...datagram, at: Math.min(datagram.at, this.time) };
  }

  /** See {@linkcode Kernel}. */
  openSender({ name: link }: LinkRef): AdvertSender | Failure {
    const failure = this.#call("openSender", link);
    if (failure !== null) return failure;
    return {
      ready: (payload, source, destination) => () => {
        const failure = this.#call("send", link);
        if (failure !== null) return failure;
        this.sent.push({
          at: this.time,
          link,
          source: formatIp(source),
          destination: formatIp(destination),
          hex: Buffer.from(payload).toString("hex"),
        });
        return null;
      },
      close: () => {},
    };
  }

  /** See {@linkcode Kernel}. */
  readSysctl(path: string): string | Failure {
    return this.#call("readSysctl", path) ?? this.sysctls.get(path) ??
      failing("ENOENT", 2);
  }

  /** See {@linkcode Kernel}. */
  writeSysctl(path: string, value: string): Failure | null {
    const failure = this.#call("writeSysctl", path);
    if (failure === null) this.sysctls.set(path, value);
    return failure;
  }

  /** See {@linkcode Kernel}. */
  feedWatchdog(): void {
    this.feeds++;
  }

  /** See {@linkcode Kernel}. */
  becomeRealtime(): readonly string[] {
    return [];
  }

  #call(call: Call, detail: string): Failure | null {
    this.time += this.takes(call, 1);
    return this.refuse(call, detail);
  }
}

interface FakeReceiver {
  readonly index: number;
  readonly queue: (Datagram | null)[];
}

/** Datagrams that one call takes, as the real one does. */
const BATCH = 64;
