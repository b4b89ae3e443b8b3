/**
 * What an advert that is not used says, beside what is configured here: the
 * two values that an operator has to make the same. Never a password. Pure.
 *
 * @module
 */

import type { InstanceSettings } from "../../config/settings/instance.ts";
import type { Datagram } from "../../kernel/port.ts";
import { VRRP_GROUP_IPV4 } from "../../wire/address.ts";
import type { DropReason } from "../../wire/drop_reason.ts";
import { VRRP_TTL } from "../../wire/ipv4.ts";
import { advertHeader } from "../../wire/vrrp.ts";

/** Two values that differ, as people read them. */
export interface Mismatch {
  /** What the advert says. */
  readonly received: string;
  /** What is configured. */
  readonly here: string;
}

/**
 * Compare a datagram that was dropped with the settings.
 *
 * @returns Null for a reason that no two values explain.
 */
export function mismatchOf(
  reason: DropReason,
  { payload, source, destination, hopLimit }: Datagram,
  settings: InstanceSettings,
): Mismatch | null {
  const header = advertHeader(payload);
  const { unicastPeers: peers, version, password } = settings;
  const own = peers.map(({ address }) => address).join(", ");
  switch (reason) {
    case "version":
      return { received: `${header.version}`, here: `${version}` };
    case "interval":
      return {
        received: `${header.interval} ms`,
        here: `${settings.advertInterval} ms`,
      };
    case "auth_type":
      return {
        received: AUTH_TYPES[header.authType] ?? `type ${header.authType}`,
        here: password === null ? "none" : "pass",
      };
    case "hop_limit": {
      const peer = peers.find(({ address }) => address === source);
      const least = peer?.minTtl ?? VRRP_TTL;
      return { received: `${hopLimit}`, here: `at least ${least}` };
    }
    case "destination":
      return {
        received: `to ${destination}`,
        here: peers.length === 0 ? `to ${VRRP_GROUP_IPV4}` : "to one host",
      };
    case "unknown_peer":
      return { received: source, here: own };
    default:
      return null;
  }
}

/** Names of `auth_type` by their number (RFC 2338 §5.3.6). */
const AUTH_TYPES: Readonly<Record<number, string>> = { 0: "none", 1: "pass" };
