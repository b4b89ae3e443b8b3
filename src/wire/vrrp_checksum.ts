/**
 * The two forms of the VRRP checksum. RFC 5798 put a pseudo-header into that
 * of VRRPv3 for IPv4, RFC 9568 took it out again, and both are in use.
 *
 * @module
 */

import type { Family } from "./address.ts";
import { internetChecksum, pseudoHeaderSum } from "./checksum.ts";
import { IPPROTO_VRRP } from "./ipv4.ts";

/**
 * What a checksum covers: the VRRP message alone (VRRPv2; VRRPv3 for IPv4 by
 * RFC 9568 §5.2.8) or a pseudo-header too (VRRPv3 for IPv6; VRRPv3 for IPv4
 * by RFC 5798 §5.2.8).
 */
export type ChecksumForm = "message" | "pseudo_header";

/** Which form of the VRRPv3 IPv4 checksum is accepted; `auto` is both. */
export type ChecksumSetting = "auto" | "rfc9568" | "pseudo_header";

/** The form where the protocol leaves no choice, else null. */
export function onlyForm(version: 2 | 3, family: Family): ChecksumForm | null {
  if (version === 2) return "message";
  return family === "ipv6" ? "pseudo_header" : null;
}

/** The forms that are good in a received advert. */
export function acceptedForms(
  version: 2 | 3,
  family: Family,
  setting: ChecksumSetting,
): readonly ChecksumForm[] {
  const only = onlyForm(version, family);
  if (only !== null) return [only];
  if (setting === "auto") return ["message", "pseudo_header"];
  return [setting === "rfc9568" ? "message" : "pseudo_header"];
}

/**
 * Compute the checksum of an advert.
 *
 * @param payload The bytes behind the IP header.
 * @param form What the checksum covers.
 * @param addresses Source and destination address, canonical text.
 * @returns The 16 bits to write where the checksum field is zero; 0 where it
 *   holds the right checksum already.
 */
export function advertChecksum(
  payload: Uint8Array,
  form: ChecksumForm,
  addresses: { readonly source: string; readonly destination: string },
): number {
  if (form === "message") return internetChecksum(payload);
  const { source, destination } = addresses;
  return internetChecksum(
    payload,
    pseudoHeaderSum(source, destination, IPPROTO_VRRP, payload.length),
  );
}
