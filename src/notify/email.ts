/**
 * Mail that tells of a state, by SMTP. Loaded with the first mail, because the
 * library costs 60 ms and 8 MB.
 *
 * @module
 */

import { isIP } from "node:net";
import { rootCertificates } from "node:tls";
import { createTransport } from "nodemailer";
import type { EmailSettings } from "../config/settings/notify.ts";
import { resolveHost } from "../health/probes/resolve.ts";
import { oneLine } from "../log/one_line.ts";
import { type Hider, hider } from "../log/secrets.ts";
import { describe, type Notification } from "./notification.ts";
import type { Attempt } from "./retry.ts";

/** Milliseconds that one attempt may take. */
const TIMEOUT = 30_000;
/** Milliseconds that one address of the server may take to greet us. */
const CONNECT_TIMEOUT = 10_000;

/** A mail, as the operator reads it. */
export interface Mail {
  /** Subject line. */
  readonly subject: string;
  /** Plain text. */
  readonly text: string;
  /** When what it tells of happened. */
  readonly date: Date;
}

/** How a mail is sent. */
export interface MailOptions {
  /** Ends it early. */
  readonly signal: AbortSignal;
  /** Hears of a password file that all users of the host can read. */
  readonly warn: (file: string) => void;
}

/** Write the mail that tells of a state. */
export function composeMail(notification: Notification, router: string): Mail {
  const { name, state, priority, virtualIps } = notification;
  const date = new Date(notification.time);
  const facts = [
    ["Time", date.toISOString()],
    ["Priority", String(priority)],
    ["Interface", notification.interface],
    ["Virtual addresses", virtualIps.join(", ")],
  ];
  const lines = facts
    .filter(([, value]) => value !== "")
    .map(([label, value]) => `${label}: ${value}`);
  return {
    subject: `[alived] ${router}: ${name} is ${state}`,
    text: [describe(notification, router), "", ...lines, ""].join("\n"),
    date,
  };
}

/**
 * Send a mail once. Password and certificates are read now, so that a change of
 * the files needs no reload. A refusal for good (5xx) is not worth another
 * attempt; all other failures may pass.
 *
 * @returns Never rejects for what files and server are like.
 */
export async function sendMail(
  settings: EmailSettings,
  mail: Mail,
  { signal, warn }: MailOptions,
): Promise<Attempt> {
  const deadline = AbortSignal.timeout(TIMEOUT);
  const { smtp } = settings;
  let hide: Hider = (text) => text;
  try {
    const login = smtp.user === null
      ? null
      : { user: smtp.user, pass: await password(smtp, warn) };
    // The words of a server may repeat what it was told (RFC 4616).
    if (login !== null) {
      const { user, pass } = login;
      hide = hider([pass, `\0${user}\0${pass}`]);
    }
    const either = AbortSignal.any([signal, deadline]);
    const rejected = await deliver(settings, mail, login, either);
    return {
      ok: rejected.length === 0,
      detail: rejected.length === 0
        ? "sent"
        : oneLine(`sent, but refused for ${rejected.join(", ")}`, Infinity),
      retry: false,
    };
  } catch (error) {
    const { message, responseCode: code = null } = error as SmtpError;
    return {
      ok: false,
      detail: deadline.aborted
        ? `not sent within ${TIMEOUT / 1000} s`
        : oneLine(hide(message)),
      retry: code === null || code < 500,
    };
  }
}

/** What nodemailer adds to an error. */
interface SmtpError extends Error {
  /** Reply of the server. */
  readonly responseCode?: number;
  /** What was being done: `CONN` until the server has greeted. */
  readonly command?: string;
}

/** @returns Recipients that the server refused while it took others. */
async function deliver(
  { to, from, smtp }: EmailSettings,
  mail: Mail,
  login: { readonly user: string; readonly pass: string } | null,
  signal: AbortSignal,
): Promise<string[]> {
  const auth = login === null ? {} : { auth: { ...login } };
  const ca = smtp.caFile === null
    ? {}
    // On Deno 2.9 what is given replaces the known ones, on 2.4 it is added.
    : { ca: [await Deno.readTextFile(smtp.caFile), ...rootCertificates] };
  let failure: unknown = null;
  // By address, because a dead name server would hold a thread, and because on
  // Deno 2.4 TLS to a name hangs when the first address of the name refuses.
  const time = { signal, timeout: TIMEOUT };
  for (const host of await resolveHost(smtp.host, time)) {
    const transport = createTransport({
      host,
      port: smtp.port,
      secure: smtp.tls === "tls",
      requireTLS: smtp.tls === "starttls",
      ignoreTLS: smtp.tls === "none",
      tls: { ...ca, ...(isIP(smtp.host) ? {} : { servername: smtp.host }) },
      ...auth,
      connectionTimeout: CONNECT_TIMEOUT,
      greetingTimeout: CONNECT_TIMEOUT,
      socketTimeout: TIMEOUT,
    });
    try {
      const { rejected } = await transport.sendMail({
        ...mail,
        from,
        to: [...to],
        // RFC 3834 §5: nobody answers that they are on holiday.
        headers: { "Auto-Submitted": "auto-generated" },
        disableFileAccess: true,
        disableUrlAccess: true,
        signal,
      });
      return rejected.map(String);
    } catch (error) {
      if ((error as SmtpError).command !== "CONN") throw error;
      failure ??= error;
    } finally {
      transport.close();
    }
  }
  throw failure;
}

async function password(
  { passwordFile }: EmailSettings["smtp"],
  warn: (file: string) => void,
): Promise<string> {
  if (passwordFile === null) return "";
  const { mode } = await Deno.stat(passwordFile);
  if (mode !== null && (mode & 0o007) !== 0) warn(passwordFile);
  // An editor ends it with a line break, which is not part of the password.
  return (await Deno.readTextFile(passwordFile)).replace(/\r?\n$/, "");
}
