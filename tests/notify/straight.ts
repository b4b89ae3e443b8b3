/**
 * Tells a webhook, a mail server and makes an http check, whatever proxies the
 * environment names and whether there is a name server or not: a program of its
 * own, so that a test can give it another environment.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a command line tool

import { runProbe } from "../../src/health/probes/run_probe.ts";
import { sendMail } from "../../src/notify/email.ts";
import { postWebhook, webhookBody } from "../../src/notify/webhook.ts";

const [host = "", web = "", mail = ""] = Deno.args;
const url = `http://${host}:${web}/`;
const { signal } = new AbortController();

const notice = {
  ...{ kind: "INSTANCE", name: "a", state: "MASTER" } as const,
  ...{ previousState: "BACKUP", priority: 1, reason: "r" } as const,
  ...{ interface: "e", virtualIps: [], time: 0 },
};
const webhook = { url, headers: {}, events: [], timeout: 5000 };
console.log(
  (await postWebhook(webhook, webhookBody(notice, "r"), signal)).detail,
);
const probe = {
  ...{ type: "http", url, method: "GET", headers: {} } as const,
  ...{ expectedStatus: [[200, 299] as const], contains: null, matches: null },
  ...{ followRedirects: false, insecureSkipVerify: false, serverName: null },
  caFile: null,
};
const options = { name: "a", signal, timeout: 5000, user: null };
console.log((await runProbe(probe, options)).detail);
const tcp = {
  ...{
    type: "tcp",
    host,
    port: Number(web),
    send: null,
    expect: null,
  } as const,
};
console.log((await runProbe(tcp, options)).detail);
const smtp = {
  ...{ host, port: Number(mail), tls: "none", user: null } as const,
  ...{ passwordFile: null, caFile: null },
};
const letter = { subject: "s", text: "t", date: new Date(0) };
const from = { to: ["a@b.example"], from: "c@d.example", smtp };
console.log((await sendMail(from, letter, { signal, warn: () => {} })).detail);
Deno.exit(0);
