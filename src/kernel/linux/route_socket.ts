/**
 * rtnetlink requests, answered before the call returns: the kernel queues its
 * acknowledgements while it takes the request.
 *
 * @module
 */

import { type Descriptor, SyscallError } from "../../../ffi/libc.ts";
import {
  AF_NETLINK,
  NETLINK_CAP_ACK,
  NETLINK_EXT_ACK,
  NETLINK_ROUTE,
  openSocket,
  receive,
  send,
  setOption,
  SOCK_RAW,
  SOL_NETLINK,
} from "../../../ffi/socket.ts";
import {
  type NetlinkMessage,
  parseMessages,
} from "../../wire/rtnetlink_parse.ts";

/** Makes the bytes of a request with this sequence number. */
export type Request = (sequence: number) => Uint8Array<ArrayBuffer>;

/** How the kernel took a request: errno 0 is success. */
export interface Answer {
  /** Positive error number, or 0. */
  readonly errno: number;
  /** The kernel's own words, when it gave any. */
  readonly message: string | null;
}

/** More acknowledgements than this overrun the socket's receive buffer. */
const MAX_REQUESTS = 200;
const MAX_MESSAGE = 1 << 16;
/** A dump is asked for again when a change interrupted it. */
const DUMP_ATTEMPTS = 8;

/** A netlink socket for requests. */
export class RouteSocket implements Disposable {
  readonly #socket: Descriptor;
  readonly #buffer = new Uint8Array(MAX_MESSAGE);
  #sequence = 0;

  /** @throws {SyscallError} When the kernel refuses. */
  constructor() {
    this.#socket = openSocket(
      AF_NETLINK,
      SOCK_RAW,
      NETLINK_ROUTE,
      "open a netlink socket",
    );
    setOption(this.#socket, SOL_NETLINK, NETLINK_EXT_ACK, 1);
    setOption(this.#socket, SOL_NETLINK, NETLINK_CAP_ACK, 1);
  }

  /**
   * Make requests that are acknowledged, in order, in as few calls as possible.
   *
   * @returns An answer for each.
   * @throws {SyscallError} When the socket fails, not when a request is refused.
   */
  request(requests: readonly Request[]): readonly Answer[] {
    const answers: Answer[] = [];
    for (let i = 0; i < requests.length; i += MAX_REQUESTS) {
      answers.push(...this.#batch(requests.slice(i, i + MAX_REQUESTS)));
    }
    return answers;
  }

  #batch(requests: readonly Request[]): readonly Answer[] {
    const first = this.#sequence + 1;
    const messages = requests.map((request) => request(++this.#sequence));
    send(this.#socket, concatenate(messages), null, "send to rtnetlink");
    const answers = new Map<number, Answer>();
    while (answers.size < requests.length) {
      const received = this.#receive();
      if (received === null) break;
      for (const message of received) {
        if (message.type === "ack") answers.set(message.sequence, message);
      }
    }
    return messages.map((_, i) => {
      const answer = answers.get(first + i);
      if (answer === undefined) throw new TypeError("rtnetlink gave no answer");
      return answer;
    });
  }

  /**
   * Ask for everything of a kind.
   *
   * @throws {SyscallError} When the kernel refuses.
   */
  dump(request: Request): readonly NetlinkMessage[] {
    for (let attempt = 1;; attempt++) {
      const sequence = ++this.#sequence;
      send(this.#socket, request(sequence), null, "send to rtnetlink");
      const messages = this.#readDump(sequence);
      const interrupted = messages.some((message) => message.interrupted);
      if (!interrupted || attempt === DUMP_ATTEMPTS) return messages;
    }
  }

  #readDump(sequence: number): readonly NetlinkMessage[] {
    const messages: NetlinkMessage[] = [];
    for (;;) {
      const received = this.#receive();
      if (received === null) {
        throw new TypeError("rtnetlink ended a dump early");
      }
      for (const message of received) {
        if (message.sequence !== sequence) continue;
        if (message.type !== "done" && message.type !== "ack") {
          messages.push(message);
        } else if (message.errno === 0) {
          return messages;
        } else {
          throw new SyscallError("read from rtnetlink", message.errno);
        }
      }
    }
  }

  #receive(): readonly NetlinkMessage[] | null {
    const bytes = receive(this.#socket, this.#buffer);
    return bytes === null ? null : parseMessages(bytes);
  }

  /** Close it. */
  [Symbol.dispose](): void {
    this.#socket[Symbol.dispose]();
  }
}

function concatenate(
  parts: readonly Uint8Array[],
): Uint8Array<ArrayBuffer> {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
