/**
 * The `notifications` section: mail and webhooks.
 *
 * @module
 */

import * as v from "valibot";
import type {
  EmailSettings,
  NotifyEvent,
  WebhookSettings,
} from "../settings/notify.ts";
import { about } from "./editor.ts";
import {
  duration,
  formOf,
  list,
  oneOf,
  section,
  uniqueList,
  whole,
} from "./values.ts";
import {
  absolutePath,
  headers,
  host,
  httpUrl,
  mailAddress,
  text,
} from "./words.ts";

/** Recipients: one address, or a list of them. */
export function recipients(): v.GenericSchema<unknown, readonly string[]> {
  const one = v.pipe(mailAddress(), v.transform((address) => [address]));
  const several = v.pipe(
    uniqueList(
      v.pipe(mailAddress(), about("Recipient", "An address of mail")),
      "addresses of mail",
      (address) => address,
    ),
    v.minLength(1, "at least one address of mail is required"),
  );
  return formOf(
    [one, several],
    (input) => Array.isArray(input) ? several : one,
  );
}

const PORTS = { none: 25, starttls: 587, tls: 465 } as const;

type Smtp = EmailSettings["smtp"];

/** The server when none is named: the host's own. */
export const LOCAL_SMTP: Smtp = {
  host: "127.0.0.1",
  port: PORTS.none,
  tls: "none",
  user: null,
  passwordFile: null,
  caFile: null,
};

const smtp: v.GenericSchema<unknown, Smtp> = v.pipe(
  section({
    host: v.pipe(
      host(),
      about("Server", "Server that takes the mail: address or host name"),
    ),
    port: v.pipe(
      v.nullish(whole(1, 65_535), null),
      about(
        "Port",
        "Port of the server; by default 587 with starttls, 465 with " +
          "tls, 25 with none",
      ),
    ),
    tls: v.optional(
      v.pipe(
        oneOf(["starttls", "tls", "none"]),
        about("Encryption", "How the connection is encrypted", {
          starttls: "After STARTTLS, without which no mail is sent",
          tls: "From the first byte on",
          none: "Not at all",
        }),
      ),
      "starttls",
    ),
    user: v.pipe(
      v.nullish(text(), null),
      about("User", "Name to log in with; needs password_file"),
    ),
    password_file: v.pipe(
      v.nullish(absolutePath(), null),
      about("Password file", "File that holds the password of user"),
    ),
    ca_file: v.pipe(
      v.nullish(absolutePath(), null),
      about(
        "Certification authorities",
        "PEM file of certification authorities, beside those that " +
          "are built in",
      ),
    ),
  }),
  v.forward(
    v.partialCheck(
      [["user"], ["password_file"]],
      ({ user, password_file }) => user === null || password_file !== null,
      "needs a password: add password_file",
    ),
    ["user"],
  ),
  v.forward(
    v.partialCheck(
      [["user"], ["password_file"]],
      ({ user, password_file }) => user !== null || password_file === null,
      "has no effect without user",
    ),
    ["password_file"],
  ),
  v.forward(
    v.partialCheck(
      [["tls"], ["ca_file"]],
      ({ tls, ca_file }) => tls !== "none" || ca_file === null,
      "has no effect with tls: none",
    ),
    ["ca_file"],
  ),
  v.transform((keys) => ({
    host: keys.host,
    port: keys.port ?? PORTS[keys.tls],
    tls: keys.tls,
    user: keys.user,
    passwordFile: keys.password_file,
    caFile: keys.ca_file,
  })),
);

/** The `email` section as the file has it. */
export interface EmailKeys {
  /** Recipients, or null when it does not say. */
  readonly to: readonly string[] | null;
  /** Sender, or null when it does not say. */
  readonly from: string | null;
  /** Server, or null when it does not say. */
  readonly smtp: Smtp | null;
}

const email: v.GenericSchema<unknown, EmailKeys> = section({
  to: v.pipe(
    v.nullish(recipients(), null),
    about(
      "Recipients",
      "One address or a list; by default global.notification_email",
    ),
  ),
  from: v.pipe(
    v.nullish(mailAddress(), null),
    about(
      "Sender",
      "Address that mail comes from; by default alived at the host name",
    ),
  ),
  smtp: v.pipe(
    v.nullish(smtp, null),
    about(
      "SMTP server",
      "Server that takes the mail; by default 127.0.0.1:25 " +
        "without encryption",
    ),
  ),
});

const EVENTS: readonly NotifyEvent[] = ["MASTER", "BACKUP", "FAULT", "STOP"];

const event = v.pipe(
  oneOf(EVENTS),
  about("State", "State of an instance or a group", {
    MASTER: "It holds the addresses",
    BACKUP: "Another host holds them",
    FAULT: "Something keeps it from holding them",
    STOP: "The daemon ends, or the instance was taken out of the file",
  }),
);

const webhookKeys: v.GenericSchema<unknown, WebhookSettings> = section({
  url: v.pipe(
    httpUrl(),
    about("URL", "URL that each state is posted to, as JSON"),
  ),
  headers: v.pipe(
    v.nullish(headers(), {}),
    about("Headers", "Headers of the request, by name"),
  ),
  events: v.pipe(
    v.nullish(
      v.pipe(
        uniqueList(event, "events", (event) => event),
        v.minLength(1, "at least one event is required"),
      ),
      [...EVENTS],
    ),
    about("States", "States that it is told of; by default all"),
  ),
  timeout: v.optional(
    v.pipe(
      duration("from 100ms to 60s", (ms) => ms >= 100 && ms <= 60_000),
      about("Timeout", "Time for one attempt, 100ms to 60s; there are three"),
    ),
    "5s",
  ),
});

const webhook: v.GenericSchema<unknown, WebhookSettings> = v.pipe(
  webhookKeys,
  about("Webhook", "A URL that states are posted to"),
);

/** The `notifications` section as the file has it. */
export interface NotificationKeys {
  /** Mail, or null. */
  readonly email: EmailKeys | null;
  /** Webhooks. */
  readonly webhooks: readonly WebhookSettings[];
}

/** Schema of the `notifications` section. */
export const notificationsSchema: v.GenericSchema<unknown, NotificationKeys> =
  section({
    email: v.pipe(
      v.nullish(email, null),
      about("Mail", "Mail about every state"),
    ),
    webhooks: v.pipe(
      v.nullish(list(webhook, "webhooks"), []),
      about("Webhooks", "URLs that states are posted to"),
    ),
  });
