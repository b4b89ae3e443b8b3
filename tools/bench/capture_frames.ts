/**
 * Program run on the segment: writes a record of every IPv4 advert and every
 * ARP announcement that reaches an interface to a file, `capture_frames.ts
 * INTERFACE FILE`. Says "capturing" when it does.
 *
 * The kernel filters, stamps and copies the frames into a ring that is mapped
 * here (packet_mmap, TPACKET_V3), and wakes this program for a block of them:
 * at 25,000 a second it has to do with some fifty blocks.
 *
 * @module
 */

import { attachFilter, type Instruction } from "../../ffi/filter.ts";
import type { Descriptor } from "../../ffi/libc.ts";
import {
  AF_PACKET,
  bind,
  openSocket,
  setOption,
  SOCK_RAW,
  sockaddrLl,
} from "../../ffi/socket.ts";
import { CAPTURED, RECORD, writeRecord } from "./frame.ts";

const ETH_P_ALL = 3;
const SOL_PACKET = 263;
const PACKET_RX_RING = 5;
const PACKET_VERSION = 10;
const TPACKET_V3 = 2;

/** 250 of 64 bytes take some 40 KiB: a block is 70 ms of 25,000 a second. */
const BLOCK = 1 << 18;
const BLOCKS = 32;
/** Milliseconds after which a block that is not full is given to us. */
const RETIRE = 20;

/** struct tpacket_block_desc: offsets in it, and who has it. */
const BLOCK_STATUS = 8;
const BLOCK_FRAMES = 12;
const BLOCK_FIRST = 16;
const OF_KERNEL = 0;
const OF_USER = 1;

/** struct tpacket3_hdr: offsets in it. */
const NEXT = 0;
const SECONDS = 4;
const NANOSECONDS = 8;
const STATUS = 20;
const MAC = 24;
/** TP_STATUS_LOSING: there was no room for frames before this one. */
const LOSING = 4;

const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
const POLLIN = 1;

/** Accepts ARP (0x0806), and IPv4 (0x0800) with protocol 112. */
const WANTED: readonly Instruction[] = [
  [0x28, 0, 0, 12],
  [0x15, 3, 0, 0x0806],
  [0x15, 0, 3, 0x0800],
  [0x30, 0, 0, 23],
  [0x15, 0, 1, 112],
  [0x06, 0, 0, CAPTURED],
  [0x06, 0, 0, 0],
];

const { symbols: libc } = Deno.dlopen("libc.so.6", {
  // void *mmap(void *, size_t, int prot, int flags, int fd, off_t)
  mmap: {
    parameters: ["pointer", "usize", "i32", "i32", "i32", "i64"],
    result: "pointer",
  },
  // int poll(struct pollfd *, nfds_t, int timeout)
  poll: { parameters: ["buffer", "u64", "i32"], result: "i32" },
});

function openRing(index: number): { socket: Descriptor; ring: ArrayBuffer } {
  const socket = openSocket(AF_PACKET, SOCK_RAW, 0, "open a packet socket");
  attachFilter(socket, WANTED);
  setOption(socket, SOL_PACKET, PACKET_VERSION, TPACKET_V3);
  // struct tpacket_req3: blocks, frames (which this version has not, but
  // checks), timeout, private bytes, features.
  const frame = 1 << 11;
  const frames = BLOCK / frame * BLOCKS;
  const request = new Uint32Array([BLOCK, BLOCKS, frame, frames, RETIRE, 0, 0]);
  const bytes = new Uint8Array(request.buffer);
  setOption(socket, SOL_PACKET, PACKET_RX_RING, bytes);
  const size = BLOCK * BLOCKS;
  const address = libc.mmap(
    ...[null, BigInt(size), PROT_READ_WRITE] as const,
    ...[MAP_SHARED, socket.fd, 0n] as const,
  );
  if (
    address === null || Deno.UnsafePointer.value(address) === 2n ** 64n - 1n
  ) {
    throw new Error("Cannot map the ring");
  }
  bind(socket, sockaddrLl(index, ETH_P_ALL, new Uint8Array(6)));
  const ring = Deno.UnsafePointerView.getArrayBuffer(address, size);
  return { socket, ring };
}

/** Makes records of blocks and appends them to a file. */
class Writer {
  readonly #ring: DataView;
  readonly #file: Deno.FsFile;
  readonly #records = new Uint8Array(BLOCK);
  readonly #view = new DataView(this.#records.buffer);

  constructor(ring: ArrayBuffer, file: Deno.FsFile) {
    this.#ring = new DataView(ring);
    this.#file = file;
  }

  /** @param block Where it begins in the ring. */
  write(block: number): void {
    const ring = this.#ring;
    const frames = ring.getUint32(block + BLOCK_FRAMES, true);
    let header = block + ring.getUint32(block + BLOCK_FIRST, true);
    let length = 0;
    for (let i = 0; i < frames; i++) {
      if ((ring.getUint32(header + STATUS, true) & LOSING) !== 0) print("lost");
      const time = ring.getUint32(header + SECONDS, true) * 1e3 +
        ring.getUint32(header + NANOSECONDS, true) / 1e6;
      const frame = header + ring.getUint16(header + MAC, true);
      if (writeRecord(ring, frame, time, this.#view, length)) length += RECORD;
      header += ring.getUint32(header + NEXT, true);
    }
    this.#file.writeSync(this.#records.subarray(0, length));
  }
}

function capture(name: string, path: string): never {
  const link = Deno.readTextFileSync(`/sys/class/net/${name}/ifindex`);
  const { socket, ring } = openRing(Number(link));
  const file = Deno.openSync(path, { append: true, create: true });
  const writer = new Writer(ring, file);
  const words = new Int32Array(ring);
  // struct pollfd { int fd; short events, revents; }
  const poll = new Int32Array([socket.fd, POLLIN]);
  print("capturing");
  for (let i = 0;; i = (i + 1) % BLOCKS) {
    const block = i * BLOCK;
    const status = (block + BLOCK_STATUS) / 4;
    // Atomics, because the kernel writes this word after all others.
    while ((Atomics.load(words, status) & OF_USER) === 0) {
      libc.poll(poll, 1n, -1);
    }
    writer.write(block);
    Atomics.store(words, status, OF_KERNEL);
  }
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

if (import.meta.main) capture(Deno.args[0] ?? "", Deno.args[1] ?? "");
