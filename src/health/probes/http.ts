/**
 * HTTP and HTTPS: one request on a connection of its own, the status and the
 * body judged.
 *
 * @module
 */

import { compilePattern } from "../../config/pattern.ts";
import type { HttpProbe } from "../../config/settings/check.ts";
import { oneLine } from "../../log/one_line.ts";
import { type Connection, connectTcp, connectTls } from "./connection.ts";
import {
  emitRequest,
  type HttpResponse,
  readResponse,
} from "./http_message.ts";
import type { ProbeResult, ProbeTime } from "./result.ts";
import { connectUnverified } from "./unverified_tls.ts";

const MAX_REDIRECTS = 5;

/** Run the probe once. */
export async function probeHttp(
  probe: HttpProbe,
  time: ProbeTime,
): Promise<ProbeResult> {
  let url = new URL(probe.url);
  let method = probe.method;
  for (let redirects = 0;; redirects++) {
    const response = await request(probe, url, method, time);
    const { location, status } = response;
    if (!probe.followRedirects || location === null || !isRedirect(status)) {
      return judge(probe, response);
    }
    if (redirects === MAX_REDIRECTS) {
      return { ok: false, detail: `More than ${MAX_REDIRECTS} redirections` };
    }
    const next = URL.parse(location, url);
    if (next === null || !/^https?:$/.test(next.protocol)) {
      const detail = `Cannot follow a redirection to "${oneLine(location)}"`;
      return { ok: false, detail };
    }
    url = next;
    // RFC 9110 §15.4.4: the answer to another method is to be had by GET.
    if (status === 303 && method !== "HEAD") method = "GET";
  }
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

async function request(
  probe: HttpProbe,
  url: URL,
  method: string,
  time: ProbeTime,
): Promise<HttpResponse> {
  using connection = await connect(probe, url, time);
  await connection.write(emitRequest({
    method,
    target: url.pathname + url.search,
    host: url.host,
    headers: headersFor(probe, url),
  }));
  const wantsBody = probe.contains !== null || probe.matches !== null;
  return await readResponse(connection, method, wantsBody);
}

/** Headers may hold secrets: only the configured server gets them. */
function headersFor(probe: HttpProbe, url: URL): Record<string, string> {
  const configured = new URL(probe.url);
  if (url.origin !== configured.origin) return {};
  const { username, password } = configured;
  if (username === "" && password === "") return probe.headers;
  const login = `${decodeURIComponent(username)}:` +
    decodeURIComponent(password);
  const bytes = new TextEncoder().encode(login);
  const base64 = btoa(String.fromCharCode(...bytes));
  return { Authorization: `Basic ${base64}`, ...probe.headers };
}

async function connect(
  probe: HttpProbe,
  url: URL,
  time: ProbeTime,
): Promise<Connection> {
  // An IPv6 address stands in brackets in a URL.
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const encrypted = url.protocol === "https:";
  const port = Number(url.port) || (encrypted ? 443 : 80);
  if (!encrypted) return connectTcp(host, port, time);
  const isConfigured = url.origin === new URL(probe.url).origin;
  const serverName = isConfigured && probe.serverName || host;
  if (probe.insecureSkipVerify) {
    return connectUnverified(host, port, time, serverName);
  }
  const caCerts = probe.caFile === null
    ? []
    : [await Deno.readTextFile(probe.caFile)];
  return connectTls(host, port, time, { serverName, caCerts });
}

/** The settings hold sources of patterns that can be compiled. */
function isMatch(source: string, text: string): boolean {
  const compiled = compilePattern(source);
  if ("problem" in compiled) throw new TypeError(compiled.problem);
  return compiled.pattern.test(text);
}

function judge(probe: HttpProbe, response: HttpResponse): ProbeResult {
  const { status } = response;
  const found = `${status} ${oneLine(response.reason)}`.trim();
  if (!probe.expectedStatus.some(([a, b]) => a <= status && status <= b)) {
    const ranges = probe.expectedStatus
      .map(([a, b]) => a === b ? `${a}` : `${a}–${b}`);
    return { ok: false, detail: `${found}, expected ${ranges.join(", ")}` };
  }
  const body = new TextDecoder().decode(response.body);
  const { contains, matches } = probe;
  if (contains !== null && !body.includes(contains)) {
    return { ok: false, detail: `${found}, body lacks "${contains}"` };
  }
  if (matches !== null && !isMatch(matches, body)) {
    return { ok: false, detail: `${found}, body does not match /${matches}/` };
  }
  return { ok: true, detail: found };
}
