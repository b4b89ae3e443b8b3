/**
 * Adverts and announcements as the capture keeps them: 16 bytes each, so that
 * 25,000 a second are nothing.
 *
 * @module
 */

/** An IPv4 advert or the announcement of an IPv4 address. */
export interface Frame {
  readonly kind: "advert" | "announcement";
  /** Milliseconds since the epoch, by the kernel that saw it. */
  readonly time: number;
  /** Source of the advert, or the address that is announced. */
  readonly address: string;
  /** Virtual router of an advert; 0 in an announcement. */
  readonly vrid: number;
  /** Priority in an advert; 0 in an announcement. */
  readonly priority: number;
}

/** Bytes of a record: time, address, kind, VRID, priority, nothing. */
export const RECORD = 16;
/** Bytes of an Ethernet frame that have to be captured. */
export const CAPTURED = 64;

const ETHERNET = 14;
const ETHERTYPE_IPV4 = 0x0800;
const ARP_SENDER = ETHERNET + 14;
const ARP_TARGET = ETHERNET + 24;
const ADVERT = 1;
const ANNOUNCEMENT = 2;

/**
 * Write the record of an ARP or VRRP frame.
 *
 * @param frame The memory that the frame is in; it begins at `at`.
 * @param time Milliseconds since the epoch.
 * @param to Where to, from `offset` on.
 * @returns False when the frame is ARP that announces nothing.
 */
export function writeRecord(
  frame: DataView,
  at: number,
  time: number,
  to: DataView,
  offset: number,
): boolean {
  if (frame.getUint16(at + 12) === ETHERTYPE_IPV4) {
    const ip = at + ETHERNET;
    const vrrp = ip + (frame.getUint8(ip) & 0x0f) * 4;
    to.setUint32(offset + 8, frame.getUint32(ip + 12));
    to.setUint8(offset + 12, ADVERT);
    to.setUint8(offset + 13, frame.getUint8(vrrp + 1));
    to.setUint8(offset + 14, frame.getUint8(vrrp + 2));
  } else {
    const address = frame.getUint32(at + ARP_SENDER);
    if (address !== frame.getUint32(at + ARP_TARGET)) return false;
    to.setUint32(offset + 8, address);
    to.setUint8(offset + 12, ANNOUNCEMENT);
    to.setUint16(offset + 13, 0);
  }
  to.setFloat64(offset, time);
  return true;
}

/** Read whole records, as many as there are. */
export function readRecords(bytes: Uint8Array): Frame[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frames: Frame[] = [];
  for (let at = 0; at + RECORD <= bytes.length; at += RECORD) {
    frames.push({
      kind: bytes[at + 12] === ADVERT ? "advert" : "announcement",
      time: view.getFloat64(at),
      address: bytes.subarray(at + 8, at + 12).join("."),
      vrid: view.getUint8(at + 13),
      priority: view.getUint8(at + 14),
    });
  }
  return frames;
}
