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
    uniqueList(mailAddress(), "addresses of mail", (address) => address),
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
    host: v.pipe(host(), v.description("Server that takes the mail")),
    port: v.pipe(
      v.nullish(whole(1, 65_535), null),
      v.description(
        "1 to 65535; null for 587 with starttls, 465 with tls, 25 with none",
      ),
    ),
    tls: v.optional(
      v.pipe(
        oneOf(["starttls", "tls", "none"]),
        v.description("Encryption: required after STARTTLS, at once, or none"),
      ),
      "starttls",
    ),
    user: v.pipe(
      v.nullish(text(), null),
      v.description("Name to log in with"),
    ),
    password_file: v.pipe(
      v.nullish(absolutePath(), null),
      v.description("File that holds the password of user"),
    ),
    ca_file: v.pipe(
      v.nullish(absolutePath(), null),
      v.description("PEM file of more certification authorities"),
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
    v.description("Recipients; null for global.notification_email"),
  ),
  from: v.pipe(
    v.nullish(mailAddress(), null),
    v.description("Sender; null for alived at the host name"),
  ),
  smtp: v.pipe(
    v.nullish(smtp, null),
    v.description("Server; null for 127.0.0.1:25 without encryption"),
  ),
});

const EVENTS: readonly NotifyEvent[] = ["MASTER", "BACKUP", "FAULT", "STOP"];

const webhook: v.GenericSchema<unknown, WebhookSettings> = section({
  url: v.pipe(httpUrl(), v.description("URL that is posted to")),
  headers: v.pipe(
    v.nullish(headers(), {}),
    v.description("Headers of the request"),
  ),
  events: v.pipe(
    v.nullish(
      v.pipe(
        uniqueList(oneOf(EVENTS), "events", (event) => event),
        v.minLength(1, "at least one event is required"),
      ),
      [...EVENTS],
    ),
    v.description("States that it is told of"),
  ),
  timeout: v.optional(
    v.pipe(
      duration("from 100ms to 60s", (ms) => ms >= 100 && ms <= 60_000),
      v.description("Time for one attempt, 100ms to 60s"),
    ),
    "5s",
  ),
});

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
    email: v.pipe(v.nullish(email, null), v.description("Mail")),
    webhooks: v.pipe(
      v.nullish(list(webhook, "webhooks"), []),
      v.description("Webhooks"),
    ),
  });
