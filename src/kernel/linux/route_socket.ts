/**
 * rtnetlink requests, answered before the call returns: the kernel queues its
 * answers while it takes the request. Of a batch it tells what it refused, and
 * acknowledges the last: an answer for each would cost more than the change.
 *
 * @module
 */

import {
  type Descriptor,
  EAGAIN,
  EMSGSIZE,
  ENOBUFS,
  SyscallError,
} from "../../../ffi/libc.ts";
import {
  AF_NETLINK,
  NETLINK_CAP_ACK,
  NETLINK_EXT_ACK,
  NETLINK_ROUTE,
  openSocket,
  receiveWhole,
  send,
  setBuffer,
  setOption,
  SOCK_RAW,
  SOL_NETLINK,
} from "../../../ffi/socket.ts";
import { acknowledged } from "../../wire/rtnetlink.ts";
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
  /** Whether it may have been done: errno tells why that is not known. */
  readonly unanswered: boolean;
}

/** Sizes in bytes, for a test to make smaller. */
export interface RouteSocketSizes {
  /** Answers that the kernel queues, with what it keeps about each. */
  readonly queue: number;
  /** What one read takes at first; it grows when a message is longer. */
  readonly read: number;
}

/** About five times what 200 refusals with words take. */
const QUEUE = 1 << 20;
const READ = 1 << 16;
/** A message longer than this is no message. */
const MAX_READ = 1 << 24;
/** Requests in one send; more refusals overrun a default queue. */
const MAX_BATCH = 200;
/** A dump is asked for again when a change interrupted it. */
const DUMP_ATTEMPTS = 8;

/** A netlink socket for requests; what fails is opened again. */
export class RouteSocket implements Disposable {
  readonly #queue: number;
  #socket: Descriptor | null = null;
  #buffer: Uint8Array<ArrayBuffer>;
  #sequence = 0;
  #batch = MAX_BATCH;

  /** @throws {SyscallError} When the kernel refuses. */
  constructor({ queue = QUEUE, read = READ }: Partial<RouteSocketSizes> = {}) {
    this.#queue = queue;
    this.#buffer = new Uint8Array(read);
    this.#open();
  }

  #open(): Descriptor {
    if (this.#socket !== null) return this.#socket;
    using opened = new DisposableStack();
    const socket = opened.use(
      openSocket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, "open a netlink socket"),
    );
    setOption(socket, SOL_NETLINK, NETLINK_EXT_ACK, 1);
    setOption(socket, SOL_NETLINK, NETLINK_CAP_ACK, 1);
    setBuffer(socket, "receive", this.#queue);
    setBuffer(socket, "send", this.#queue);
    opened.move();
    return this.#socket = socket;
  }

  /** What is still queued belongs to nobody; the next call opens another. */
  #close(): void {
    this.#socket?.[Symbol.dispose]();
    this.#socket = null;
  }

  /**
   * Make changes in order, in as few calls as possible.
   *
   * @returns An answer for each; where the socket fails its error is the
   *   answer.
   */
  request(requests: readonly Request[]): readonly Answer[] {
    const answers: Answer[] = [];
    while (answers.length < requests.length) {
      const start = answers.length;
      const batch = requests.slice(start, start + this.#batch);
      const answered = this.#request(batch);
      if (answered !== null) answers.push(...answered);
    }
    return answers;
  }

  /** @returns Null when nothing was done and fewer may be asked for. */
  #request(requests: readonly Request[]): readonly Answer[] | null {
    const sequences = requests.map(() => this.#nextSequence());
    const last = sequences.at(-1) ?? 0;
    const messages = requests.map((request, i) => {
      const sequence = sequences[i] ?? 0;
      return acknowledged(request(sequence), sequence === last);
    });
    try {
      send(this.#open(), concatenate(messages), null, "send to rtnetlink");
    } catch (error) {
      if (!(error instanceof SyscallError)) throw error;
      const { errno } = error;
      this.#close();
      if (errno === EMSGSIZE && requests.length > 1) {
        this.#shrinkBatch(requests.length);
        return null;
      }
      return requests.map(() => ({ errno, message: null, unanswered: false }));
    }
    const { answers, errno } = this.#readAnswers(new Set(sequences), last);
    if (errno !== 0) this.#close();
    if (errno === ENOBUFS) this.#shrinkBatch(requests.length);
    // What was not refused was done, if no refusal can have been lost.
    const others = errno === 0
      ? DONE
      : { errno, message: null, unanswered: true };
    return sequences.map((sequence) => answers.get(sequence) ?? others);
  }

  #nextSequence(): number {
    // 0 is that of events.
    this.#sequence = this.#sequence === 0xffff_ffff ? 1 : this.#sequence + 1;
    return this.#sequence;
  }

  #shrinkBatch(length: number): void {
    this.#batch = Math.max(1, length >> 2);
  }

  /**
   * @param last Its answer comes behind all others.
   * @returns What came, and why the rest did not if it did not.
   */
  #readAnswers(
    expected: ReadonlySet<number>,
    last: number,
  ): { answers: ReadonlyMap<number, Answer>; errno: number } {
    const answers = new Map<number, Answer>();
    let errno = 0;
    while (!answers.has(last)) {
      try {
        const messages = this.#receive();
        if (messages === null) {
          errno ||= EAGAIN;
          break;
        }
        if (messages === TRUNCATED) errno ||= EMSGSIZE;
        for (const message of messages) {
          if (message.type !== "ack" || !expected.has(message.sequence)) {
            continue;
          }
          const { errno, message: words } = message;
          const answer = { errno, message: words, unanswered: false };
          answers.set(message.sequence, answer);
        }
      } catch (error) {
        if (!(error instanceof SyscallError)) throw error;
        // Some answers found no room; those before them are there, and it is
        // said once.
        const overrun = error.errno === ENOBUFS && errno === 0;
        errno = error.errno;
        if (!overrun) break;
      }
    }
    return { answers, errno };
  }

  /**
   * Ask for everything of a kind.
   *
   * @throws {SyscallError} When the kernel refuses, or gives no consistent
   *   answer however often it is asked (EAGAIN).
   */
  dump(request: Request): readonly NetlinkMessage[] {
    try {
      for (let attempt = 1; attempt <= DUMP_ATTEMPTS; attempt++) {
        const sequence = this.#nextSequence();
        send(this.#open(), request(sequence), null, "send to rtnetlink");
        const messages = this.#readDump(sequence);
        if (messages !== null) return messages;
      }
    } catch (error) {
      // The rest of the answer would be in the way of the next one.
      this.#close();
      throw error;
    }
    const detail = `changed during each of ${DUMP_ATTEMPTS} reads`;
    throw new SyscallError("read from rtnetlink", EAGAIN, detail);
  }

  /** @returns Null when it has to be asked for again. */
  #readDump(sequence: number): readonly NetlinkMessage[] | null {
    const messages: NetlinkMessage[] = [];
    let whole = true;
    for (;;) {
      const received = this.#receive();
      if (received === null) {
        throw new SyscallError("read from rtnetlink", EAGAIN, "no end came");
      }
      if (received === TRUNCATED) {
        this.#close();
        return null;
      }
      for (const message of received) {
        if (message.sequence !== sequence) continue;
        if (message.interrupted) whole = false;
        if (message.type !== "done" && message.type !== "ack") {
          messages.push(message);
        } else if (message.errno === 0) {
          return whole ? messages : null;
        } else {
          throw new SyscallError("read from rtnetlink", message.errno);
        }
      }
    }
  }

  /** @returns Messages of one datagram, or null when there is none. */
  #receive(): readonly NetlinkMessage[] | null {
    const bytes = receiveWhole(this.#open(), this.#buffer);
    if (bytes === null) return null;
    if (typeof bytes !== "number") return parseMessages(bytes);
    this.#buffer = new Uint8Array(Math.min(bytes * 2, MAX_READ));
    return TRUNCATED;
  }

  /** Close it. */
  [Symbol.dispose](): void {
    this.#close();
  }
}

const DONE: Answer = { errno: 0, message: null, unanswered: false };

/** In place of the messages of a datagram that was longer than the buffer. */
const TRUNCATED: readonly NetlinkMessage[] = [];

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
