/**
 * HTTP and HTTPS: one request on a connection of its own, the status and the
 * body judged.
 *
 * @module
 */

import { compilePattern } from "../../config/pattern.ts";
import type { HttpProbe } from "../../config/settings/check.ts";
import { oneLine } from "../../log/one_line.ts";
import {
  type Hider,
  hider,
  secretsOfHeaders,
  secretsOfUrl,
} from "../../log/secrets.ts";
import {
  emitRequest,
  type HttpResponse,
  readResponse,
} from "./http_message.ts";
import type { ProbeResult, ProbeTime } from "./result.ts";
import { connectUrl, loginOf } from "./url_connection.ts";

const MAX_REDIRECTS = 5;

/** Run the probe once. */
export async function probeHttp(
  probe: HttpProbe,
  time: ProbeTime,
): Promise<ProbeResult> {
  const configured = new URL(probe.url);
  const hide = hider([
    ...secretsOfUrl(configured),
    ...secretsOfHeaders(probe.headers),
  ]);
  let url = configured;
  let method = probe.method;
  for (let redirects = 0;; redirects++) {
    const response = await request(probe, url, method, time, hide);
    const { location, status } = response;
    if (!probe.followRedirects || location === null || !isRedirect(status)) {
      return judge(probe, response, hide);
    }
    if (redirects === MAX_REDIRECTS) {
      return { ok: false, detail: `More than ${MAX_REDIRECTS} redirections` };
    }
    const next = URL.parse(location, url);
    if (next === null || !/^https?:$/.test(next.protocol)) {
      const where = oneLine(hide(location));
      return { ok: false, detail: `Cannot follow a redirection to "${where}"` };
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
  hide: Hider,
): Promise<HttpResponse> {
  const isConfigured = url.origin === new URL(probe.url).origin;
  const serverName = isConfigured ? probe.serverName : null;
  using connection = await connectUrl(url, time, { ...probe, serverName });
  await connection.write(emitRequest({
    method,
    target: url.pathname + url.search,
    host: url.host,
    // Headers may hold secrets: only the configured server gets them.
    headers: isConfigured
      ? { ...loginOf(new URL(probe.url)), ...probe.headers }
      : {},
  }));
  const wantsBody = probe.contains !== null || probe.matches !== null;
  return await readResponse(connection, { method, wantsBody, hide });
}

/** The settings hold sources of patterns that can be compiled. */
function isMatch(source: string, text: string): boolean {
  const compiled = compilePattern(source);
  if ("problem" in compiled) throw new TypeError(compiled.problem);
  return compiled.pattern.test(text);
}

function judge(
  probe: HttpProbe,
  response: HttpResponse,
  hide: Hider,
): ProbeResult {
  const { status } = response;
  const found = `${status} ${oneLine(hide(response.reason))}`.trim();
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
