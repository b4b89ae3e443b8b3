/**
 * Adverts as a peer would send them, made apart from the product's code.
 *
 * @module
 */

import type { Datagram } from "../../src/kernel/port.ts";

/** An advert and the IP header that it came with. */
export interface Forged {
  /** When it came; default: with the read. */
  readonly at?: number;
  /** Default: 192.0.2.251. */
  readonly source?: string;
  /** Default: 224.0.0.18. */
  readonly destination?: string;
  /** Default: 255. */
  readonly hopLimit?: number;
  /** Default: 3. */
  readonly version?: 2 | 3;
  /** Default: 10. */
  readonly vrid?: number;
  /** Default: 200. */
  readonly priority?: number;
  /** Milliseconds; default: 1000. */
  readonly interval?: number;
  /** Default: 192.0.2.1 and 192.0.2.2. */
  readonly addresses?: readonly string[];
}

/** An advert; its checksum covers the message alone. */
export function forgeAdvert({
  at = Infinity,
  source = "192.0.2.251",
  destination = "224.0.0.18",
  hopLimit = 255,
  version = 3,
  vrid = 10,
  priority = 200,
  interval = 1000,
  addresses = ["192.0.2.1", "192.0.2.2"],
}: Forged = {}): Datagram {
  const [high, low] = version === 2
    ? [0, interval / 1000]
    : [interval / 10 >> 8, interval / 10 & 0xff];
  const bytes = [version << 4 | 1, vrid, priority, addresses.length];
  bytes.push(high, low, 0, 0);
  for (const address of addresses) {
    bytes.push(...address.split(".").map(Number));
  }
  if (version === 2) bytes.push(0, 0, 0, 0, 0, 0, 0, 0);
  let sum = 0;
  for (const [i, byte] of bytes.entries()) sum += i % 2 ? byte : byte << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  bytes[6] = ~sum >> 8 & 0xff;
  bytes[7] = ~sum & 0xff;
  return { at, payload: new Uint8Array(bytes), source, destination, hopLimit };
}
