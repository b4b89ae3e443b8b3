/**
 * A connection to where a URL leads, straight: no proxy, whatever the
 * environment says.
 *
 * @module
 */

import { type Connection, connectTcp, connectTls } from "./connection.ts";
import type { ProbeTime } from "./result.ts";
import { connectUnverified } from "./unverified_tls.ts";

/** How the server is verified. */
export interface UrlOptions {
  /** Name in its certificate; null for that of the URL. */
  readonly serverName: string | null;
  /** PEM file of more certification authorities, or null. */
  readonly caFile: string | null;
  /** Whether any certificate will do. */
  readonly insecureSkipVerify: boolean;
}

/**
 * Connect to the server of a URL.
 *
 * @throws {Error} When there is no connection, or the certificate is not good.
 */
export async function connectUrl(
  url: URL,
  time: ProbeTime,
  { serverName, caFile, insecureSkipVerify }: UrlOptions,
): Promise<Connection> {
  // An IPv6 address stands in brackets in a URL.
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const encrypted = url.protocol === "https:";
  const port = Number(url.port) || (encrypted ? 443 : 80);
  if (!encrypted) return connectTcp(host, port, time);
  const name = serverName ?? host;
  if (insecureSkipVerify) return connectUnverified(host, port, time, name);
  const caCerts = caFile === null ? [] : [await Deno.readTextFile(caFile)];
  return connectTls(host, port, time, { serverName: name, caCerts });
}

/** The header of a user and a password in a URL; none without them. */
export function loginOf({ username, password }: URL): Record<string, string> {
  if (username === "" && password === "") return {};
  const login = `${decodeURIComponent(username)}:` +
    decodeURIComponent(password);
  const bytes = new TextEncoder().encode(login);
  return { Authorization: `Basic ${btoa(String.fromCharCode(...bytes))}` };
}
