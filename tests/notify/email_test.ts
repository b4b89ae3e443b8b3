/**
 * Mail against a real server on loopback, and how it looks when it arrives.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import type { EmailSettings } from "../../src/config/settings/notify.ts";
import { composeMail, sendMail } from "../../src/notify/email.ts";
import type { Attempt } from "../../src/notify/retry.ts";
import { CA_FILE, startMailServer } from "./mail_server.ts";

const MAIL = {
  subject: "[alived] node1: VI_1 is MASTER",
  text: "VI_1 on node1 went from BACKUP to MASTER\n.hidden\n",
  date: new Date("2026-11-22T16:10:03.000Z"),
};

interface Sent {
  readonly attempt: Attempt;
  readonly warnings: readonly string[];
}

async function send(
  smtp: Partial<EmailSettings["smtp"]>,
  settings: Partial<EmailSettings> = {},
  signal = new AbortController().signal,
): Promise<Sent> {
  const warnings: string[] = [];
  const attempt = await sendMail(
    {
      to: ["admin@example.com"],
      from: "alived@node1.example.com",
      smtp: {
        host: "127.0.0.1",
        port: 25,
        tls: "none",
        user: null,
        passwordFile: null,
        caFile: null,
        ...smtp,
      },
      ...settings,
    },
    MAIL,
    { signal, warn: (file) => warnings.push(file) },
  );
  return { attempt, warnings };
}

/** A file of a test, gone with its scope. */
function temporaryFile(text: string, mode: number): Disposable & {
  readonly path: string;
} {
  const path = Deno.makeTempFileSync();
  Deno.writeTextFileSync(path, text);
  Deno.chmodSync(path, mode);
  return { path, [Symbol.dispose]: () => Deno.removeSync(path) };
}

const SENT = { ok: true, detail: "sent", retry: false };

Deno.test("sendMail() brings one mail to several recipients", async () => {
  await using server = startMailServer({ tls: "none" });
  const to = ["admin@example.com", "Night Shift <night@example.com>"];
  const { attempt } = await send({ port: server.port }, { to });
  deepStrictEqual(attempt, SENT);
  const [mail] = server.mails;
  strictEqual(server.mails.length, 1);
  strictEqual(mail?.from, "<alived@node1.example.com>");
  deepStrictEqual(mail.to, ["<admin@example.com>", "<night@example.com>"]);
  match(mail.data, /^Subject: \[alived\] node1: VI_1 is MASTER$/m);
  match(
    mail.data,
    /^To: admin@example\.com, Night Shift <night@example\.com>$/m,
  );
  match(mail.data, /^Date: Sun, 22 Nov 2026 16:10:03 \+0000$/m);
  match(mail.data, /^Auto-Submitted: auto-generated$/m);
  match(
    mail.data,
    /\n\nVI_1 on node1 went from BACKUP to MASTER\n\.hidden\n*$/,
  );
  strictEqual(mail.secure, false);
  strictEqual(mail.login, null);
});

Deno.test("sendMail() does without TLS when told to", async () => {
  await using server = startMailServer({ tls: "starttls" });
  const { attempt } = await send({ port: server.port });
  deepStrictEqual(attempt, SENT);
  strictEqual(server.mails[0]?.secure, false);
});

for (const tls of ["starttls", "tls"] as const) {
  // [host, address of the server]: the certificate is not for 127.0.0.1.
  for (
    const [host, hostname] of [
      ["localhost", "127.0.0.1"],
      ["127.0.0.2", "127.0.0.2"],
    ] as const
  ) {
    Deno.test(`sendMail() logs in through ${tls} at ${host}`, async () => {
      await using server = startMailServer({ tls, hostname });
      using file = temporaryFile("päss word\n", 0o640);
      const { attempt, warnings } = await send({
        host,
        port: server.port,
        tls,
        user: "alived",
        passwordFile: file.path,
        caFile: CA_FILE,
      });
      deepStrictEqual(attempt, SENT);
      deepStrictEqual(warnings, []);
      strictEqual(server.mails[0]?.secure, true);
      const bytes = new TextEncoder().encode("alived päss word");
      strictEqual(server.mails[0].login, String.fromCharCode(...bytes));
      // Not a word about the login before TLS.
      const secure = server.commands.indexOf("STARTTLS");
      ok(server.commands.findIndex((line) => /^AUTH/.test(line)) > secure);
    });
  }

  Deno.test(`sendMail() refuses another host's certificate with ${tls}`, async () => {
    await using server = startMailServer({ tls });
    const { attempt } = await send({
      host: "127.0.0.1",
      port: server.port,
      tls,
      caFile: CA_FILE,
    });
    strictEqual(attempt.ok, false);
    match(attempt.detail, /certificate/);
    ok(!server.commands.some((line) => /^(AUTH|MAIL)/.test(line)));
  });

  Deno.test(`sendMail() refuses an unknown certificate with ${tls}`, async () => {
    await using server = startMailServer({ tls });
    using file = temporaryFile("secret", 0o600);
    const login = { user: "alived", passwordFile: file.path };
    const { attempt } = await send({
      ...login,
      host: "localhost",
      port: server.port,
      tls,
    });
    strictEqual(attempt.ok, false);
    match(attempt.detail, /certificate/);
    strictEqual(server.mails.length, 0);
    ok(!server.commands.some((line) => /^(AUTH|MAIL)/.test(line)));
  });
}

Deno.test("sendMail() refuses a server without STARTTLS that should have it", async () => {
  await using server = startMailServer({ tls: "none" });
  const { attempt } = await send({ port: server.port, tls: "starttls" });
  strictEqual(attempt.ok, false);
  ok(!server.commands.some((line) => /^(AUTH|MAIL)/.test(line)));
});

Deno.test("sendMail() warns of a password that everybody can read", async () => {
  await using server = startMailServer({ tls: "none" });
  using file = temporaryFile("secret", 0o644);
  const { attempt, warnings } = await send({
    port: server.port,
    user: "alived",
    passwordFile: file.path,
  });
  deepStrictEqual(attempt, SENT);
  deepStrictEqual(warnings, [file.path]);
});

Deno.test("sendMail() does not send without its password file", async () => {
  await using server = startMailServer({ tls: "none" });
  const { attempt } = await send({
    port: server.port,
    user: "alived",
    passwordFile: "/nonexistent/password",
  });
  strictEqual(attempt.ok, false);
  match(attempt.detail, /No such file.*\/nonexistent\/password/);
  strictEqual(server.mails.length, 0);
});

Deno.test("sendMail() takes a wrong password as final", async () => {
  await using server = startMailServer({
    tls: "none",
    reply: (line) => line.startsWith("AUTH") ? "535 5.7.8 Wrong" : null,
  });
  using file = temporaryFile("secret", 0o600);
  const { attempt } = await send({
    port: server.port,
    user: "alived",
    passwordFile: file.path,
  });
  const { ok, retry, detail } = attempt;
  deepStrictEqual({ ok, retry }, { ok: false, retry: false });
  match(detail, /535 5\.7\.8 Wrong/);
  strictEqual(detail.includes("secret"), false);
});

Deno.test("sendMail() would try again after a temporary refusal", async () => {
  await using server = startMailServer({
    tls: "none",
    reply: (line) => line.startsWith("MAIL") ? "451 4.7.1 Later" : null,
  });
  const { attempt } = await send({ port: server.port });
  const { ok, retry, detail } = attempt;
  deepStrictEqual({ ok, retry }, { ok: false, retry: true });
  match(detail, /451 4\.7\.1 Later/);
});

Deno.test("sendMail() says which recipient was refused", async () => {
  await using server = startMailServer({
    tls: "none",
    reply: (line) => line.includes("<b@example.com>") ? "550 Who?" : null,
  });
  const to = ["a@example.com", "b@example.com"];
  const { attempt } = await send({ port: server.port }, { to });
  strictEqual(attempt.ok, false);
  strictEqual(attempt.retry, false);
  strictEqual(attempt.detail, "sent, but refused for b@example.com");
  deepStrictEqual(server.mails[0]?.to, ["<a@example.com>"]);
});

Deno.test("sendMail() would try again where nobody listens", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  const { attempt } = await send({ port, tls: "tls" });
  strictEqual(attempt.ok, false);
  strictEqual(attempt.retry, true);
  match(attempt.detail, /ECONNREFUSED/);
});

Deno.test("sendMail() ends a silent session when told to", async () => {
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = silent.accept();
  const controller = new AbortController();
  const sent = send(
    { port: (silent.addr as Deno.NetAddr).port },
    {},
    controller.signal,
  );
  using connection = await accepted;
  const start = performance.now();
  controller.abort();
  strictEqual((await sent).attempt.ok, false);
  ok(performance.now() - start < 2000);
  // Nothing is left open.
  strictEqual(await connection.read(new Uint8Array(1)), null);
});

Deno.test("composeMail() tells all there is to tell", () => {
  const mail = composeMail({
    kind: "INSTANCE",
    name: "VI_1",
    state: "MASTER",
    previousState: "BACKUP",
    priority: 100,
    reason: "no advert from 192.0.2.2 for 3.61 s",
    interface: "eth0",
    virtualIps: ["192.0.2.100/24", "192.0.2.101/32"],
    time: 1_795_363_803_123,
  }, "node1");
  deepStrictEqual(mail, {
    subject: "[alived] node1: VI_1 is MASTER",
    text: "VI_1 on node1 went from BACKUP to MASTER: " +
      "no advert from 192.0.2.2 for 3.61 s\n\n" +
      "Time: 2026-11-22T16:10:03.123Z\n" +
      "Priority: 100\n" +
      "Interface: eth0\n" +
      "Virtual addresses: 192.0.2.100/24, 192.0.2.101/32\n",
    date: new Date("2026-11-22T16:10:03.123Z"),
  });
});
