/**
 * Hand-made VRRP datagrams, right and wrong, from a host of the lab. Built
 * without alived's own codecs, so that both are not wrong together.
 *
 * @module
 */

import type { Injection } from "./inject.ts";
import type { Host } from "./lab.ts";
import { VIP } from "./router.ts";

/** An advert and what is to be wrong with it. */
export interface ForgedAdvert {
  /** Source address. */
  readonly source: string;
  /** 255 unless told. */
  readonly ttl?: number;
  /** 224.0.0.18 unless told. */
  readonly destination?: string;
  /** 2 unless told. */
  readonly version?: number;
  /** 1, the only one there is, unless told. */
  readonly type?: number;
  /** 51 unless told. */
  readonly vrid?: number;
  /** 200 unless told. */
  readonly priority?: number;
  /** Seconds in v2, centiseconds in v3; 1 or 100 unless told. */
  readonly interval?: number;
  /** `192.0.2.100` unless told. */
  readonly addresses?: readonly string[];
  /** VRRPv2 password; none unless told. */
  readonly password?: string;
  /** Added to the right checksum; 0 unless told. */
  readonly checksumError?: number;
  /** Bytes of VRRP to send: the rest is cut off, or zeros are added. */
  readonly length?: number;
}

function quad(address: string): number[] {
  return address.split(".").map(Number);
}

/** The Internet checksum (RFC 1071) of an even number of bytes. */
function checksum(bytes: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) {
    sum += (bytes[i] ?? 0) * 256 + (bytes[i + 1] ?? 0);
  }
  while (sum > 0xffff) sum = Math.floor(sum / 65_536) + sum % 65_536;
  return 0xffff - sum;
}

/** The datagram in hex, with its IP header; v3 has the pseudo-header form. */
export function forge(advert: ForgedAdvert): string {
  const { source, ttl = 255, destination = "224.0.0.18", type = 1 } = advert;
  const { version = 2, vrid = 51, priority = 200 } = advert;
  const { addresses = [VIP], password, checksumError = 0 } = advert;
  const { interval = version === 3 ? 100 : 1 } = advert;
  const secret = [...new TextEncoder().encode(password ?? "")].slice(0, 8);
  const message = [
    ...[version * 16 + type, vrid, priority, addresses.length],
    ...version === 3
      ? [Math.floor(interval / 256), interval % 256]
      : [password === undefined ? 0 : 1, interval],
    ...[0, 0],
    ...addresses.flatMap(quad),
    ...version === 3
      ? []
      : [...secret, ...new Array(8 - secret.length).fill(0)],
  ];
  const pseudo = [...quad(source), ...quad(destination)];
  const sum = (checksum(
    version === 3
      ? [...pseudo, 0, 112, 0, message.length, ...message]
      : message,
  ) + checksumError) % 65_536;
  message.splice(6, 2, Math.floor(sum / 256), sum % 256);
  const { length = message.length } = advert;
  const cut = Array.from({ length }, (_, i) => message[i] ?? 0);
  const header = [0x45, 0xc0, 0, 0, 0, 0, 0, 0, ttl, 112, 0, 0, ...pseudo];
  return [...header, ...cut]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Send adverts from a host's `eth0` in turn and wait until all are sent.
 *
 * @param count How many to send in all; each once unless told.
 * @param rate How many a second; as fast as it goes unless told.
 */
export async function send(
  host: Host,
  adverts: readonly ForgedAdvert[],
  { count = adverts.length, rate = 0 }: {
    readonly count?: number;
    readonly rate?: number;
  } = {},
): Promise<void> {
  const injection: Injection = { datagrams: adverts.map(forge), count, rate };
  const script = new URL("inject.ts", import.meta.url).pathname;
  await host.exec(
    ...[Deno.execPath(), "run", "-A", "--no-prompt", script],
    JSON.stringify(injection),
  );
}
