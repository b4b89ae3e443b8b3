/**
 * Web servers that are told of a state by a POST of JSON.
 *
 * @module
 */

import type {
  NotifyEvent,
  WebhookSettings,
} from "../config/settings/notify.ts";
import { oneLine } from "../log/one_line.ts";
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
  const deadline = AbortSignal.timeout(webhook.timeout);
  try {
    // A connection that was kept since the last time may be dead by now.
    using client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
    const response = await fetch(webhook.url, {
      client,
      method: "POST",
      headers: {
        "content-type": "application/json",
        "user-agent": "alived",
        ...lowerCaseKeys(webhook.headers),
      },
      body: JSON.stringify(body),
      redirect: "manual",
      signal: AbortSignal.any([signal, deadline]),
    });
    const { status } = response;
    await response.body?.cancel();
    return {
      ok: status >= 200 && status < 300,
      detail: `status ${status}`,
      retry: status === 429 || status >= 500,
    };
  } catch (error) {
    const detail = deadline.aborted
      ? `no answer within ${webhook.timeout / 1000} s`
      : reasonOf(error);
    return { ok: false, detail, retry: true };
  }
}

/** So that a header that is configured replaces one of ours. */
function lowerCaseKeys(
  headers: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value]),
  );
}

/** What went wrong, without the URL, whose path may be a secret. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Deno 2.9 says why in the cause only, 2.4 in the message.
  const { message } = error.cause instanceof Error ? error.cause : error;
  return oneLine(message.replace(/ for url \(.*?\)(?=:|$)/, ""));
}
