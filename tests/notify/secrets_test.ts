/**
 * Receivers and servers that do their worst to have a secret repeated.
 *
 * @module
 */

import { ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import type { HttpProbe } from "../../src/config/settings/check.ts";
import { runProbe } from "../../src/health/probes/run_probe.ts";
import { Journal } from "../../src/notify/journal.ts";
import type { LogEvent } from "../../src/log/catalogue.ts";
import { webhookRounds } from "../../src/notify/receivers.ts";
import { sendMail } from "../../src/notify/email.ts";
import { postWebhook, webhookBody } from "../../src/notify/webhook.ts";
import { told } from "../lab/told.ts";
import { startMailServer } from "./mail_server.ts";

/** What a receiver does with a request that it has heard. */
type Answer = (heard: string) => string | null;

/** Everything but a good answer; null: nothing, for ever. */
const ANSWERS: Readonly<Record<string, Answer>> = {
  closes: () => "",
  hangs: () => null,
  echoes: (heard) => heard,
  "echoes a long line": (heard) => "x".repeat(190) + heard.replace(/\s/g, " "),
  "answers rubbish": () => "\x1b[2J\u202e\0\xff",
  "fails with what was asked": (heard) =>
    `HTTP/1.1 500 ${heard.replace(/[\r\n]+/g, " ")}\r\n\r\n`,
  "sends elsewhere": (heard) =>
    `HTTP/1.1 307 Go\r\nLocation: ftp://x${heard.split(" ")[1]}\r\n\r\n`,
  "has a bad header": (heard) =>
    `HTTP/1.1 200 OK\r\n${heard.split("\r\n").join(" ")}\r\n\r\n`,
  "has a bad length": (heard) =>
    `HTTP/1.1 200 OK\r\nContent-Length: ${heard.split(" ")[1]}\r\n\r\n`,
  "has a bad coding": (heard) =>
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: ${heard.split("\r\n")[1]}\r\n\r\n`,
  "has bad chunks": (heard) =>
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" +
    heard.replace(/\s+/g, "_"),
};

/** Hear a request and answer it so, on loopback. */
function receiver(answer: Answer): AsyncDisposable & { readonly port: number } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const conns: Deno.Conn[] = [];
  const serve = async (conn: Deno.Conn): Promise<void> => {
    const buffer = new Uint8Array(65_536);
    const count = await conn.read(buffer) ?? 0;
    const said = answer(new TextDecoder().decode(buffer.subarray(0, count)));
    if (said === null) return;
    await conn.write(new TextEncoder().encode(said));
    conn.close();
  };
  const accepting = (async () => {
    for await (const conn of listener) {
      conns.push(conn);
      serve(conn).catch(() => {});
    }
  })();
  return {
    port: listener.addr.port,
    async [Symbol.asyncDispose](): Promise<void> {
      listener.close();
      await accepting;
      for (const conn of conns) {
        try {
          conn.close();
        } catch {
          // Closed by its behaviour.
        }
      }
    },
  };
}

/** A secret that no word is like, and how it may stand in a URL. */
const secret = fc.stringMatching(/^[A-Za-z0-9%+~]{0,20}[A-Z]{4}[0-9]{6}$/)
  .map(encodeURIComponent);

const secrets = fc.record({
  segment: secret,
  query: secret,
  user: secret,
  password: secret,
  header: secret,
});
type Secrets = Record<
  "segment" | "query" | "user" | "password" | "header",
  string
>;

function urlOf(
  port: number,
  { segment, query, user, password }: Secrets,
): string {
  return `http://${user}:${password}@127.0.0.1:${port}/hook/${segment}?t=${query}`;
}

/** Fail when any of them, or a good part of one, is in a text. */
function expectNone(text: string, secrets: Secrets, what: string): void {
  for (const [name, value] of Object.entries(secrets)) {
    for (const form of [value, decodeURIComponent(value)]) {
      for (const piece of [form, btoa(form).slice(0, -4), form.slice(-10)]) {
        ok(!text.includes(piece), `${what}: ${name} in ${text}`);
      }
    }
  }
}

for (const [what, answer] of Object.entries(ANSWERS)) {
  // Whoever answers does so in time: a connection that is given up just when
  // it is made may stay open in the runtime.
  const timeout = answer("") === null ? 200 : 10_000;
  Deno.test(`a webhook's receiver that ${what} has no secret repeated`, async () => {
    await using server = receiver(answer);
    await fc.assert(
      fc.asyncProperty(secrets, async (all) => {
        const events: LogEvent[] = [];
        const journal = new Journal((event) => events.push(event));
        const notification = {
          ...{ kind: "INSTANCE", name: "a", state: "MASTER" } as const,
          ...{ previousState: "BACKUP", priority: 1, reason: "r" } as const,
          ...{ interface: "e", virtualIps: [], time: 0 },
        };
        const webhook = {
          url: urlOf(server.port, all),
          headers: { Authorization: `Bearer ${all.header}` },
          events: ["MASTER"] as const,
          timeout,
        };
        const sender = { router: "r", log: () => {} };
        const [round] = webhookRounds(notification, [webhook], sender);
        const [receiver] = round?.receivers ?? [];
        const turn = {
          signal: new AbortController().signal,
          overtaken: () => true,
        };
        const outcome = await receiver?.tell(turn) ?? { ok: true, detail: "" };
        const { name = "", kind = "webhook" } = receiver ?? {};
        journal.told(notification, { name, kind }, outcome, 1);
        const said = JSON.stringify([events.map(told), journal.status()]);
        expectNone(said, all, what);
      }),
      { numRuns: 12 },
    );
  });

  Deno.test(`an http probe's server that ${what} has no secret repeated`, async () => {
    await using server = receiver(answer);
    await fc.assert(
      fc.asyncProperty(secrets, async (all) => {
        const probe: HttpProbe = {
          type: "http",
          url: urlOf(server.port, all),
          method: "GET",
          headers: { "X-Key": all.header },
          expectedStatus: [[200, 299]],
          contains: "no server says this",
          matches: null,
          followRedirects: true,
          insecureSkipVerify: false,
          serverName: null,
          caFile: null,
        };
        const { signal } = new AbortController();
        const options = { name: "a", signal, timeout, user: null };
        const { ok, detail } = await runProbe(probe, options);
        strictEqual(ok, false);
        expectNone(detail, all, what);
      }),
      { numRuns: 12 },
    );
  });
}

Deno.test("a webhook that cannot be reached has no secret told", async () => {
  using closed = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = closed.addr;
  closed.close();
  const all = {
    ...{ segment: "SEGMENT12345", query: "QUERY12345", user: "USER12345" },
    ...{ password: "PASSWORD1234", header: "HEADER12345" },
  };
  for (
    const url of [
      urlOf(port, all),
      urlOf(port, all).replace("127.0.0.1", "no-such-host.invalid"),
      urlOf(port, all).replace("http:", "https:"),
    ]
  ) {
    const outcome = await postWebhook(
      { url, headers: { A: all.header }, events: [], timeout: 2000 },
      webhookBody({
        ...{ kind: "INSTANCE", name: "a", state: "MASTER" },
        ...{ previousState: "BACKUP", priority: 1, reason: "r" },
        ...{ interface: "e", virtualIps: [], time: 0 },
      }, "r"),
      new AbortController().signal,
    );
    strictEqual(outcome.ok, false);
    expectNone(outcome.detail, all, url);
  }
});

Deno.test("a mail server that repeats a login has no password told", async () => {
  const password = "Geheimnis 12345";
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, password);
  try {
    for (
      const reply of [
        (line: string) => line.startsWith("AUTH") ? `535 5.7.8 ${line}` : null,
        (line: string) =>
          line.startsWith("AUTH")
            ? `535 5.7.8 ${
              atob(line.split(" ").at(-1) ?? "").replaceAll("\0", " ")
            }`
            : null,
        (line: string) => line.startsWith("AUTH") ? `rubbish ${line}` : null,
      ]
    ) {
      await using server = startMailServer({ tls: "none", reply });
      const attempt = await sendMail(
        {
          to: ["a@b.example"],
          from: "c@d.example",
          smtp: {
            ...{ host: "127.0.0.1", port: server.port, tls: "none" },
            ...{ user: "keeper", passwordFile: path, caFile: null },
          },
        },
        { subject: "s", text: "t", date: new Date(0) },
        { signal: AbortSignal.timeout(1000), warn: () => {} },
      );
      strictEqual(attempt.ok, false);
      const plain = btoa(`\0keeper\0${password}`);
      for (const form of [password, btoa(password), plain, "12345"]) {
        ok(!attempt.detail.includes(form), attempt.detail);
      }
    }
  } finally {
    await Deno.remove(path);
  }
});
