/**
 * Web servers that are told of a state by a POST of JSON.
 *
 * @module
 */

import type {
  NotifyEvent,
  WebhookSettings,
} from "../config/settings/notify.ts";
import { emitRequest, readResponse } from "../health/probes/http_message.ts";
import { connectUrl, loginOf } from "../health/probes/url_connection.ts";
import { oneLine } from "../log/one_line.ts";
import {
  type Hider,
  hider,
  secretsOfHeaders,
  secretsOfUrl,
} from "../log/secrets.ts";
import { describe, type Notification } from "./notification.ts";
import type { Attempt } from "./retry.ts";

/** What is posted: `application/json`, in UTF-8. */
export interface WebhookBody {
  /** All of it in a sentence, as chat servers show it. */
  readonly text: string;
  /** `global.router_id`, or the host's name. */
  readonly router: string;
  /** What has changed. */
  readonly kind: "INSTANCE" | "GROUP";
  /** Its name. */
  readonly name: string;
  /** What it is now. */
  readonly state: NotifyEvent;
  /** `INIT`, `BACKUP`, `MASTER` or `FAULT`. */
  readonly previous_state: string;
  /** Effective priority, 1 to 255; 0 for a group. */
  readonly priority: number;
  /** Why, in words. */
  readonly reason: string;
  /** Interface of the instance; empty for a group. */
  readonly interface: string;
  /** Virtual addresses with their prefix lengths. */
  readonly virtual_ips: readonly string[];
  /** When, such as `2026-11-22T16:10:03.123Z`. */
  readonly time: string;
}

/** Make the body of a request. */
export function webhookBody(
  notification: Notification,
  router: string,
): WebhookBody {
  const { kind, name, state, previousState, priority } = notification;
  return {
    text: describe(notification, router),
    router,
    kind,
    name,
    state,
    previous_state: previousState,
    priority,
    reason: notification.reason,
    interface: notification.interface,
    virtual_ips: notification.virtualIps,
    time: new Date(notification.time).toISOString(),
  };
}

/**
 * Post a notification once. A redirection is not followed: it is a failure, as
 * is all but a status of 200 to 299. A network error, 429 and 500 to 599 may
 * pass.
 *
 * @param signal Ends it early.
 * @returns Never rejects for what the server does.
 */
export async function postWebhook(
  webhook: WebhookSettings,
  body: WebhookBody,
  signal: AbortSignal,
): Promise<Attempt> {
  const { timeout, headers } = webhook;
  const url = new URL(webhook.url);
  const hide = hider([...secretsOfUrl(url), ...secretsOfHeaders(headers)]);
  const deadline = AbortSignal.timeout(timeout);
  const either = AbortSignal.any([signal, deadline]);
  try {
    const status = await post(
      url,
      emitRequest({
        method: "POST",
        target: url.pathname + url.search,
        host: url.host,
        headers: {
          ...loginOf(url),
          "Content-Type": "application/json",
          ...headers,
        },
        body: new TextEncoder().encode(JSON.stringify(body)),
      }),
      { time: { signal: either, timeout }, hide },
    );
    return {
      ok: status >= 200 && status < 300,
      detail: `status ${status}`,
      retry: status === 429 || status >= 500,
    };
  } catch (error) {
    const detail = deadline.aborted
      ? `no answer within ${timeout / 1000} s`
      // The server's words are hidden before they are cut, the others here.
      : oneLine(hide(messageOf(error)));
    return { ok: false, detail, retry: true };
  }
}

/** Send a request on a connection of its own; the status of the answer. */
async function post(
  url: URL,
  request: Uint8Array,
  { time, hide }: {
    readonly time: Parameters<typeof connectUrl>[1];
    readonly hide: Hider;
  },
): Promise<number> {
  using connection = await connectUrl(url, time, {
    ...{ serverName: null, caFile: null, insecureSkipVerify: false },
  });
  await connection.write(request);
  const options = { method: "POST", wantsBody: false, hide };
  return (await readResponse(connection, options)).status;
}

/** "(os error 111)" says nothing to those who read the words before it. */
function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/ \(os error \d+\)/, "");
}
