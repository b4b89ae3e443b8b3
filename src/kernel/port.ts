/**
 * What the core asks of the machine that it runs on: Linux below
 * `kernel/linux/`, or the simulator's. Calls are synchronous. What is refused
 * comes back as a value; only a bug throws. Any call may take long.
 *
 * @module
 */

import type { Family, Prefixed } from "../wire/address.ts";
import type { NetlinkBody } from "../wire/rtnetlink_parse.ts";

/** What the kernel did not do. */
export class Failure {
  /** What was tried, to complete "Cannot …". */
  readonly operation: string;
  /** The error number; positive. */
  readonly errno: number;
  /** Its C name, such as `EPERM`. */
  readonly code: string;
  /** The whole in words, with those of the kernel. */
  readonly message: string;
  /** Whether it was done or not is not known: the answer was lost. */
  readonly unanswered: boolean;

  /** @param fact The fields; `unanswered` is false when left out. */
  constructor(
    fact: {
      readonly operation: string;
      readonly errno: number;
      readonly code: string;
      readonly message: string;
      readonly unanswered?: boolean;
    },
  ) {
    this.operation = fact.operation;
    this.errno = fact.errno;
    this.code = fact.code;
    this.message = fact.message;
    this.unanswered = fact.unanswered ?? false;
  }
}

/** Error numbers that the core acts upon, by their C names. */
export const EEXIST = 17;
export const ENODEV = 19;
export const EADDRNOTAVAIL = 99;

/** A link as far as sockets and addresses need it. */
export interface LinkRef {
  /** Index in the kernel, never used twice while the system runs. */
  readonly index: number;
  /** Name. */
  readonly name: string;
}

/** What came in one IP datagram; all of it is valid until the next read. */
export interface Datagram {
  /**
   * When the kernel got it, on the clock of {@linkcode Kernel.now}: never later
   * than the read, and that where it is not known for certain.
   */
  readonly at: number;
  /** The VRRP message. */
  readonly payload: Uint8Array;
  /** Source address. */
  readonly source: string;
  /** Destination address. */
  readonly destination: string;
  /** TTL or hop limit on arrival. */
  readonly hopLimit: number;
}

/** An Ethernet frame and where it goes out. */
export interface LinkFrame {
  /** Index of the link. */
  readonly index: number;
  /** From the destination's MAC address on. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Hears the adverts of one family that arrive by one link. */
export interface AdvertReceiver {
  /** What the wait reports when something has come. */
  readonly id: number;
  /**
   * Take some datagrams.
   *
   * @returns Null for each that is no IP datagram or is too long for an
   *   advert; empty when there is none.
   */
  receive(): readonly (Datagram | null)[] | Failure;
  /** Close it. */
  close(): void;
}

/** Sends what it was made for, each time that it is called. */
export type Send = () => Failure | null;

/** Sends adverts of one family out by one link. */
export interface AdvertSender {
  /**
   * Make an advert (RFC 9568 §5.1.1) that lies ready to be sent until the
   * sender is closed.
   *
   * @param payload The VRRP message.
   * @param source Own address, 4 or 16 bytes.
   * @param destination The VRRP group, or a unicast peer.
   */
  ready(
    payload: Uint8Array,
    source: Uint8Array,
    destination: Uint8Array,
  ): Send;
  /** Close it. */
  close(): void;
}

/** An address that the kernel is to hold for this daemon. */
export interface HeldAddress extends Prefixed {
  /** Index of the link. */
  readonly index: number;
  /** `RT_SCOPE_` number. */
  readonly scope: number;
  /** IPv4 label, or null. */
  readonly label: string | null;
  /** Seconds that the kernel keeps it unless renewed, or null for ever. */
  readonly lifetimeSeconds: number | null;
  /** Whether the host may choose it as a source; IPv6 only. */
  readonly preferred: boolean;
}

/** One change of the kernel's addresses. */
export interface AddressChange {
  /**
   * `add` fails with EEXIST where the link has the address with this prefix,
   * `renew` gives it its lifetime anew, `remove` fails with EADDRNOTAVAIL where
   * it is not there.
   */
  readonly op: "add" | "renew" | "remove";
  /** The address; for `remove` link, address and prefix count. */
  readonly address: HeldAddress;
}

/**
 * One read of the events of links and addresses: messages in order, `empty`
 * when there are none, `overrun` when some were lost, so that what is queued is
 * old and everything has to be read again.
 */
export type LinkNews =
  | readonly NetlinkBody[]
  | "empty"
  | "overrun"
  | Failure;

/** The links and addresses of the host. */
export interface LinkSource {
  /** What the wait reports when there are events. */
  readonly id: number;
  /** Take some events; they begin with the opening of the source. */
  read(): LinkNews;
  /** Everything that is there now. */
  dump(): readonly NetlinkBody[] | Failure;
}

/** The file that tells the next daemon what this one held. */
export interface RecordFile {
  /** Its text, or null when there is none. */
  read(): string | null | Failure;
  /** Replace it whole: a reader sees the old text or the new. */
  write(text: string): Failure | null;
}

/** Messages from the side. */
export interface MessageSource {
  /** What the wait reports when there are messages. */
  readonly id: number;
  /** Take one message, or undefined when there is none. */
  receive(): unknown;
}

/** A signal that the core acts upon. */
export type SignalName = "SIGINT" | "SIGQUIT" | "SIGTERM" | "SIGUSR2";

/** Signals that were sent to the process, whatever the side is doing. */
export interface SignalSource {
  /** What the wait reports when there are signals; -1 for never. */
  readonly id: number;
  /** Take one, or undefined when there is none. */
  take(): SignalName | undefined;
}

/** The machine. */
export interface Kernel {
  /** Monotonic milliseconds with a fraction; they count in suspension. */
  now(): number;
  /** Milliseconds since 1970 UTC, for the log. */
  wallClock(): number;
  /** Whether addresses carry who added them (IFA_PROTO, Linux 5.18). */
  readonly keepsProtocol: boolean;
  /** Links and addresses. */
  readonly links: LinkSource;
  /** The record of held addresses. */
  readonly record: RecordFile;
  /** Messages from the side. */
  readonly channel: MessageSource;
  /** Signals. */
  readonly signals: SignalSource;
  /** A number that the side changes from time to time while it lives. */
  sideWord(): number;
  /** Write a line to standard error, if that takes it at once. */
  complain(line: string): void;
  /**
   * Change addresses in order, by as few calls as possible. Those added carry
   * IFA_PROTO 112.
   *
   * @returns For each change null or why it was not made.
   */
  changeAddresses(
    changes: readonly AddressChange[],
  ): readonly (Failure | null)[];
  /**
   * These addresses may be added soon: do what can be done beforehand. Nothing
   * of it can be seen, and none of them need be added.
   */
  getReady(addresses: readonly HeldAddress[]): void;
  /**
   * Send Ethernet frames in order, by as few calls as possible.
   *
   * @returns For each null or why it was not sent.
   */
  sendFrames(frames: readonly LinkFrame[]): readonly (Failure | null)[];
  /** Hear adverts on a link. */
  openReceiver(link: LinkRef, family: Family): AdvertReceiver | Failure;
  /** Send adverts out by a link. */
  openSender(link: LinkRef, family: Family): AdvertSender | Failure;
  /**
   * Read a kernel setting.
   *
   * @param path Below /proc/sys, such as `net/ipv4/conf/eth0/accept_local`.
   */
  readSysctl(path: string): string | Failure;
  /** Write a kernel setting. */
  writeSysctl(path: string, value: string): Failure | null;
  /** Tell the service manager's watchdog that the loop turns. */
  feedWatchdog(): void;
  /**
   * Schedule this thread in real time and lock the program in memory.
   *
   * @returns What was refused, with what to do about it.
   */
  becomeRealtime(): readonly string[];
}
