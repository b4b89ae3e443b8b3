/**
 * ARP for IPv4 over Ethernet (RFC 826), as whole frames.
 *
 * @module
 */

import { formatIp, formatMac, ipBytes } from "./address.ts";

/** EtherType of ARP. */
export const ETH_P_ARP = 0x0806;
/** ARP operation: who has this address. */
export const ARPOP_REQUEST = 1;
/** ARP operation: this address is at. */
export const ARPOP_REPLY = 2;

const ARPHRD_ETHER = 1;
const ETH_P_IP = 0x0800;

const ETHERNET_DESTINATION = 0;
const ETHERNET_SOURCE = 6;
const ETHERTYPE = 12;
const HARDWARE_TYPE = 14;
const PROTOCOL_TYPE = 16;
const HARDWARE_LENGTH = 18;
const PROTOCOL_LENGTH = 19;
const OPERATION = 20;
const SENDER_MAC = 22;
const SENDER_ADDRESS = 28;
const TARGET_MAC = 32;
const TARGET_ADDRESS = 38;
const FRAME_LENGTH = 42;

/** What an ARP frame says. */
export interface ArpPacket {
  /** {@linkcode ARPOP_REQUEST}, {@linkcode ARPOP_REPLY} or another number. */
  readonly operation: number;
  /** MAC address of the sender, lower case with colons. */
  readonly senderMac: string;
  /** IPv4 address of the sender, canonical text. */
  readonly senderAddress: string;
  /** MAC address of the target, lower case with colons. */
  readonly targetMac: string;
  /** IPv4 address of the target, canonical text. */
  readonly targetAddress: string;
}

/**
 * Write a gratuitous ARP: a broadcast request in which sender and target are
 * the virtual address, so that hosts and switches learn its new place
 * (RFC 9568 §6.4.1; RFC 5227 §3 on why a request).
 *
 * @param mac MAC address that answers for the address, 6 bytes.
 * @param address IPv4 address in canonical text.
 * @returns The Ethernet frame, 42 bytes; the driver pads it.
 */
export function gratuitousArp(
  mac: Uint8Array,
  address: string,
): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(FRAME_LENGTH);
  const view = new DataView(frame.buffer);
  const ip = ipBytes(address);
  frame.fill(0xff, ETHERNET_DESTINATION, ETHERNET_SOURCE);
  frame.set(mac, ETHERNET_SOURCE);
  view.setUint16(ETHERTYPE, ETH_P_ARP);
  view.setUint16(HARDWARE_TYPE, ARPHRD_ETHER);
  view.setUint16(PROTOCOL_TYPE, ETH_P_IP);
  view.setUint8(HARDWARE_LENGTH, 6);
  view.setUint8(PROTOCOL_LENGTH, 4);
  view.setUint16(OPERATION, ARPOP_REQUEST);
  frame.set(mac, SENDER_MAC);
  frame.set(ip, SENDER_ADDRESS);
  frame.fill(0xff, TARGET_MAC, TARGET_ADDRESS);
  frame.set(ip, TARGET_ADDRESS);
  return frame;
}

/**
 * Read an ARP frame; padding behind it is ignored.
 *
 * @returns The packet, or null when the frame is no ARP for IPv4 over Ethernet.
 */
export function parseArp(frame: Uint8Array): ArpPacket | null {
  if (frame.length < FRAME_LENGTH) return null;
  const view = new DataView(
    frame.buffer,
    frame.byteOffset,
    frame.byteLength,
  );
  if (
    view.getUint16(ETHERTYPE) !== ETH_P_ARP ||
    view.getUint16(HARDWARE_TYPE) !== ARPHRD_ETHER ||
    view.getUint16(PROTOCOL_TYPE) !== ETH_P_IP ||
    view.getUint8(HARDWARE_LENGTH) !== 6 ||
    view.getUint8(PROTOCOL_LENGTH) !== 4
  ) return null;
  return {
    operation: view.getUint16(OPERATION),
    senderMac: formatMac(frame.subarray(SENDER_MAC, SENDER_ADDRESS)),
    senderAddress: formatIp(frame.subarray(SENDER_ADDRESS, TARGET_MAC)),
    targetMac: formatMac(frame.subarray(TARGET_MAC, TARGET_ADDRESS)),
    targetAddress: formatIp(frame.subarray(TARGET_ADDRESS, FRAME_LENGTH)),
  };
}
