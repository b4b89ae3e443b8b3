/**
 * What `alived test` sends to the VRRP group to see whether it comes back: no
 * advert, and so marked that a daemon beside it takes no notice.
 *
 * @module
 */

/** Version 15, type 15: nothing that a router could take for an advert. */
const NO_ADVERT = 0xff;
const LENGTH = 16;

/** Unlike any other, 16 bytes. */
export function newEcho(): Uint8Array<ArrayBuffer> {
  const echo = crypto.getRandomValues(new Uint8Array(LENGTH));
  echo[0] = NO_ADVERT;
  return echo;
}

/**
 * Whether a datagram is such an echo.
 *
 * @param payload What followed the IP header.
 * @param hopLimit TTL on arrival: 0, which does not leave a host (RFC 1112
 *   §6.1).
 */
export function isEcho(payload: Uint8Array, hopLimit: number): boolean {
  return hopLimit === 0 && payload.length === LENGTH &&
    payload[0] === NO_ADVERT;
}
