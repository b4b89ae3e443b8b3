/**
 * Why a received datagram is not used. Each reason is a counter.
 *
 * @module
 */

/**
 * The reasons in the order of the checks; the first that fails is named. The
 * receiver makes the checks of `ip_header` (no sound IP header),
 * `unknown_vrid` (no instance of that VRID here), `own_address` (sent from an
 * address of ours), `source` (sent from what is no address of a host) and
 * `unknown_peer`, `parseAdvert()` makes the others:
 *
 * - `truncated`: shorter than the fixed VRRP header
 * - `unknown_peer`: unicast from an address that is not among the peers
 * - `hop_limit`: multicast with a TTL or hop limit other than 255, unicast with
 *   less than the peer may have
 * - `destination`: unicast for a multicast instance, or the reverse
 * - `version`: not the version of the instance
 * - `type`: not an advertisement
 * - `length`: bytes missing or left over by the address count
 * - `checksum`: wrong in every accepted form
 * - `auth_type`, `auth_data`: not the authentication of the instance, not its
 *   password (VRRPv2)
 * - `interval`: not that of the instance (VRRPv2), zero (VRRPv3)
 */
export const DROP_REASONS = [
  "ip_header",
  "truncated",
  "unknown_vrid",
  "own_address",
  "source",
  "unknown_peer",
  "hop_limit",
  "destination",
  "version",
  "type",
  "length",
  "checksum",
  "auth_type",
  "auth_data",
  "interval",
] as const;

/** One of {@linkcode DROP_REASONS}. */
export type DropReason = typeof DROP_REASONS[number];
