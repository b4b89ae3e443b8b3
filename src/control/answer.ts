/**
 * Answers of the control socket: JSON, never kept by anybody on the way, and
 * of no use to a page of another origin.
 *
 * @module
 */

import type { Silence } from "./daemon_port.ts";

/** Which way a question came. */
export type Door =
  /** By the socket of the daemon's user, which takes orders. */
  | "control"
  /** By the socket that only answers. */
  | "status"
  /** By TCP, which only answers, and not to every page. */
  | "tcp";

/** Headers of every answer. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "Cache-Control": "no-store",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
};

/** Answer with JSON. */
export function json(
  value: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(`${JSON.stringify(value)}\n`, {
    status,
    headers: {
      ...SECURITY_HEADERS,
      "Content-Type": "application/json; charset=utf-8",
      ...headers,
    },
  });
}

/**
 * Refuse.
 *
 * @param status 400 and above, by the cause.
 * @param error What is wrong, as a sentence without its period.
 * @param more Keys beside it.
 */
export function refuse(
  status: number,
  error: string,
  more: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): Response {
  return json({ error, ...more }, status, headers);
}

/** Say that the core does not answer. */
export function silent({ silentSeconds }: Silence): Response {
  const seconds = Number(silentSeconds.toFixed(3));
  return refuse(
    503,
    `The core has not answered for ${Number(seconds.toFixed(1))} s`,
    { core: { answers: false, silent_seconds: seconds } },
  );
}
