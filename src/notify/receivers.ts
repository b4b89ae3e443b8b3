/**
 * Who hears of a notification, and how each is told.
 *
 * @module
 */

import type {
  EmailSettings,
  NotifyScripts,
  WebhookSettings,
} from "../config/settings/notify.ts";
import type { ScriptUser } from "../config/settings/script.ts";
import type { LogEvent } from "../log/catalogue.ts";
import type { Addressee } from "./journal.ts";
import type { Notification, Outcome, ReceiverKind } from "./notification.ts";
import type { Turn } from "./queue.ts";
import { withRetries } from "./retry.ts";
import { generalCommand, runScript } from "./script.ts";
import { postWebhook, webhookBody } from "./webhook.ts";

/**
 * Scripts that run at a time: half of the programs that may, so that health
 * checks go on.
 */
const SCRIPTS = 8;
/** Connections at a time to one mail server or webhook. */
const CONNECTIONS = 2;
/** Milliseconds before the second and the third attempt. */
const PAUSES: readonly number[] = [1000, 4000];

/** One to tell. */
export interface Receiver extends Addressee {
  /** Tell it. May reject for a bug only. */
  readonly tell: (turn: Turn) => Promise<Outcome>;
}

/** Receivers that hear of a notification in one turn, one after the other. */
export interface Round {
  /** Rounds of one queue hear the events of an instance in order. */
  readonly queue: string;
  /** What its receivers are. */
  readonly kind: ReceiverKind;
  /** Turns at a time in that queue. */
  readonly concurrency: number;
  /** What is told. */
  readonly notification: Notification;
  /** Whom; at least one. */
  readonly receivers: readonly Receiver[];
}

/** The scripts of an instance: the one of the state, then the one for all. */
export function scriptRounds(
  notification: Notification,
  scripts: NotifyScripts,
  user: ScriptUser | null,
): Round[] {
  const own = scripts.byState[notification.state];
  const general = scripts.any && generalCommand(scripts.any, notification);
  const receivers = [own, general]
    .filter((command) => command !== null && command !== undefined)
    .map((command): Receiver => ({
      kind: "script",
      name: `script "${command[0]}"`,
      tell: ({ signal }) => runScript(command, notification, { user, signal }),
    }));
  return receivers.length === 0 ? [] : [
    {
      ...{ queue: "scripts", kind: "script", concurrency: SCRIPTS },
      ...{ notification, receivers },
    },
  ];
}

/** What all mail and webhooks need. */
export interface Sender {
  /** Name of this host. */
  readonly router: string;
  /** Hears of what the operator should mend. */
  readonly log: (event: LogEvent) => void;
}

/** The recipients of mail. */
export function emailRounds(
  notification: Notification,
  email: EmailSettings,
  { router, log }: Sender,
): Round[] {
  const receiver: Receiver = {
    kind: "email",
    name: email.to.join(", "),
    tell: async (turn) => {
      const { composeMail, sendMail } = await import("./email.ts");
      const mail = composeMail(notification, router);
      const warn = (file: string): void =>
        log({ event: "password_file", file });
      return await withRetries(
        () => sendMail(email, mail, { signal: turn.signal, warn }),
        PAUSES,
        turn,
      );
    },
  };
  return [{
    queue: JSON.stringify(email),
    kind: "email",
    concurrency: CONNECTIONS,
    notification,
    receivers: [receiver],
  }];
}

/** The webhooks that want to hear of this state. */
export function webhookRounds(
  notification: Notification,
  webhooks: readonly WebhookSettings[],
  { router }: Sender,
): Round[] {
  return webhooks
    .filter(({ events }) => events.includes(notification.state))
    .map((webhook): Round => ({
      queue: JSON.stringify(webhook),
      kind: "webhook",
      concurrency: CONNECTIONS,
      notification,
      receivers: [{
        kind: "webhook",
        // Path and query may be secrets.
        name: new URL(webhook.url).origin,
        tell: (turn) => {
          const body = webhookBody(notification, router);
          return withRetries(
            () => postWebhook(webhook, body, turn.signal),
            PAUSES,
            turn,
          );
        },
      }],
    }));
}
