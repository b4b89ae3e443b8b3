/**
 * Many datagrams received, each with the time when it came, or frames sent, by
 * one call.
 *
 * @module
 */

import { CONTROL_SIZE, stampIn } from "./control_message.ts";
import {
  check,
  type Descriptor,
  EAGAIN,
  EINTR,
  lastErrno,
  libc,
  SyscallError,
} from "./libc.ts";
import { MSG_CTRUNC, MSG_DONTWAIT, MSG_NOSIGNAL, MSG_TRUNC } from "./socket.ts";

// struct mmsghdr { struct msghdr hdr /* 56 bytes */; unsigned int len; }
const MMSGHDR_SIZE = 64;
const NAMELEN_OFFSET = 8;
const IOV_OFFSET = 16;
const IOVLEN_OFFSET = 24;
const CONTROL_OFFSET = 32;
const CONTROLLEN_OFFSET = 40;
const FLAGS_OFFSET = 48;
const LENGTH_OFFSET = 56;
const IOVEC_SIZE = 16;
// struct sockaddr_ll
const NAME_SIZE = 20;

/** Buffers to receive many datagrams by one call. */
export class Batch {
  readonly #slots: readonly Uint8Array<ArrayBuffer>[];
  /** The part of each slot that was filled last: views are not made anew. */
  readonly #filled: Uint8Array<ArrayBuffer>[];
  readonly #headers: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  // The kernel reads and writes both by the pointers in #headers.
  readonly #iovecs: Uint8Array<ArrayBuffer>;
  readonly #controls: DataView<ArrayBuffer>;
  #count = 0;

  /**
   * @param count Most datagrams by one call.
   * @param size Longest datagram in bytes; a longer one is marked as such.
   */
  constructor(count: number, size: number) {
    this.#slots = Array.from({ length: count }, () => new Uint8Array(size));
    this.#filled = [...this.#slots];
    this.#headers = new Uint8Array(count * MMSGHDR_SIZE);
    this.#view = new DataView(this.#headers.buffer);
    this.#iovecs = new Uint8Array(count * IOVEC_SIZE);
    const controls = new Uint8Array(count * CONTROL_SIZE);
    this.#controls = new DataView(controls.buffer);
    const iovecs = new DataView(this.#iovecs.buffer);
    const base = addressOf(this.#iovecs);
    const control = addressOf(controls);
    for (const [i, slot] of this.#slots.entries()) {
      iovecs.setBigUint64(i * IOVEC_SIZE, addressOf(slot), true);
      iovecs.setBigUint64(i * IOVEC_SIZE + 8, BigInt(size), true);
      this.#set(i, IOV_OFFSET, base + BigInt(i * IOVEC_SIZE));
      this.#set(i, IOVLEN_OFFSET, 1n);
      this.#set(i, CONTROL_OFFSET, control + BigInt(i * CONTROL_SIZE));
      this.#set(i, CONTROLLEN_OFFSET, BigInt(CONTROL_SIZE));
    }
  }

  #set(slot: number, offset: number, value: bigint): void {
    this.#view.setBigUint64(slot * MMSGHDR_SIZE + offset, value, true);
  }

  /**
   * Receive what is there; what was received before is lost.
   *
   * @returns How many datagrams; 0 when there is none.
   * @throws {SyscallError} When the kernel refuses, such as ENETDOWN.
   */
  receive(socket: Descriptor): number {
    // The kernel has written there how much of the room it used.
    for (let i = 0; i < this.#count; i++) {
      this.#view.setUint32(
        i * MMSGHDR_SIZE + CONTROLLEN_OFFSET,
        CONTROL_SIZE,
        true,
      );
    }
    const count = libc.recvmmsg(
      socket.fd,
      this.#headers,
      this.#slots.length,
      MSG_DONTWAIT,
      null,
    );
    this.#count = Math.max(0, count);
    if (count >= 0) return count;
    const errno = lastErrno();
    if (errno === EAGAIN || errno === EINTR) return 0;
    throw new SyscallError("receive", errno);
  }

  /**
   * One of the datagrams received.
   *
   * @param i From 0.
   * @returns Its bytes, valid until the next call, or null when it was longer
   *   than a buffer.
   */
  bytes(i: number): Uint8Array<ArrayBuffer> | null {
    if ((this.#flags(i) & MSG_TRUNC) !== 0) return null;
    const length = this.#view.getUint32(i * MMSGHDR_SIZE + LENGTH_OFFSET, true);
    const last = this.#filled[i];
    if (last?.length === length) return last;
    const filled = this.#slots[i]?.subarray(0, length) ?? null;
    if (filled !== null) this.#filled[i] = filled;
    return filled;
  }

  /**
   * When the kernel got one of the datagrams received: see
   * {@linkcode stampIn}. Null where it does not say, which it does on sockets
   * with SO_TIMESTAMPNS.
   */
  stamp(i: number): number | null {
    if ((this.#flags(i) & MSG_CTRUNC) !== 0) return null;
    const header = i * MMSGHDR_SIZE;
    const length = this.#view.getUint32(header + CONTROLLEN_OFFSET, true);
    return stampIn(this.#controls, i * CONTROL_SIZE, length);
  }

  #flags(i: number): number {
    return this.#view.getInt32(i * MMSGHDR_SIZE + FLAGS_OFFSET, true);
  }
}

/** A frame and where it goes. */
export interface Outgoing {
  /** From the destination's MAC address on. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** `struct sockaddr_ll`. */
  readonly to: Uint8Array<ArrayBuffer>;
}

/** Room to send many frames by one call. */
export class OutBatch {
  readonly #count: number;
  readonly #size: number;
  readonly #headers: Uint8Array<ArrayBuffer>;
  // The kernel reads them by the pointers in #headers.
  readonly #iovecs: Uint8Array<ArrayBuffer>;
  readonly #lengths: DataView;
  readonly #slots: Uint8Array<ArrayBuffer>;
  readonly #names: Uint8Array<ArrayBuffer>;

  /**
   * @param count Most frames by one call.
   * @param size Longest frame in bytes.
   */
  constructor(count: number, size: number) {
    this.#count = count;
    this.#size = size;
    this.#headers = new Uint8Array(count * MMSGHDR_SIZE);
    this.#iovecs = new Uint8Array(count * IOVEC_SIZE);
    this.#lengths = new DataView(this.#iovecs.buffer);
    this.#slots = new Uint8Array(count * size);
    this.#names = new Uint8Array(count * NAME_SIZE);
    const headers = new DataView(this.#headers.buffer);
    const [iovecs, slots, names] = [
      addressOf(this.#iovecs),
      addressOf(this.#slots),
      addressOf(this.#names),
    ];
    for (let i = 0; i < count; i++) {
      const header = i * MMSGHDR_SIZE;
      const iovec = iovecs + BigInt(i * IOVEC_SIZE);
      headers.setBigUint64(header, names + BigInt(i * NAME_SIZE), true);
      headers.setUint32(header + NAMELEN_OFFSET, NAME_SIZE, true);
      headers.setBigUint64(header + IOV_OFFSET, iovec, true);
      headers.setBigUint64(header + IOVLEN_OFFSET, 1n, true);
      const slot = slots + BigInt(i * size);
      this.#lengths.setBigUint64(i * IOVEC_SIZE, slot, true);
    }
  }

  /**
   * Send the first frames of a list.
   *
   * @param frames None longer than a slot.
   * @returns How many were sent, at least one.
   * @throws {SyscallError} When the kernel refuses the first.
   */
  send(
    socket: Descriptor,
    frames: readonly Outgoing[],
    operation: string,
  ): number {
    const count = Math.min(frames.length, this.#count);
    for (let i = 0; i < count; i++) this.#fill(i, frames[i]);
    return check(
      libc.sendmmsg(
        socket.fd,
        this.#headers,
        count,
        MSG_NOSIGNAL,
      ),
      operation,
    );
  }

  #fill(i: number, frame: Outgoing | undefined): void {
    if (frame === undefined) return;
    const { bytes, to } = frame;
    if (bytes.length > this.#size) {
      throw new RangeError(
        `Cannot send a frame of ${bytes.length} bytes: must be at most ${this.#size}`,
      );
    }
    this.#slots.set(bytes, i * this.#size);
    this.#names.set(to, i * NAME_SIZE);
    // Only its lower half is ever used.
    this.#lengths.setUint32(i * IOVEC_SIZE + 8, bytes.length, true);
  }
}

function addressOf(bytes: Uint8Array<ArrayBuffer>): bigint {
  return Deno.UnsafePointer.value(Deno.UnsafePointer.of(bytes));
}
