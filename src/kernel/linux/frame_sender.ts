/**
 * Sends Ethernet frames out by any link: gratuitous ARP and unsolicited
 * neighbour advertisements.
 *
 * @module
 */

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
  send,
  SOCK_RAW,
  sockaddrLl,
} from "../../../ffi/socket.ts";
import type { Failure } from "../port.ts";
import { refusal } from "./failure.ts";

// Read from the frame, which begins with the destination.
const MAC_LENGTH = 6;
const ETHERTYPE = 12;
/** What a link or a full queue is to blame for, and not the socket. */
const OF_THE_LINK: ReadonlySet<number> = new Set([
  ...[EAGAIN, EMSGSIZE, ENETDOWN, ENOBUFS, ENODEV, ENXIO],
]);

/** A socket for all links, opened when there is something to send. */
export class FrameSender implements Disposable {
  #socket: Descriptor | null = null;

  /**
   * Send one frame.
   *
   * @param index Index of the link.
   * @param frame From the destination's MAC address on.
   */
  send(index: number, frame: Uint8Array<ArrayBuffer>): Failure | null {
    const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
    const mac = frame.subarray(0, MAC_LENGTH);
    const to = sockaddrLl(index, view.getUint16(ETHERTYPE), mac);
    const failure = refusal(() => {
      // Protocol 0: this socket receives nothing.
      this.#socket ??= openSocket(
        ...[AF_PACKET, SOCK_RAW, 0, "open a packet socket"] as const,
      );
      send(this.#socket, frame, to, "send a frame");
    });
    if (failure !== null && !OF_THE_LINK.has(failure.errno)) {
      this[Symbol.dispose]();
    }
    return failure;
  }

  /** Close it; the next frame opens another. */
  [Symbol.dispose](): void {
    this.#socket?.[Symbol.dispose]();
    this.#socket = null;
  }
}
