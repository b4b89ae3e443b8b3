/**
 * Messages into a thread that never returns to its event loop: JSON on a socket
 * pair, which it waits for beside its other descriptors. What is too long for a
 * datagram goes in a memory file that the datagram names.
 *
 * @module
 */

import {
  type Descriptor,
  EAGAIN,
  EMFILE,
  EMSGSIZE,
  ENFILE,
  ENOBUFS,
  ENOMEM,
  own,
  SyscallError,
} from "../../../ffi/libc.ts";
import { openMemoryFile, readMemoryFile } from "../../../ffi/memory_file.ts";
import {
  openPair,
  receiveWhole,
  send,
  setBuffer,
} from "../../../ffi/socket.ts";
import type { MessageSource } from "../port.ts";

/** The first byte of a datagram: the message follows. */
const INLINE = 0;
/** The first byte of a datagram: what follows says where the message is. */
const IN_FILE = 1;
/** Longest message in a datagram. */
const MAX_INLINE = 128 << 10;
// u8 kind, u32 descriptor, u32 length; little endian.
const REFERENCE_SIZE = 9;
/** Room for some long messages, with what the kernel keeps about each. */
const QUEUE = 4 * MAX_INLINE;
/** What ends by itself. */
const FOR_NOW: ReadonlySet<number> = new Set([
  ...[EAGAIN, EMFILE, ENFILE, ENOBUFS, ENOMEM],
]);

/** The sending end, and the number of the other for the receiver to open. */
export class Channel implements Disposable {
  /** Descriptor of the receiving end. */
  readonly receiverFd: number;
  readonly #sender: Descriptor;

  /**
   * @param queue Bytes that the kernel queues; longer messages go in files.
   * @throws {SyscallError} When the kernel refuses.
   */
  constructor(queue: number = QUEUE) {
    const [sender, receiver] = openPair();
    setBuffer(sender, "send", queue);
    this.#sender = sender;
    this.receiverFd = receiver.fd;
  }

  /**
   * Send a message of plain JSON data, of any size.
   *
   * @returns False when there is no room for it now: the receiver has left too
   *   many unread, or the process is out of descriptors or memory.
   * @throws {SyscallError} EPIPE when the receiver is gone.
   */
  send(message: unknown): boolean {
    const bytes = new TextEncoder().encode(`\0${JSON.stringify(message)}`);
    try {
      if (bytes.length > MAX_INLINE || !this.#sendInline(bytes)) {
        this.#sendInFile(bytes.subarray(1));
      }
      return true;
    } catch (error) {
      if (error instanceof SyscallError && FOR_NOW.has(error.errno)) {
        return false;
      }
      throw error;
    }
  }

  /** @returns False when the system lets a datagram be no longer. */
  #sendInline(bytes: Uint8Array<ArrayBuffer>): boolean {
    bytes[0] = INLINE;
    try {
      send(this.#sender, bytes, null, "send to the core");
      return true;
    } catch (error) {
      if (error instanceof SyscallError && error.errno === EMSGSIZE) {
        return false;
      }
      throw error;
    }
  }

  /** The receiver closes the file, unless it never hears of it. */
  #sendInFile(bytes: Uint8Array<ArrayBuffer>): void {
    using opened = new DisposableStack();
    const file = opened.use(openMemoryFile("message", bytes));
    const reference = new Uint8Array(REFERENCE_SIZE);
    const view = new DataView(reference.buffer);
    view.setUint8(0, IN_FILE);
    view.setUint32(1, file.fd, true);
    view.setUint32(5, bytes.length, true);
    send(this.#sender, reference, null, "send to the core");
    opened.move();
  }

  /** Close the sending end. */
  [Symbol.dispose](): void {
    this.#sender[Symbol.dispose]();
  }
}

/** The receiving end. */
export class ChannelReceiver implements MessageSource, Disposable {
  /** The descriptor to wait for. */
  readonly id: number;
  readonly #socket: Descriptor;
  readonly #ended: () => void;
  readonly #buffer = new Uint8Array(MAX_INLINE);
  #open = true;

  /**
   * @param fd {@linkcode Channel.receiverFd}.
   * @param ended Called once when there is nobody who could send any more: the
   *   descriptor stays readable from then on.
   */
  constructor(fd: number, ended: () => void = () => {}) {
    this.id = fd;
    this.#socket = own(fd);
    this.#ended = ended;
  }

  /**
   * Take one message, or undefined when there is none.
   *
   * @throws {TypeError} When the datagram is none of {@linkcode Channel}'s.
   */
  receive(): unknown {
    const bytes = receiveWhole(this.#socket, this.#buffer);
    if (bytes === null) return undefined;
    if (typeof bytes === "number") {
      throw new TypeError(`A message of ${bytes} bytes is too long`);
    }
    if (bytes.length === 0) {
      if (this.#open) this.#ended();
      this.#open = false;
      return undefined;
    }
    const text = bytes[0] === INLINE ? bytes.subarray(1) : fileOf(bytes);
    return JSON.parse(new TextDecoder().decode(text));
  }

  /** Close it. */
  [Symbol.dispose](): void {
    this.#socket[Symbol.dispose]();
  }
}

/** Read the file that a datagram names, and close it. */
function fileOf(reference: Uint8Array<ArrayBuffer>): Uint8Array {
  if (reference[0] !== IN_FILE || reference.length !== REFERENCE_SIZE) {
    throw new TypeError("A message is of no known kind");
  }
  const view = new DataView(reference.buffer);
  using file = own(view.getUint32(1, true));
  return readMemoryFile(file, view.getUint32(5, true));
}
