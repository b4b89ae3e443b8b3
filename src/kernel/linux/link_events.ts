/**
 * The kernel's events of links and addresses as they come.
 *
 * @module
 */

import { type Descriptor, ENOBUFS, SyscallError } from "../../../ffi/libc.ts";
import {
  AF_NETLINK,
  bind,
  NETLINK_ROUTE,
  openSocket,
  receiveWhole,
  setBuffer,
  SOCK_RAW,
  sockaddrNl,
} from "../../../ffi/socket.ts";
import {
  RTMGRP_IPV4_IFADDR,
  RTMGRP_IPV6_IFADDR,
  RTMGRP_LINK,
} from "../../wire/rtnetlink.ts";
import { parseMessages } from "../../wire/rtnetlink_parse.ts";
import { Failure, type LinkNews } from "../port.ts";
import { orFailure } from "./failure.ts";

const GROUPS = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR;
/** Some 10,000 events with what the kernel keeps about each. */
const QUEUE = 8 << 20;
const READ = 1 << 16;

/** Where descriptors are waited for. */
export interface Watch {
  /** Wait for this one too. */
  add(fd: number): void;
  /** No more; called before it is closed. */
  remove(fd: number): void;
}

/** A socket of events; what fails is opened again. */
export class LinkEvents implements Disposable {
  readonly #watch: Watch;
  readonly #queue: number;
  #socket: Descriptor | null = null;
  #buffer = new Uint8Array(READ);

  /**
   * Listen from now on.
   *
   * @param watch Where the descriptor is waited for.
   * @param queue Bytes that the kernel queues.
   * @throws {SyscallError} When the kernel refuses.
   */
  constructor(watch: Watch, queue: number = QUEUE) {
    this.#watch = watch;
    this.#queue = queue;
    this.#open();
  }

  /** The descriptor that is waited for, or -1 while there is none. */
  get id(): number {
    return this.#socket?.fd ?? -1;
  }

  #open(): void {
    using opened = new DisposableStack();
    const socket = opened.use(
      openSocket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, "open a netlink socket"),
    );
    setBuffer(socket, "receive", this.#queue);
    bind(socket, sockaddrNl(GROUPS));
    this.#watch.add(socket.fd);
    opened.move();
    this.#socket = socket;
  }

  #close(): void {
    if (this.#socket === null) return;
    this.#watch.remove(this.#socket.fd);
    this.#socket[Symbol.dispose]();
    this.#socket = null;
  }

  /**
   * Take the events of one datagram.
   *
   * @returns An empty list when they are of kinds that nobody here reads.
   */
  read(): LinkNews {
    if (this.#socket === null) return this.#reopen();
    try {
      const bytes = receiveWhole(this.#socket, this.#buffer);
      if (bytes === null) return "empty";
      if (typeof bytes !== "number") return parseMessages(bytes);
      this.#buffer = new Uint8Array(bytes * 2);
      return "overrun";
    } catch (error) {
      if (!(error instanceof SyscallError)) throw error;
      if (error.errno === ENOBUFS) return "overrun";
      this.#close();
      return this.#reopen();
    }
  }

  /** Events were lost while there was no socket. */
  #reopen(): LinkNews {
    const refused = orFailure(() => this.#open());
    return refused instanceof Failure ? refused : "overrun";
  }

  /** Close it. */
  [Symbol.dispose](): void {
    this.#close();
  }
}
