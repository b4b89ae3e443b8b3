/**
 * What one daemon sees of its machine: the port of the core, told by a seed to
 * be slow, to refuse, to lose and to lie late.
 *
 * @module
 */

import type {
  AddressChange,
  AdvertReceiver,
  AdvertSender,
  Failure,
  Kernel,
  LinkFrame,
  LinkNews,
  LinkRef,
  LinkSource,
  MessageSource,
  RecordFile,
  SignalName,
  SignalSource,
} from "../../kernel/port.ts";
import type { Family } from "../../wire/address.ts";
import type { NetlinkBody } from "../../wire/rtnetlink_parse.ts";
import { FakeReceiver, FakeSender, type SocketHost } from "./advert_sockets.ts";
import type { Call } from "./conditions.ts";
import { makeChanges } from "./make_changes.ts";
import { EventQueue } from "./event_queue.ts";
import type { SimLink } from "./machine.ts";
import { readAnnouncement } from "../lan.ts";
import { happens, type Prng, whole } from "../prng.ts";
import { refusal } from "./refusal.ts";

/** Milliseconds since 1970 at the beginning of virtual time. */
export const EPOCH = 1_700_000_000_000;
/** Milliseconds between the three requests of a dump. */
const BETWEEN_DUMPS = 0.03;
/** What the wait reports of signals and messages. */
const ORDERS: ReadonlySet<number> = new Set([2, 4]);
/** Events that one read gives at most. */
const EVENTS = 4;

/** The machine as one daemon sees it. */
export class FakeKernel implements Kernel {
  readonly #host: SocketHost;
  readonly #prng: Prng;
  readonly #boot: number;
  #events = new EventQueue();
  readonly #inbox: unknown[] = [];
  readonly #signals: SignalName[] = [];
  #receivers: FakeReceiver[] = [];
  #nextId = 5;
  #deafToEvents = false;
  /** What is not for a core that is about to take over, or null. */
  #held: {
    readonly messages: unknown[];
    readonly receivers: readonly FakeReceiver[];
    readonly events: EventQueue;
    readonly deaf: boolean;
  } | null = null;
  readonly links: LinkSource;
  readonly record: RecordFile;
  readonly channel: MessageSource;
  readonly signals: SignalSource = {
    id: 2,
    take: () => this.#held === null ? this.#signals.shift() : undefined,
  };

  /**
   * @param prng Chance of its own.
   * @param boot What its clock shows when virtual time begins.
   */
  constructor(host: SocketHost, prng: Prng, boot: number) {
    this.#host = host;
    this.#prng = prng;
    this.#boot = boot;
    host.machine.listeners.add(this.#listen);
    // deno-lint-ignore no-this-alias -- the getter below is another object's
    const kernel = this;
    this.links = {
      get id(): number {
        return kernel.#deafToEvents ? -1 : 3;
      },
      read: () => this.#readEvents(),
      dump: () => this.#dump(),
    };
    this.record = {
      read: () => this.#readRecord(),
      write: (text) => this.#writeRecord(text),
    };
    this.channel = { id: 4, receive: () => this.#receive() };
  }

  readonly #listen = (message: NetlinkBody): void => {
    this.#held?.events.push(message);
    if (this.#deafToEvents) return;
    this.#events.push(message);
    this.#host.wake();
  };

  /** What can be read now, by what the wait reports. */
  ready(): Set<number> {
    const ready = new Set<number>();
    if (!this.#deafToEvents && this.#events.ready) ready.add(3);
    if (this.#inbox.length > 0) ready.add(4);
    if (this.#signals.length > 0) ready.add(2);
    for (const receiver of this.#receivers) {
      if (receiver.ready) ready.add(receiver.id);
    }
    return ready;
  }

  /** Whether all events were read. */
  get sawAllEvents(): boolean {
    return !this.#deafToEvents && !this.#events.ready;
  }

  /** The sockets that hear adverts. */
  get receivers(): readonly FakeReceiver[] {
    return this.#receivers;
  }

  /** A message comes from the side. */
  push(message: unknown): void {
    (this.#held?.messages ?? this.#inbox).push(message);
    this.#host.wake();
  }

  /** Messages and signals that come are for whoever serves afterwards. */
  beginRelay(): void {
    this.#held = {
      messages: this.#inbox.splice(0),
      receivers: this.#receivers,
      events: this.#events.twin(),
      deaf: this.#deafToEvents,
    };
    this.#host.thread.leave();
  }

  /** A message to the core that takes over comes. */
  order(message: unknown): void {
    this.#inbox.push(message);
  }

  /**
   * Close the sockets of the other core. What those of the old one have not
   * given came to the new one's as well, where these were open.
   */
  endRelay(isTaken: boolean): void {
    if (!isTaken && this.#held !== null) {
      ({ events: this.#events, deaf: this.#deafToEvents } = this.#held);
    }
    this.#host.thread.comeBack(isTaken);
    const { messages = [], receivers: before = [] } = this.#held ?? {};
    this.#held = null;
    this.#inbox.splice(0, Infinity, ...messages);
    const since = this.#receivers.filter((one) => !before.includes(one));
    for (const old of isTaken ? before : []) {
      since.find(({ index, family }) =>
        index === old.index && family === old.family
      )?.inherit(old);
    }
    for (const one of isTaken ? before : since) one.close();
    const { sockets } = this.#host.machine;
    this.#receivers = [...before, ...since].filter((one) => sockets.has(one));
  }

  /** What can be read by a core that does not serve. */
  orders(): Set<number> {
    return this.ready().intersection(ORDERS);
  }

  /** A signal comes. */
  signal(name: SignalName): void {
    this.#signals.push(name);
    this.#host.wake();
  }

  /** The daemon has ended: its sockets close. */
  close(): void {
    this.#host.machine.listeners.delete(this.#listen);
    for (const receiver of [...this.#receivers]) receiver.close();
    this.#receivers = [];
  }

  get keepsProtocol(): boolean {
    return this.#host.machine.keepsProtocol;
  }

  /** What its clock shows; nobody reads it. */
  get clock(): number {
    return this.#boot + this.#host.now();
  }

  now(): number {
    return this.#boot + this.#host.thread.readClock();
  }

  wallClock(): number {
    return EPOCH + this.#host.now();
  }

  #call(call: Call): ReturnType<SocketHost["machine"]["conditions"]["fate"]> {
    const { machine, thread, now } = this.#host;
    thread.enter();
    thread.spend(machine.conditions.cost(call, now()));
    return machine.conditions.fate(call, now());
  }

  #readEvents(): LinkNews {
    const trouble = this.#call("events");
    if (trouble !== null) {
      // The socket was closed, and another cannot be had.
      this.#deafToEvents = true;
      this.#events.reset();
      return refusal("open a netlink socket", trouble.code);
    }
    this.#deafToEvents = false;
    return this.#events.read(whole(this.#prng, 1, EVENTS));
  }

  #dump(): readonly NetlinkBody[] | Failure {
    const { machine, thread } = this.#host;
    const trouble = this.#call("dump");
    if (trouble !== null) return refusal("list addresses", trouble.code);
    // Three requests: what changes meanwhile is in some and not in others.
    const links = [...machine.dumpLinks()];
    thread.spend(BETWEEN_DUMPS);
    const ipv4 = [...machine.dumpAddresses("ipv4")];
    thread.spend(BETWEEN_DUMPS);
    return [...links, ...ipv4, ...machine.dumpAddresses("ipv6")];
  }

  #readRecord(): string | null | Failure {
    const trouble = this.#call("record");
    if (trouble !== null) return refusal("read the record", trouble.code);
    return this.#host.machine.record;
  }

  #writeRecord(text: string): Failure | null {
    const { machine, witness } = this.#host;
    const trouble = this.#call("record");
    if (trouble === null) machine.record = text;
    witness.recorded(trouble === null);
    return trouble && refusal("write the record", trouble.code);
  }

  #receive(): unknown {
    this.#host.thread.enter();
    const message = this.#inbox.shift();
    if (message !== undefined) this.#host.thread.stayAway();
    if (message !== undefined) this.#host.witness.received(message);
    return message;
  }

  changeAddresses(
    changes: readonly AddressChange[],
  ): readonly (Failure | null)[] {
    const began = this.#host.now();
    const results = makeChanges(
      { host: this.#host, prng: this.#prng, by: this },
      changes,
      (call) => this.#call(call),
    );
    this.#host.thread.tookSince(began);
    return results;
  }

  getReady(): void {}

  sendFrames(frames: readonly LinkFrame[]): readonly (Failure | null)[] {
    return frames.map((frame) => this.#sendFrame(frame));
  }

  #sendFrame({ index, bytes: frame }: LinkFrame): Failure | null {
    const { machine, witness } = this.#host;
    const operation = "announce an address";
    const trouble = this.#call("frame");
    if (trouble !== null) return refusal(operation, trouble.code);
    const link: SimLink | undefined = machine.links.get(index);
    if (link === undefined) return refusal(operation, "ENXIO");
    if (!link.up) return refusal(operation, "ENETDOWN");
    const told = readAnnouncement(frame);
    witness.announced(link, told);
    if (told !== null) link.nic?.segment.announce(link.nic, told);
    return null;
  }

  openReceiver(link: LinkRef, family: Family): AdvertReceiver | Failure {
    const operation = `hear adverts on "${link.name}"`;
    const trouble = this.#call("open");
    if (trouble !== null) return refusal(operation, trouble.code);
    const found = this.#host.machine.links.get(link.index);
    if (found?.name !== link.name) return refusal(operation, "ENODEV");
    this.#receivers = this.#receivers.filter((one) =>
      this.#host.machine.sockets.has(one)
    );
    const receiver = new FakeReceiver(this.#host, link, family, {
      id: this.#nextId++,
      prng: this.#prng,
      boot: this.#boot,
    });
    this.#receivers.push(receiver);
    return receiver;
  }

  openSender(link: LinkRef, _family: Family): AdvertSender | Failure {
    const operation = `send adverts on "${link.name}"`;
    const trouble = this.#call("open");
    if (trouble !== null) return refusal(operation, trouble.code);
    const found = this.#host.machine.links.get(link.index);
    if (found?.name !== link.name) return refusal(operation, "ENODEV");
    return new FakeSender(this.#host, link);
  }

  readSysctl(path: string): string | Failure {
    const trouble = this.#call("sysctl");
    if (trouble !== null) return refusal(`read "${path}"`, trouble.code);
    const value = this.#host.machine.sysctls.get(path);
    return value ?? refusal(`read "${path}"`, "ENOENT");
  }

  writeSysctl(path: string, value: string): Failure | null {
    const trouble = this.#call("sysctl");
    if (trouble !== null) return refusal(`write "${path}"`, trouble.code);
    return this.#host.machine.sysctls.set(path, value)
      ? null
      : refusal(`write "${path}"`, "ENOENT");
  }

  sideWord(): number {
    return this.#host.sideWord();
  }

  complain(): void {
    this.#host.thread.enter();
  }

  feedWatchdog(): void {
    this.#host.thread.enter();
    this.#host.witness.fed();
  }

  becomeRealtime(): readonly string[] {
    this.#host.thread.enter();
    return happens(this.#prng, 0.5)
      ? ["Cannot use realtime scheduling: not permitted"]
      : [];
  }
}
