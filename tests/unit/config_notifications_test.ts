import { deepStrictEqual, ok } from "node:assert/strict";
import type { Host } from "../../src/config/host.ts";
import { issuesOf, load, testHost, warningsOf } from "./config_host.ts";

/** One instance, and these lines from line 3 on. */
function file(...lines: string[]): string {
  return [
    "vrrp_instances:",
    "  - { name: a, interface: eth0, virtual_router_id: 1, virtual_ips: [192.0.2.1] }",
    ...lines,
  ].join("\n");
}

const LOCAL = {
  host: "127.0.0.1",
  port: 25,
  tls: "none",
  user: null,
  passwordFile: null,
  caFile: null,
};

Deno.test("loadConfig() sends mail by this host when only notification_email is given", () => {
  const text = file("global: { notification_email: admin@example.com }");
  deepStrictEqual(load(text).settings?.notifications, {
    email: {
      to: ["admin@example.com"],
      from: "alived@test",
      smtp: LOCAL,
    },
    webhooks: [],
  });
  deepStrictEqual(warningsOf(text), [
    "3:11 global.notification_email: no SMTP server is named: mail goes to 127.0.0.1:25",
  ]);
});

Deno.test("loadConfig() takes several recipients in either place", () => {
  const to = (...lines: string[]): unknown =>
    load(file(...lines)).settings?.notifications.email?.to;
  const both = ["a@example.com", "b@example.com"];
  deepStrictEqual(
    to("global: { notification_email: [a@example.com, b@example.com] }"),
    both,
  );
  deepStrictEqual(
    to("notifications: { email: { to: [a@example.com, b@example.com] } }"),
    both,
  );
  deepStrictEqual(
    to(
      "global: { notification_email: a@example.com }",
      "notifications: { email: { smtp: { host: mail } } }",
    ),
    ["a@example.com"],
  );
});

Deno.test("loadConfig() reads every key of mail", () => {
  const text = file(
    "notifications:",
    "  email:",
    "    to: a@example.com",
    "    from: b@example.com",
    "    smtp: { host: mail.example.com, port: 2525, tls: tls, user: 7, password_file: /etc/p, ca_file: /etc/ca.pem }",
  );
  deepStrictEqual(load(text).settings?.notifications.email, {
    to: ["a@example.com"],
    from: "b@example.com",
    smtp: {
      host: "mail.example.com",
      port: 2525,
      tls: "tls",
      user: "7",
      passwordFile: "/etc/p",
      caFile: "/etc/ca.pem",
    },
  });
  deepStrictEqual(warningsOf(text), []);
});

for (
  const [tls, port] of [["starttls", 587], ["tls", 465], ["none", 25]] as const
) {
  Deno.test(`loadConfig() takes port ${port} for ${tls}`, () => {
    const { settings } = load(file(
      `notifications: { email: { to: a@b, smtp: { host: m, tls: ${tls} } } }`,
    ));
    deepStrictEqual(settings?.notifications.email?.smtp.port, port);
  });
}

Deno.test("loadConfig() takes STARTTLS unless it is told otherwise", () => {
  const { settings } = load(
    file("notifications: { email: { to: a@b, smtp: { host: m } } }"),
  );
  deepStrictEqual(settings?.notifications.email?.smtp.tls, "starttls");
});

Deno.test("loadConfig() reads webhooks", () => {
  const { settings } = load(file(
    "notifications:",
    "  webhooks:",
    "    - url: https://example.com/hook",
    "    - url: http://[::1]:8080/",
    "      headers: { Authorization: Bearer x, X-Count: 1 }",
    "      events: [MASTER, FAULT]",
    "      timeout: 250ms",
  ));
  deepStrictEqual(settings?.notifications.webhooks, [
    {
      url: "https://example.com/hook",
      headers: {},
      events: ["MASTER", "BACKUP", "FAULT", "STOP"],
      timeout: 5000,
    },
    {
      url: "http://[::1]:8080/",
      headers: { Authorization: "Bearer x", "X-Count": "1" },
      events: ["MASTER", "FAULT"],
      timeout: 250,
    },
  ]);
});

/** Line 3 → what is said of it. */
const BAD: readonly (readonly [string, string])[] = [
  [
    "global: { notification_email: admin }",
    '3:31 global.notification_email: must be an address of mail such as admin@example.com, not "admin"',
  ],
  [
    'global: { notification_email: "a@b\\nBcc: c@d" }',
    '3:31 global.notification_email: must be an address of mail such as admin@example.com, not "a@b\\nBcc: c@d"',
  ],
  [
    "global: { notification_email: [] }",
    "3:31 global.notification_email: at least one address of mail is required",
  ],
  [
    "notifications: { email: { from: a@b } }",
    "3:25 notifications.email.to: is required",
  ],
  [
    "notifications: { email: { to: a@b, smtp: {} } }",
    "3:42 notifications.email.smtp.host: is required",
  ],
  [
    "notifications: { email: { to: a@b, smtp: { host: a, port: 0 } } }",
    "3:59 notifications.email.smtp.port: must be a whole number from 1 to 65535, not 0",
  ],
  [
    "notifications: { email: { to: a@b, smtp: { host: a, user: u } } }",
    "3:59 notifications.email.smtp.user: needs a password: add password_file",
  ],
  [
    "notifications: { email: { to: a@b, smtp: { host: a, password_file: /p } } }",
    "3:68 notifications.email.smtp.password_file: has no effect without user",
  ],
  [
    "notifications: { email: { to: a@b, smtp: { host: a, tls: none, ca_file: /c } } }",
    "3:73 notifications.email.smtp.ca_file: has no effect with tls: none",
  ],
  [
    "notifications: { webhooks: [{}] }",
    "3:29 notifications.webhooks[0].url: is required",
  ],
  [
    "notifications: { webhooks: [{ url: http://a/, events: [MASTER, MASTR] }] }",
    '3:64 notifications.webhooks[0].events[1]: must be MASTER, BACKUP, FAULT or STOP, not "MASTR" (did you mean "MASTER"?)',
  ],
  [
    "notifications: { webhooks: [{ url: http://a/, events: [STOP, STOP] }] }",
    '3:62 notifications.webhooks[0].events[1]: "STOP" is in this list already',
  ],
  [
    "notifications: { webhooks: [{ url: http://a/, events: [] }] }",
    "3:55 notifications.webhooks[0].events: at least one event is required",
  ],
  [
    "notifications: { webhooks: [{ url: http://a/, timeout: 61s }] }",
    '3:56 notifications.webhooks[0].timeout: must be a duration from 100ms to 60s, not "61s"',
  ],
];

for (const [line, expected] of BAD) {
  Deno.test(`loadConfig() refuses ${line}`, () => {
    deepStrictEqual(issuesOf(file(line)), [expected]);
  });
}

Deno.test("loadConfig() refuses recipients in two places", () => {
  deepStrictEqual(
    issuesOf(file(
      "global: { notification_email: a@b }",
      "notifications: { email: { to: c@d } }",
    )),
    [
      "3:11 global.notification_email: is short for notifications.email.to, which is there: remove one",
    ],
  );
});

Deno.test("loadConfig() never repeats what may be a secret of a webhook", () => {
  const secret = "geheim";
  for (
    const webhook of [
      `{ url: "ftp://a/${secret}" }`,
      `{ url: "${secret}" }`,
      `{ url: http://a/, headers: { Authorization: ["${secret}"] } }`,
      `{ url: http://a/, headers: { Authorization: "${secret}\\u00df" } }`,
      `{ url: http://a/, headers: ${secret} }`,
    ]
  ) {
    const lines = issuesOf(file(`notifications: { webhooks: [${webhook}] }`));
    deepStrictEqual(lines.length, 1);
    ok(!lines.join().includes(secret), lines.join());
  }
});

Deno.test("loadConfig() warns of a password in clear text", () => {
  deepStrictEqual(
    warningsOf(file(
      "notifications: { email: { to: a@b, smtp: { host: a, user: u, password_file: /p, tls: none } } }",
    )),
    [
      "3:86 notifications.email.smtp.tls: the password of user crosses the network in clear text",
    ],
  );
});

Deno.test("loadConfig() warns of files and scripts of notices that the host lacks", () => {
  const bare: Host = {
    ...testHost,
    programProblem: () => "does not exist",
    fileProblem: () => "does not exist",
    secretFileProblem: () => "is open",
  };
  const text = file(
    "notifications: { email: { to: a@b, smtp: { host: a, user: u, password_file: /p, ca_file: /c } } }",
  ).replace(" }\n", ", notify_stop: [/bin/x, y] }\n");
  deepStrictEqual(issuesOf(text, bare), []);
  deepStrictEqual(warningsOf(text, bare), [
    '2:94 vrrp_instances[0].notify_stop: "/bin/x" does not exist',
    '3:77 notifications.email.smtp.password_file: "/p" is open',
    '3:90 notifications.email.smtp.ca_file: "/c" does not exist',
  ]);
});
