/**
 * Program run inside a host: sends Ethernet frames from `eth0`, whatever they
 * are. Takes one JSON argument, a `Volley`.
 *
 * @module
 */

import {
  type Descriptor,
  EAGAIN,
  ENOBUFS,
  SyscallError,
} from "../../ffi/libc.ts";
import {
  AF_PACKET,
  openSocket,
  send,
  SOCK_RAW,
  sockaddrLl,
} from "../../ffi/socket.ts";
import { sleep } from "./wait.ts";

/** What to send. */
export interface Volley {
  /** File of frames, each behind its length in two bytes, the higher first. */
  readonly file: string;
  /** Index of `eth0`. */
  readonly index: number;
  /** How many to send in all, the same ones again and again. */
  readonly count: number;
  /** How many a second. */
  readonly rate: number;
}

function framesOf(file: string): Uint8Array<ArrayBuffer>[] {
  const bytes = Deno.readFileSync(file);
  const view = new DataView(bytes.buffer);
  const frames: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 2 + view.getUint16(at);
    frames.push(bytes.slice(at + 2, end));
    at = end;
  }
  return frames;
}

/**
 * @returns Whether there was room for the frame.
 * @throws {SyscallError} When it can never be sent: the test is wrong.
 */
function trySend(
  socket: Descriptor,
  frame: Uint8Array<ArrayBuffer>,
  to: Uint8Array<ArrayBuffer>,
): boolean {
  try {
    send(socket, frame, to, "send a frame");
    return true;
  } catch (error) {
    const isFull = error instanceof SyscallError &&
      (error.errno === EAGAIN || error.errno === ENOBUFS);
    if (!isFull) throw error;
    return false;
  }
}

async function sendAll({ file, index, count, rate }: Volley): Promise<void> {
  using socket = openSocket(AF_PACKET, SOCK_RAW, 0, "open a packet socket");
  // Where each goes is in the frame itself.
  const to = sockaddrLl(index, 0, new Uint8Array(6));
  const frames = framesOf(file);
  const start = performance.now();
  for (let sent = 0; sent < count;) {
    const frame = frames[sent % frames.length] ?? new Uint8Array();
    if (trySend(socket, frame, to)) sent++;
    else await sleep(1);
    const ahead = sent * 1_000 / rate - (performance.now() - start);
    if (ahead > 1) await sleep(ahead);
  }
}

if (import.meta.main) await sendAll(JSON.parse(Deno.args[0] ?? ""));
