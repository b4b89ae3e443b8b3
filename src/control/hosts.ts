/**
 * For whom a request over TCP may be. A page of another site can make a browser
 * ask any address, and by a name that it lets lead here it could read the
 * answer too: such requests have its name as their Host.
 *
 * @module
 */

import { refuse } from "./answer.ts";

/**
 * Refuse a request that is for somebody else.
 *
 * An address is good as a Host whatever it is: no page can have one lead
 * elsewhere.
 *
 * @param allowed Names that are this host, in small letters.
 * @param checksHost Whether the Host counts; the Origin always does.
 * @returns Null when it is for this host.
 */
export function refuseStranger(
  { headers }: Request,
  allowed: ReadonlySet<string>,
  checksHost: boolean,
): Response | null {
  const host = headers.get("Host") ?? "";
  const isKnown = (name: string | null): boolean =>
    name !== null && (allowed.has(name) || isAddress(name));
  if (checksHost && !isKnown(nameOf(host))) {
    return refuse(
      421,
      host === ""
        ? "The request names no host"
        : `${JSON.stringify(host)} is not a name of this host: add it to ` +
          "global.http.allowed_hosts",
    );
  }
  const origin = headers.get("Origin");
  if (origin === null) return null;
  const page = URL.parse(origin);
  if (page !== null && isKnown(page.hostname)) return null;
  return refuse(
    403,
    `A page of ${JSON.stringify(origin)} may not ask: add its host to ` +
      "global.http.allowed_hosts",
  );
}

/** The name in a Host header, without its port, or null when it is none. */
function nameOf(host: string): string | null {
  // As browsers understand it, and nothing that would be more than a host.
  if (!/^(?:\[[\dA-Fa-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/.test(host)) return null;
  const name = URL.parse(`http://${host}/`)?.hostname ?? null;
  return name?.replace(/\.$/, "") ?? null;
}

function isAddress(name: string): boolean {
  return name.startsWith("[") || /^\d+\.\d+\.\d+\.\d+$/.test(name);
}
