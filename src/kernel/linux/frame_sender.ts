/**
 * Sends Ethernet frames out by any link: gratuitous ARP and unsolicited
 * neighbour advertisements.
 *
 * @module
 */

import { OutBatch, type Outgoing } from "../../../ffi/batch.ts";
import {
  type Descriptor,
  EAGAIN,
  EMSGSIZE,
  ENETDOWN,
  ENOBUFS,
  ENODEV,
  ENXIO,
} from "../../../ffi/libc.ts";
import {
  AF_PACKET,
  openSocket,
  SOCK_RAW,
  sockaddrLl,
} from "../../../ffi/socket.ts";
import { Failure, type LinkFrame } from "../port.ts";
import { orFailure } from "./failure.ts";

// Read from the frame, which begins with the destination.
const MAC_LENGTH = 6;
const ETHERTYPE = 12;
/** Frames by one call. */
const BATCH = 64;
/** A neighbour advertisement has 86 bytes. */
const LONGEST = 128;
/** What a link or a full queue is to blame for, and not the socket. */
const OF_THE_LINK: ReadonlySet<number> = new Set([
  ...[EAGAIN, EMSGSIZE, ENETDOWN, ENOBUFS, ENODEV, ENXIO],
]);

/** A socket for all links, opened when there is something to send. */
export class FrameSender implements Disposable {
  readonly #batch = new OutBatch(BATCH, LONGEST);
  #socket: Descriptor | null = null;

  /**
   * Send frames in order; one that is refused does not keep back the others.
   *
   * @param frames Each of at most 128 bytes.
   * @returns For each null or why it was not sent.
   */
  send(frames: readonly LinkFrame[]): readonly (Failure | null)[] {
    const outgoing = frames.map(addressed);
    const results: (Failure | null)[] = [];
    while (results.length < frames.length) {
      const { length } = results;
      const sent = this.#sendSome(outgoing.slice(length, length + BATCH));
      if (sent instanceof Failure) results.push(sent);
      else for (let i = 0; i < sent; i++) results.push(null);
    }
    return results;
  }

  /** @returns How many were sent, or why the first was not. */
  #sendSome(frames: readonly Outgoing[]): number | Failure {
    const sent = orFailure(() => {
      // Protocol 0: this socket receives nothing.
      this.#socket ??= openSocket(
        ...[AF_PACKET, SOCK_RAW, 0, "open a packet socket"] as const,
      );
      return this.#batch.send(this.#socket, frames, "send a frame");
    });
    if (sent instanceof Failure && !OF_THE_LINK.has(sent.errno)) {
      this[Symbol.dispose]();
    }
    return sent;
  }

  /** Close it; the next frame opens another. */
  [Symbol.dispose](): void {
    this.#socket?.[Symbol.dispose]();
    this.#socket = null;
  }
}

function addressed({ index, bytes }: LinkFrame): Outgoing {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const mac = bytes.subarray(0, MAC_LENGTH);
  return { bytes, to: sockaddrLl(index, view.getUint16(ETHERTYPE), mac) };
}
