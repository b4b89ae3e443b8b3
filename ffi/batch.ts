/**
 * Many datagrams received by one call.
 *
 * @module
 */

import {
  type Descriptor,
  EAGAIN,
  EINTR,
  lastErrno,
  libc,
  SyscallError,
} from "./libc.ts";
import { MSG_DONTWAIT, MSG_TRUNC } from "./socket.ts";

// struct mmsghdr { struct msghdr hdr /* 56 bytes */; unsigned int len; }
const MMSGHDR_SIZE = 64;
const IOV_OFFSET = 16;
const IOVLEN_OFFSET = 24;
const FLAGS_OFFSET = 48;
const LENGTH_OFFSET = 56;
const IOVEC_SIZE = 16;

/** Buffers to receive many datagrams by one call. */
export class Batch {
  readonly #slots: readonly Uint8Array<ArrayBuffer>[];
  readonly #headers: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  // The kernel reads it by the pointers in #headers.
  readonly #iovecs: Uint8Array<ArrayBuffer>;

  /**
   * @param count Most datagrams by one call.
   * @param size Longest datagram in bytes; a longer one is marked as such.
   */
  constructor(count: number, size: number) {
    this.#slots = Array.from({ length: count }, () => new Uint8Array(size));
    this.#headers = new Uint8Array(count * MMSGHDR_SIZE);
    this.#view = new DataView(this.#headers.buffer);
    this.#iovecs = new Uint8Array(count * IOVEC_SIZE);
    const iovecs = new DataView(this.#iovecs.buffer);
    const base = addressOf(this.#iovecs);
    for (const [i, slot] of this.#slots.entries()) {
      iovecs.setBigUint64(i * IOVEC_SIZE, addressOf(slot), true);
      iovecs.setBigUint64(i * IOVEC_SIZE + 8, BigInt(size), true);
      const header = i * MMSGHDR_SIZE;
      const iovec = base + BigInt(i * IOVEC_SIZE);
      this.#view.setBigUint64(header + IOV_OFFSET, iovec, true);
      this.#view.setBigUint64(header + IOVLEN_OFFSET, 1n, true);
    }
  }

  /**
   * Receive what is there.
   *
   * @returns The datagrams, valid until the next call; null stands for one
   *   that was longer than a buffer. Empty when there is none.
   * @throws {SyscallError} When the kernel refuses, such as ENETDOWN.
   */
  receive(socket: Descriptor): readonly (Uint8Array<ArrayBuffer> | null)[] {
    const count = libc.recvmmsg(
      socket.fd,
      this.#headers,
      this.#slots.length,
      MSG_DONTWAIT,
      null,
    );
    if (count < 0) {
      const errno = lastErrno();
      if (errno === EAGAIN || errno === EINTR) return [];
      throw new SyscallError("receive", errno);
    }
    return this.#slots.slice(0, count).map((slot, i) => {
      const header = i * MMSGHDR_SIZE;
      const flags = this.#view.getInt32(header + FLAGS_OFFSET, true);
      if ((flags & MSG_TRUNC) !== 0) return null;
      const length = this.#view.getUint32(header + LENGTH_OFFSET, true);
      return slot.subarray(0, length);
    });
  }
}

function addressOf(bytes: Uint8Array<ArrayBuffer>): bigint {
  return Deno.UnsafePointer.value(Deno.UnsafePointer.of(bytes));
}
