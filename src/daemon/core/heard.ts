/**
 * What an instance makes of a datagram of its virtual router. Masters say the
 * same again and again: what the last one said is remembered with what came of
 * it, and only bytes are compared. Pure.
 *
 * @module
 */

import type { Datagram } from "../../kernel/port.ts";
import type { DropReason } from "../../wire/drop_reason.ts";
import { VRRP_TTL } from "../../wire/ipv4.ts";
import {
  type Advert,
  parseAdvert,
  type ReceivedAdvert,
  sameAddresses,
} from "../../wire/vrrp.ts";
import type { Instance } from "./instance.ts";

/** An advert that was accepted, and the datagram that it came in. */
export interface Heard extends ReceivedAdvert {
  /** The VRRP message, for good. */
  readonly payload: Uint8Array;
  /** Source address. */
  readonly source: string;
  /** Destination address. */
  readonly destination: string;
  /** TTL or hop limit on arrival. */
  readonly hopLimit: number;
  /** Whether it advertises what this instance does, in whatever order. */
  readonly isAlike: boolean;
}

/** What a datagram is judged by: valid for as long as these are the same. */
export type Judge = Pick<Instance, "settings" | "advertised">;

/**
 * Judge a datagram, the sender of which can be a host.
 *
 * @param last What was accepted last by this judge, or null.
 * @returns `last` itself when it was the same datagram.
 */
export function judge(
  { settings, advertised }: Judge,
  last: Heard | null,
  datagram: Datagram,
): Heard | DropReason {
  if (last !== null && isRepeated(last, datagram)) return last;
  const { payload, source, destination, hopLimit } = datagram;
  const { unicastPeers } = settings;
  const multicast = unicastPeers.length === 0;
  const peer = unicastPeers.find(({ address }) => address === source);
  if (!multicast && peer === undefined) return "unknown_peer";
  const received = parseAdvert(payload, datagram, {
    family: settings.family,
    version: settings.version,
    multicast,
    minHopLimit: peer?.minTtl ?? VRRP_TTL,
    mayBeEmpty: settings.virtualIps.length === 0,
    password: settings.password,
    interval: settings.advertInterval,
    checksum: settings.checksum,
  });
  if (typeof received === "string") return received;
  return {
    ...received,
    payload: payload.slice(),
    ...{ source, destination, hopLimit },
    isAlike: isAlike(advertised, received.advert),
  };
}

/**
 * Whether a datagram says what another one did. All bytes are looked at: the
 * time that it takes must not tell how much of a password was right.
 */
function isRepeated(last: Heard, datagram: Datagram): boolean {
  const { payload, source, destination, hopLimit } = datagram;
  const { payload: known } = last;
  if (
    source !== last.source || destination !== last.destination ||
    hopLimit !== last.hopLimit || payload.length !== known.length
  ) return false;
  let difference = 0;
  for (let i = 0; i < payload.length; i++) {
    difference |= (payload[i] ?? 0) ^ (known[i] ?? 0);
  }
  return difference === 0;
}

function isAlike(own: readonly string[], { addresses }: Advert): boolean {
  const isSame = own.length === addresses.length &&
    own.every((address, i) => address === addresses[i]);
  return isSame || sameAddresses(own, addresses);
}
