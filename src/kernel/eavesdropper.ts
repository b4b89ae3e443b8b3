/**
 * Hears the adverts on a link as they come from the wire, in front of any
 * firewall and whatever sockets there are.
 *
 * @module
 */

import { attachFilter, type Instruction } from "../../ffi/filter.ts";
import type { Descriptor } from "../../ffi/libc.ts";
import {
  AF_PACKET,
  bind,
  openSocket,
  receive,
  setOption,
  SOCK_DGRAM,
  sockaddrLl,
} from "../../ffi/socket.ts";
import { IPPROTO_VRRP } from "../wire/ipv4.ts";

const SOL_PACKET = 263;
const PACKET_ADD_MEMBERSHIP = 1;
const PACKET_MR_MULTICAST = 0;

/** Where each family has its protocol number, and the MAC of its group. */
const FAMILIES = [
  { etherType: 0x0800, offset: 9, group: [0x01, 0x00, 0x5e, 0, 0, 0x12] },
  { etherType: 0x86dd, offset: 6, group: [0x33, 0x33, 0, 0, 0, 0x12] },
] as const;

const LOAD_BYTE = 0x30; // BPF_LD | BPF_B | BPF_ABS
const JUMP_EQUAL = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
const RETURN = 0x06; // BPF_RET | BPF_K
const WHOLE_PACKET = 0xffff;

const MAX_PACKET = 2048;
const MAX_READS = 256;

/** Takes every packet of protocol 112 that arrives by a link. */
export class Eavesdropper implements Disposable {
  readonly #sockets: readonly Descriptor[];
  readonly #buffer = new Uint8Array(MAX_PACKET);

  /**
   * Listen from now on.
   *
   * @param index Index of the link.
   * @throws {SyscallError} EPERM without CAP_NET_RAW.
   */
  constructor(index: number) {
    using opened = new DisposableStack();
    this.#sockets = FAMILIES.map(({ etherType, offset, group }) => {
      // A datagram socket gives packets without their link header.
      const socket = opened.use(
        openSocket(AF_PACKET, SOCK_DGRAM, 0, "open a packet socket"),
      );
      const filter: Instruction[] = [
        [LOAD_BYTE, 0, 0, offset],
        [JUMP_EQUAL, 0, 1, IPPROTO_VRRP],
        [RETURN, 0, 0, WHOLE_PACKET],
        [RETURN, 0, 0, 0],
      ];
      attachFilter(socket, filter);
      const membership = packetMreq(index, group);
      setOption(socket, SOL_PACKET, PACKET_ADD_MEMBERSHIP, membership);
      bind(socket, sockaddrLl(index, etherType, new Uint8Array(0)));
      return socket;
    });
    opened.move();
  }

  /**
   * Take what has arrived, at most 256 packets of each family.
   *
   * @returns Packets from the first byte of the IP header on.
   * @throws {SyscallError} Such as ENETDOWN.
   */
  receive(): readonly Uint8Array[] {
    return this.#sockets.flatMap((socket) => {
      const packets: Uint8Array[] = [];
      for (let reads = 0; reads < MAX_READS; reads++) {
        const packet = receive(socket, this.#buffer);
        if (packet === null) break;
        packets.push(packet.slice());
      }
      return packets;
    });
  }

  /** Close it. */
  [Symbol.dispose](): void {
    for (const socket of this.#sockets) socket[Symbol.dispose]();
  }
}

/** struct packet_mreq { int ifindex; u16 type, alen; u8 address[8]; } */
function packetMreq(
  index: number,
  group: readonly number[],
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, index, true);
  view.setUint16(4, PACKET_MR_MULTICAST, true);
  view.setUint16(6, group.length, true);
  bytes.set(group, 8);
  return bytes;
}
