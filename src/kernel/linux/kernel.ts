/**
 * The machine as Linux offers it: sockets, rtnetlink, /proc/sys and the wait.
 *
 * @module
 */

import { readClock } from "../../../ffi/event.ts";
import { readFile, writeFile } from "../../../ffi/file.ts";
import { EAFNOSUPPORT, SyscallError } from "../../../ffi/libc.ts";
import { writeStandardError } from "../../../ffi/standard_error.ts";
import type { Family } from "../../wire/address.ts";
import { dumpAddresses, dumpLinks } from "../../wire/rtnetlink.ts";
import type { NetlinkBody } from "../../wire/rtnetlink_parse.ts";
import type {
  AddressChange,
  AdvertReceiver,
  AdvertSender,
  Failure,
  HeldAddress,
  Kernel,
  LinkFrame,
  LinkNews,
  LinkRef,
  LinkSource,
} from "../port.ts";
import {
  ServiceManager,
  type ServiceManagerSettings,
} from "../service_manager.ts";
import { additionOf, changeAddresses } from "./address_changes.ts";
import { Ipv4Receiver, Ipv4Sender } from "./adverts_ipv4.ts";
import { ChannelReceiver } from "./channel.ts";
import { failureOf, orFailure, refusal } from "./failure.ts";
import { FrameSender } from "./frame_sender.ts";
import { keepsProtocol } from "./kernel_release.ts";
import { LinkEvents } from "./link_events.ts";
import { becomeRealtime } from "./realtime.ts";
import { DiskRecord } from "./record_file.ts";
import { type Request, RouteSocket } from "./route_socket.ts";
import { PipedSignals } from "./signal_source.ts";
import { Waiter } from "./waiter.ts";

/** Everything there is, in this order. */
const DUMPS: readonly Request[] = [
  dumpLinks,
  (sequence) => dumpAddresses("ipv4", sequence),
  (sequence) => dumpAddresses("ipv6", sequence),
];

/** What the process was started with. */
export interface LinuxKernelOptions {
  /** Receiving end of the channel from the side. */
  readonly channelFd: number;
  /** Reading end of the pipe of signals, or null when there is none. */
  readonly signalFd: number | null;
  /** Changed by the side while it lives. */
  readonly sideWord: Int32Array<SharedArrayBuffer>;
  /** Absolute path of the record of held addresses. */
  readonly recordPath: string;
  /** The service manager that is to be told, or null. */
  readonly serviceManager: ServiceManagerSettings | null;
}

/** The machine. Only the constructor throws, but for bugs. */
export class LinuxKernel implements Kernel, Disposable {
  /** Whether addresses carry who added them. */
  readonly keepsProtocol: boolean;
  /** Links and addresses. */
  readonly links: LinkSource;
  /** The record of held addresses. */
  readonly record: DiskRecord;
  /** Messages from the side. */
  readonly channel: ChannelReceiver;
  /** Signals to the process. */
  readonly signals: PipedSignals;
  readonly #parts = new DisposableStack();
  readonly #waiter: Waiter;
  readonly #orders: Waiter;
  readonly #route: RouteSocket;
  readonly #events: LinkEvents;
  readonly #frames: FrameSender;
  readonly #serviceManager: ServiceManager | null;
  readonly #sideWord: Int32Array<SharedArrayBuffer>;

  /** @throws {SyscallError} When the kernel refuses, such as EMFILE. */
  constructor(options: LinuxKernelOptions) {
    const { channelFd, signalFd, recordPath, serviceManager } = options;
    using parts = new DisposableStack();
    const waiter = parts.use(new Waiter());
    const ended = (): void => {
      waiter.remove(channelFd);
      this.#orders.remove(channelFd);
    };
    this.channel = parts.use(new ChannelReceiver(channelFd, ended));
    waiter.add(channelFd);
    this.signals = new PipedSignals(signalFd);
    if (signalFd !== null) waiter.add(signalFd);
    this.#orders = parts.use(new Waiter());
    this.#orders.add(channelFd);
    if (signalFd !== null) this.#orders.add(signalFd);
    this.#sideWord = options.sideWord;
    this.#waiter = waiter;
    this.#route = parts.use(new RouteSocket());
    this.#events = parts.use(new LinkEvents(waiter));
    this.#frames = parts.use(new FrameSender());
    this.#serviceManager = serviceManager === null
      ? null
      : parts.use(new ServiceManager(serviceManager));
    this.keepsProtocol = keepsProtocol(this.readSysctl("kernel/osrelease"));
    this.record = new DiskRecord(recordPath);
    this.links = this.#linkSource();
    this.#parts = parts.move();
  }

  #linkSource(): LinkSource {
    const events = this.#events;
    return {
      get id(): number {
        return events.id;
      },
      read: (): LinkNews => events.read(),
      dump: () =>
        orFailure((): readonly NetlinkBody[] =>
          DUMPS.flatMap((request) => this.#route.dump(request))
        ),
    };
  }

  /**
   * Wait until something is readable or a time has come.
   *
   * @param deadline Milliseconds of {@linkcode now}; Infinity for none; one
   *   that has passed only asks what is readable.
   * @param isExact See {@linkcode Waiter.wait}.
   * @returns The ids of what is readable.
   */
  wait(deadline: number, isExact: boolean): ReadonlySet<number> {
    return this.#waiter.wait(deadline, isExact);
  }

  /** Wait for a message or a signal, whatever else there is to read. */
  waitForOrders(): ReadonlySet<number> {
    return this.#orders.wait(Infinity);
  }

  /** Monotonic milliseconds with a fraction; they count in suspension. */
  now(): number {
    return readClock();
  }

  /** Milliseconds since 1970 UTC. */
  wallClock(): number {
    return Date.now();
  }

  /** Change addresses in order. */
  changeAddresses(
    changes: readonly AddressChange[],
  ): readonly (Failure | null)[] {
    return changeAddresses(this.#route, changes);
  }

  /** Write the requests for addresses that may be added soon. */
  getReady(addresses: readonly HeldAddress[]): void {
    for (const address of addresses) additionOf(address);
  }

  /** Send Ethernet frames in order. */
  sendFrames(frames: readonly LinkFrame[]): readonly (Failure | null)[] {
    return this.#frames.send(frames);
  }

  /** Hear adverts on a link. */
  openReceiver(link: LinkRef, family: Family): AdvertReceiver | Failure {
    return family === "ipv4"
      ? orFailure(() => new Ipv4Receiver(link, this.#waiter))
      : noIpv6();
  }

  /** Send adverts out by a link. */
  openSender(link: LinkRef, family: Family): AdvertSender | Failure {
    return family === "ipv4" ? orFailure(() => new Ipv4Sender(link)) : noIpv6();
  }

  /** Read a kernel setting. */
  readSysctl(path: string): string | Failure {
    return orFailure(() => readFile(`/proc/sys/${path}`).trim());
  }

  /** Write a kernel setting. */
  writeSysctl(path: string, value: string): Failure | null {
    return refusal(() => writeFile(`/proc/sys/${path}`, value));
  }

  /** A number that the side changes while it lives. */
  sideWord(): number {
    return Atomics.load(this.#sideWord, 0);
  }

  /** Write a line to standard error, if that takes it at once. */
  complain(line: string): void {
    writeStandardError(line);
  }

  /** Tell the service manager's watchdog that the loop turns. */
  feedWatchdog(): void {
    this.#serviceManager?.notify("WATCHDOG=1");
  }

  /** Schedule this thread in real time and lock the program in memory. */
  becomeRealtime(): readonly string[] {
    return becomeRealtime();
  }

  /** Close everything but the sockets for adverts. */
  [Symbol.dispose](): void {
    this.#parts[Symbol.dispose]();
  }
}

function noIpv6(): Failure {
  const operation = "open a socket for adverts over IPv6";
  return failureOf(new SyscallError(operation, EAFNOSUPPORT));
}
