/**
 * Host names. The runtime's own look-up (getaddrinfo) holds a thread of a small
 * pool past its abort, so that a dead name server would in the end stop every
 * probe. `Deno.resolveDns()` holds none: it reads /etc/hosts and
 * /etc/resolv.conf and asks by sockets, which an abort closes. Other sources of
 * nsswitch.conf, such as mDNS, are not asked.
 *
 * @module
 */

import { canonicalIp } from "../../wire/address.ts";
import { delay } from "./delay.ts";
import type { ProbeTime } from "./result.ts";

/** Milliseconds that the second family gets once the first is known. */
const SECOND_FAMILY = 50;

/**
 * Find the addresses of a host.
 *
 * @param host An address or a name.
 * @returns Canonical addresses, those of IPv4 first; at least one.
 * @throws {Error} When the name is not known, or the signal is aborted.
 */
export async function resolveHost(
  host: string,
  { signal }: ProbeTime,
): Promise<readonly string[]> {
  const literal = canonicalIp(host);
  if (literal !== null) return [literal];
  // Stops the slower family; a host in /etc/hosts often has one only, and its
  // check must not depend on a name server that is asked for the other.
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const found: string[][] = [[], []];
  const lookUps = (["A", "AAAA"] as const).map(async (type, i) => {
    found[i] = await Deno.resolveDns(host, type, { signal: both });
  });
  const ended = Promise.allSettled(lookUps);
  try {
    await Promise.any(lookUps);
    await Promise.race([ended, delay(SECOND_FAMILY, both)]);
  } catch (error) {
    signal.throwIfAborted();
    throw unknownHost(host, error);
  } finally {
    stop.abort();
    await ended;
  }
  return found.flat();
}

/** What to say of a host when neither look-up found it. */
function unknownHost(host: string, error: unknown): Error {
  const cause = error instanceof AggregateError ? error.errors[0] : error;
  const reason = cause instanceof Deno.errors.NotFound
    ? "no such name"
    : String(cause?.message ?? cause);
  return new Deno.errors.NotFound(`Cannot find host "${host}": ${reason}`);
}
