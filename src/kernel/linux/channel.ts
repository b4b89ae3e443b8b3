/**
 * Messages into a thread that never returns to its event loop: JSON datagrams
 * on a socket pair, which it waits for beside its other descriptors.
 *
 * @module
 */

import {
  type Descriptor,
  EAGAIN,
  own,
  SyscallError,
} from "../../../ffi/libc.ts";
import {
  openPair,
  receive,
  send,
  setOption,
  SO_SNDBUF,
  SOL_SOCKET,
} from "../../../ffi/socket.ts";

const MAX_MESSAGE = 1 << 18;

/** The sending end, and the number of the other for the receiver to open. */
export class Channel implements Disposable {
  /** Descriptor of the receiving end. */
  readonly receiverFd: number;
  readonly #sender: Descriptor;

  /** @throws {SyscallError} When the kernel refuses. */
  constructor() {
    const [sender, receiver] = openPair();
    setOption(sender, SOL_SOCKET, SO_SNDBUF, 4 * MAX_MESSAGE);
    this.#sender = sender;
    this.receiverFd = receiver.fd;
  }

  /**
   * Send a message of plain JSON data.
   *
   * @returns False when the receiver has left so many unread that there is no
   *   room for another.
   * @throws {SyscallError} EPIPE when the receiver is gone.
   */
  send(message: unknown): boolean {
    const bytes = new TextEncoder().encode(JSON.stringify(message));
    try {
      send(this.#sender, bytes, null, "send to the core");
      return true;
    } catch (error) {
      if (error instanceof SyscallError && error.errno === EAGAIN) return false;
      throw error;
    }
  }

  /** Close the sending end. */
  [Symbol.dispose](): void {
    this.#sender[Symbol.dispose]();
  }
}

/** The receiving end. */
export class ChannelReceiver implements Disposable {
  /** The descriptor to wait for. */
  readonly fd: number;
  readonly #socket: Descriptor;
  readonly #buffer = new Uint8Array(MAX_MESSAGE);

  /** @param fd {@linkcode Channel.receiverFd}. */
  constructor(fd: number) {
    this.fd = fd;
    this.#socket = own(fd);
  }

  /** Take one message, or undefined when there is none. */
  receive(): unknown {
    const bytes = receive(this.#socket, this.#buffer);
    if (bytes === null || bytes.length === 0) return undefined;
    return JSON.parse(new TextDecoder().decode(bytes));
  }

  /** Close it. */
  [Symbol.dispose](): void {
    this.#socket[Symbol.dispose]();
  }
}
