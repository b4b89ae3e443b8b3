/**
 * Mail and webhooks of the running daemon, to servers on its host.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { CA_FILE } from "../notify/mail_server.ts";
import { Alived } from "../lab/alived.ts";
import { cadence } from "../lab/cadence.ts";
import { configuration, instance } from "../lab/configuration.ts";
import { ms, openPair, report } from "../lab/pair.ts";
import { Receivers } from "../lab/receivers.ts";
import { VIP } from "../lab/router.ts";
import { until } from "../lab/wait.ts";

Deno.test("mail and webhooks are told of every state, again after a refusal, and delay no advert", async () => {
  await using pair = await openPair();
  const { a, watch } = pair;
  const receivers = await Receivers.start(a);
  const web = `http://127.0.0.1:${receivers.webPort}`;
  const password = `${a.directory}/password`;
  await Deno.writeTextFile(password, "geheim\n", { mode: 0o600 });
  const alived = await Alived.start(
    a,
    configuration([instance()], {
      global: { router_id: "node1" },
      notifications: {
        email: {
          to: ["admin@example.com", "night@example.com"],
          from: "vrrp@example.com",
          smtp: {
            host: "127.0.0.2",
            port: receivers.smtpPort,
            user: "alived",
            password_file: password,
            ca_file: CA_FILE,
          },
        },
        webhooks: [
          { url: `${web}/all`, headers: { Authorization: "Bearer t0ken" } },
          { url: `${web}/once`, events: ["MASTER"] },
        ],
      },
    }),
  );
  await alived.waitForState("MASTER");
  const mail = await receivers.mail(({ data }) =>
    /BACKUP to MASTER/.test(data)
  );
  strictEqual(mail.secure, true);
  strictEqual(mail.login, "alived geheim");
  match(mail.from, /<vrrp@example\.com>/);
  deepStrictEqual(mail.to.map((to) => to.replace(/[<>]/g, "")), [
    "admin@example.com",
    "night@example.com",
  ]);
  const { headers, body } = await receivers.post(({ request, body }) =>
    request === "POST /all" && body.state === "MASTER"
  );
  strictEqual(headers.authorization, "Bearer t0ken");
  strictEqual(headers["content-type"], "application/json");
  const { text, time, reason, ...rest } = body;
  match(String(text), /^VI_1 on node1 went from BACKUP to MASTER: ./);
  ok(String(text).endsWith(`: ${reason}`));
  ok(Math.abs(Date.parse(String(time)) - Date.now()) < 60_000);
  deepStrictEqual(rest, {
    router: "node1",
    kind: "INSTANCE",
    name: "VI_1",
    state: "MASTER",
    previous_state: "BACKUP",
    priority: 100,
    interface: "eth0",
    virtual_ips: [`${VIP}/24`],
  });
  const once = await until(() => {
    const posts = receivers.posts().filter(({ request }) =>
      request === "POST /once"
    );
    return posts.length === 2 && posts;
  }, { what: "the second try" });
  // Told in the end, a second and more after the first try.
  await alived.waitForEvent(({ message }) =>
    message.startsWith(`Told ${web} of MASTER in `) &&
    /in \d{4,} ms/.test(message)
  );
  deepStrictEqual(once.map(({ body }) => body.state), ["MASTER", "MASTER"]);
  const { latest, missed, gaps } = cadence(watch, a.address, {
    from: watch.adverts(a.address)[0]?.time ?? 0,
    interval: 100,
  });
  report(`latest advert beside mail and webhooks ${ms(latest)} late`);
  ok(missed <= 2 + gaps.length / 10, `${missed} adverts missed`);

  strictEqual(await alived.stop(), 0);
  await receivers.post(({ body }) => body.state === "STOP");
  await receivers.mail(({ data }) => /MASTER to INIT|to STOP/.test(data));
  const all = receivers.posts().filter(({ request }) =>
    request === "POST /all"
  );
  deepStrictEqual(
    all.map(({ body }) => body.state),
    ["BACKUP", "MASTER", "STOP"],
  );
  ok(!alived.program.lines.some((line) => /geheim|t0ken/.test(line)));
});
