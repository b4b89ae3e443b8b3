/**
 * Host names: those of the host itself, which need no name server, then DNS.
 * The runtime's own look-up (getaddrinfo) holds a thread of a small pool past
 * its abort, so that a dead name server would in the end stop every probe.
 * `Deno.resolveDns()` holds none: it asks by sockets, which an abort closes, and
 * fails without a name server even for names of /etc/hosts. Other sources of
 * nsswitch.conf, such as mDNS, are not asked.
 *
 * @module
 */

import { canonicalIp, familyOf } from "../../wire/address.ts";
import { delay } from "./delay.ts";
import type { ProbeTime } from "./result.ts";

const HOSTS = "/etc/hosts";
/** Bytes that are read of it. */
const HOSTS_LIMIT = 256 * 1024;
/** RFC 6761 §6.3: never asked of a name server. */
const LOOPBACK: readonly string[] = ["127.0.0.1", "::1"];

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
  const name = host.toLowerCase().replace(/\.$/, "");
  if (name === "localhost" || name.endsWith(".localhost")) return LOOPBACK;
  const own = addressesIn(await readHosts(), name);
  signal.throwIfAborted();
  return own.length > 0 ? own : await askDns(host, signal);
}

/**
 * Find the addresses of a name in the text of a hosts file (hosts(5)).
 *
 * @param name In lower case, without a dot at its end.
 * @returns Canonical addresses, those of IPv4 first; perhaps none.
 */
export function addressesIn(hosts: string, name: string): string[] {
  const found = hosts.split("\n").flatMap((line) => {
    const [address = "", ...names] = line.replace(/#.*/, "").trim()
      .toLowerCase().split(/\s+/);
    return names.includes(name) ? canonicalIp(address) ?? [] : [];
  });
  const unique = [...new Set(found)];
  const isIpv4 = (address: string): boolean => familyOf(address) === "ipv4";
  return [
    ...unique.filter(isIpv4),
    ...unique.filter((address) => !isIpv4(address)),
  ];
}

/** The text of the hosts file; empty when there is none. */
async function readHosts(): Promise<string> {
  try {
    using file = await Deno.open(HOSTS);
    const bytes = new Uint8Array(HOSTS_LIMIT);
    let length = 0;
    for (;;) {
      const count = await file.read(bytes.subarray(length));
      if (count === null || count === 0) break;
      length += count;
    }
    return new TextDecoder().decode(bytes.subarray(0, length));
  } catch (error) {
    if (error instanceof TypeError) throw error;
    return "";
  }
}

async function askDns(
  host: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  // Stops the slower family: a host often has one only.
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
