/**
 * Instances that change state, and who hears of it: with real programs, a real
 * mail server and a real web server.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import type {
  NotifyScripts,
  WebhookSettings,
} from "../../src/config/settings/notify.ts";
import type { Command } from "../../src/config/settings/script.ts";
import type { Notification } from "../../src/notify/notification.ts";
import { Notifier, type NotifierConfig } from "../../src/notify/notifier.ts";
import { runScript } from "../../src/notify/script.ts";
import { type Told, told } from "../lab/told.ts";
import { startMailServer } from "./mail_server.ts";

const MASTER: Notification = {
  kind: "INSTANCE",
  name: "VI_1",
  state: "MASTER",
  previousState: "BACKUP",
  priority: 100,
  reason: "no advert\nfor 3.61 s",
  interface: "eth0",
  virtualIps: ["192.0.2.100/24", "192.0.2.101/32"],
  time: 1_795_363_803_123,
};
const BACKUP: Notification = {
  ...MASTER,
  state: "BACKUP",
  previousState: "MASTER",
};
const FAULT: Notification = { ...MASTER, state: "FAULT" };
const STOP: Notification = { ...MASTER, state: "STOP" };

interface Lab extends Disposable {
  readonly notifier: Notifier;
  readonly log: Told[];
  /** Tell these from now on; scripts are those of `VI_1`. */
  readonly configure: (
    scripts: Partial<NotifyScripts> | null,
    rest?: Partial<NotifierConfig>,
  ) => void;
  /** A shell command line that appends to the file that `written()` reads. */
  readonly shell: (text: string) => Command;
  readonly written: () => string[];
}

function lab(): Lab {
  const log: Told[] = [];
  const directory = Deno.makeTempDirSync();
  const file = `${directory}/written`;
  Deno.writeTextFileSync(file, "");
  const notifier = new Notifier((event) => log.push(told(event)));
  return {
    notifier,
    log,
    configure: (scripts, rest = {}) =>
      notifier.update({
        routerId: "node1",
        scripts: scripts === null
          ? new Map()
          : new Map([["VI_1", { byState: {}, any: null, ...scripts }]]),
        notifications: { email: null, webhooks: [] },
        user: null,
        ...rest,
      }),
    shell: (text) => ["/bin/sh", "-c", `exec >>${file}; ${text}`, "notify"],
    written: () => Deno.readTextFileSync(file).split("\n").slice(0, -1),
    [Symbol.dispose]: () => Deno.removeSync(directory, { recursive: true }),
  };
}

function line({ level, instance, message }: Told): string {
  return `${level} ${instance} ${message}`;
}

/** Wait until something holds, or fail after 5 s. */
async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + 5000;
  while (!holds()) {
    ok(performance.now() < end, "not within 5 s");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function isAlive(pid: number): boolean {
  try {
    // The third field is Z for what nobody has waited for yet.
    return !/\) Z /.test(Deno.readTextFileSync(`/proc/${pid}/stat`));
  } catch {
    return false;
  }
}

Deno.test("the script of the state runs before the one for all", async () => {
  using it = lab();
  it.configure({
    byState: { MASTER: it.shell('sleep 0.1; echo "master $#"') },
    any: it.shell('echo "any $*"'),
  });
  it.notifier.notify(MASTER);
  it.notifier.notify({ ...FAULT, name: "VI_2" });
  await it.notifier.drain(5000);
  deepStrictEqual(it.written(), ["master 0", "any INSTANCE VI_1 MASTER 100"]);
  deepStrictEqual(it.log.map(({ event }) => event), ["notified", "notified"]);
  deepStrictEqual(it.notifier.status(), {
    queued: { script: 0, email: 0, webhook: 0 },
    delivered: { script: 2, email: 0, webhook: 0 },
    failed: { script: 0, email: 0, webhook: 0 },
    lastFailure: null,
  });
});

Deno.test("a script finds the whole event in its environment, and no more", async () => {
  using it = lab();
  it.configure({ byState: { MASTER: it.shell("env") } });
  Deno.env.set("ALIVED_TEST_SECRET", "secret");
  Deno.env.set("STATE_DIRECTORY", "/var/lib/alived");
  it.notifier.notify(MASTER);
  await it.notifier.drain(5000);
  Deno.env.delete("ALIVED_TEST_SECRET");
  Deno.env.delete("STATE_DIRECTORY");
  const common = /^(PATH|LANG|LC_ALL|TZ|PWD|SHLVL|OLDPWD|_)=/;
  deepStrictEqual(
    it.written().filter((line) => !common.test(line)).toSorted(),
    [
      "ALIVED_INSTANCE=VI_1",
      "ALIVED_INTERFACE=eth0",
      "ALIVED_PREVIOUS_STATE=BACKUP",
      "ALIVED_PRIORITY=100",
      "ALIVED_REASON=no advert for 3.61 s",
      "ALIVED_STATE=MASTER",
      "ALIVED_VIPS=192.0.2.100/24 192.0.2.101/32",
      "GO_ALIVED_EVENT=master",
      "GO_ALIVED_INSTANCE=VI_1",
      "STATE_DIRECTORY=/var/lib/alived",
    ],
  );
});

Deno.test("a group has its own script, and priority 0", async () => {
  using it = lab();
  const any = it.shell('echo "$*"');
  it.configure({ byState: {}, any: it.shell("echo wrong") }, {
    groupScripts: new Map([["VI_1", { byState: {}, any }]]),
  });
  it.notifier.notify({ ...FAULT, kind: "GROUP", priority: 0 });
  await it.notifier.drain(5000);
  deepStrictEqual(it.written(), ["GROUP VI_1 FAULT 0"]);
});

Deno.test("events of an instance run in order, and the newest wins", async () => {
  using it = lab();
  it.configure({
    any: it.shell('echo "+$3 $4"; sleep 0.1; echo "-$3 $4"'),
  });
  for (const event of [MASTER, BACKUP, FAULT, { ...MASTER, priority: 90 }]) {
    it.notifier.notify(event);
  }
  strictEqual(it.notifier.status().queued.script, 2);
  await it.notifier.drain(5000);
  deepStrictEqual(it.written(), [
    "+MASTER 100",
    "-MASTER 100",
    "+MASTER 90",
    "-MASTER 90",
  ]);
  deepStrictEqual(
    it.log.filter(({ event }) => event === "notify_dropped").map(line),
    ["BACKUP: FAULT", "FAULT: MASTER"].map((states) =>
      `debug VI_1 Did not tell script "/bin/sh" of ${states} is newer`
    ),
  );
});

Deno.test("a slow instance does not hold up another", async () => {
  using it = lab();
  const slow = { byState: { MASTER: it.shell("sleep 0.3; echo slow") } };
  const quick = { byState: { MASTER: it.shell("echo quick") } };
  it.configure(null, {
    scripts: new Map([
      ["VI_1", { ...slow, any: null }],
      ["VI_2", { ...quick, any: null }],
    ]),
  });
  it.notifier.notify(MASTER);
  it.notifier.notify({ ...MASTER, name: "VI_2" });
  await it.notifier.drain(5000);
  deepStrictEqual(it.written(), ["quick", "slow"]);
});

Deno.test("a script that fails is a warning with its last line", async () => {
  using it = lab();
  const command = ["/bin/sh", "-c", "echo one; echo 'no route' >&2; exit 3"];
  it.configure({ byState: { MASTER: command } });
  it.notifier.notify(MASTER);
  await it.notifier.drain(5000);
  deepStrictEqual(it.log.map(line), [
    'warning VI_1 Cannot tell script "/bin/sh" of MASTER: exit status 3: ' +
    "no route",
  ]);
  const { failed, lastFailure } = it.notifier.status();
  const { time = 0, ...failure } = lastFailure ?? {};
  deepStrictEqual(failed, { script: 1, email: 0, webhook: 0 });
  ok(Math.abs(Date.now() - time) < 5000);
  deepStrictEqual(failure, {
    name: "VI_1",
    state: "MASTER",
    receiver: 'script "/bin/sh"',
    detail: "exit status 3: no route",
  });
});

Deno.test("a script that does not exist is a warning", async () => {
  using it = lab();
  it.configure({ byState: { MASTER: ["/nonexistent/notify"] } });
  it.notifier.notify(MASTER);
  await it.notifier.drain(5000);
  strictEqual(it.log[0]?.level, "warning");
  match(
    it.log[0].message,
    /^Cannot tell script "\/nonexistent\/notify" of MASTER: /,
  );
});

Deno.test("a script out of time is killed with all it started", async () => {
  using it = lab();
  const text =
    "trap '' TERM; (trap '' TERM; sleep 60) & echo $!; echo $$; wait";
  const outcome = await runScript(it.shell(text), MASTER, {
    user: null,
    signal: new AbortController().signal,
    timeout: 300,
  });
  strictEqual(outcome.ok, false);
  strictEqual(outcome.detail, "killed after 0.3 s");
  const pids = it.written().map(Number);
  strictEqual(pids.length, 2);
  await until(() => !pids.some(isAlive));
});

Deno.test("drain() waits for the scripts of STOP", async () => {
  using it = lab();
  it.configure({ byState: { STOP: it.shell("sleep 0.3; echo stopped") } });
  it.notifier.notify(STOP);
  const start = performance.now();
  await it.notifier.drain(5000);
  ok(performance.now() - start < 2000);
  deepStrictEqual(it.written(), ["stopped"]);
});

Deno.test("drain() gives STOP its turn behind a script that hangs", async () => {
  using it = lab();
  it.configure({
    byState: {
      MASTER: it.shell("echo $$; sleep 60"),
      STOP: it.shell("echo stopped"),
    },
  });
  it.notifier.notify(MASTER);
  it.notifier.notify(STOP);
  const start = performance.now();
  await it.notifier.drain(2000);
  ok(performance.now() - start < 2000);
  const [pid, last] = it.written();
  strictEqual(last, "stopped");
  strictEqual(isAlive(Number(pid)), false);
});

Deno.test("drain() leaves nothing running, and nobody is told behind it", async () => {
  using it = lab();
  const hang = it.shell("trap '' TERM; echo $$; while :; do sleep 1; done");
  it.configure({ byState: { MASTER: hang, STOP: it.shell("echo stopped") } });
  it.notifier.notify(MASTER);
  await until(() => it.written().length === 1);
  const start = performance.now();
  await it.notifier.drain(1500);
  ok(performance.now() - start < 1600);
  it.notifier.notify(STOP);
  const [pid, ...rest] = it.written();
  deepStrictEqual(rest, []);
  strictEqual(isAlive(Number(pid)), false);
  strictEqual(
    it.log.at(-1)?.message,
    'Did not tell script "/bin/sh" of STOP: no time is left',
  );
});

Deno.test("an instance that is taken out keeps its scripts for STOP", async () => {
  using it = lab();
  it.configure({ any: it.shell('echo "$3"; sleep 0.1') });
  it.configure(null);
  for (const event of [BACKUP, STOP, STOP]) it.notifier.notify(event);
  await it.notifier.drain(5000);
  deepStrictEqual(it.written(), ["STOP"]);
});

Deno.test("an instance that is told other scripts forgets its old ones", async () => {
  using it = lab();
  it.configure({ any: it.shell("echo old") });
  it.configure({});
  it.notifier.notify(STOP);
  await it.notifier.drain(5000);
  deepStrictEqual(it.written(), []);
});

Deno.test("drain() is the end for whoever was not told before, too", async () => {
  using it = lab();
  it.configure({ any: it.shell("echo $3") });
  await it.notifier.drain(5000);
  it.notifier.notify(STOP);
  strictEqual(it.notifier.status().queued.script, 0);
  deepStrictEqual(it.log.map(({ event }) => event), ["notify_dropped"]);
});

interface Hook extends AsyncDisposable {
  readonly settings: WebhookSettings;
  readonly states: string[];
}

/** A webhook that answers with these statuses, then with 200. */
function serveHook(...statuses: number[]): Hook {
  const states: string[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      states.push((await request.json()).state);
      return new Response(null, { status: statuses.shift() ?? 200 });
    },
  );
  return {
    settings: {
      url: `http://127.0.0.1:${server.addr.port}/s3cret`,
      headers: {},
      events: ["MASTER", "FAULT"],
      timeout: 1000,
    },
    states,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

Deno.test("a webhook that fails once is told again a second later", async () => {
  using it = lab();
  await using hook = serveHook(503);
  const webhooks = [hook.settings];
  it.configure(null, { notifications: { email: null, webhooks } });
  it.notifier.notify(BACKUP);
  it.notifier.notify(MASTER);
  const start = performance.now();
  await it.notifier.drain(5000);
  ok(performance.now() - start >= 999);
  deepStrictEqual(hook.states, ["MASTER", "MASTER"]);
  const { delivered, failed } = it.notifier.status();
  deepStrictEqual([delivered.webhook, failed.webhook], [1, 0]);
  const origin = new URL(hook.settings.url).origin;
  strictEqual(it.log.at(-1)?.message.startsWith(`Told ${origin} of `), true);
  ok(!JSON.stringify(it.log).includes("s3cret"));
});

Deno.test("a webhook is told the newest instead of the old once more", async () => {
  using it = lab();
  await using hook = serveHook(503);
  const webhooks = [hook.settings];
  it.configure(null, { notifications: { email: null, webhooks } });
  it.notifier.notify(MASTER);
  it.notifier.notify(FAULT);
  await it.notifier.drain(5000);
  deepStrictEqual(hook.states, ["MASTER", "FAULT"]);
  const { delivered, failed } = it.notifier.status();
  deepStrictEqual([delivered.webhook, failed.webhook], [1, 1]);
});

Deno.test("mail is sent for every state", async () => {
  using it = lab();
  await using server = startMailServer({ tls: "none" });
  const email = {
    to: ["admin@example.com"],
    from: "alived@example.com",
    smtp: {
      ...{ host: "127.0.0.1", port: server.port, tls: "none" as const },
      ...{ user: null, passwordFile: null, caFile: null },
    },
  };
  it.configure(null, { notifications: { email, webhooks: [] } });
  it.notifier.notify({ ...BACKUP, reason: "x\r\nBcc: all@example.com" });
  await it.notifier.drain(5000);
  const [mail] = server.mails;
  deepStrictEqual(mail?.to, ["<admin@example.com>"]);
  match(mail.data, /^Subject: \[alived\] node1: VI_1 is BACKUP$/m);
  match(mail.data, /: x Bcc: all@example\.com$/m);
  strictEqual(it.log[0]?.level, "debug");
  match(
    it.log[0].message,
    /^Told admin@example\.com of BACKUP in \d+ ms: sent$/,
  );
});

Deno.test("a bug in telling is logged and tells the others all the same", async () => {
  using it = lab();
  await using hook = serveHook();
  const webhooks = [hook.settings];
  it.configure({ any: it.shell("echo $3") }, {
    notifications: { email: null, webhooks },
  });
  it.notifier.notify({ ...MASTER, time: NaN });
  it.notifier.notify({ ...FAULT, reason: null as unknown as string });
  await it.notifier.drain(5000);
  deepStrictEqual(it.written(), ["MASTER"]);
  deepStrictEqual(hook.states, []);
  const messages = it.log.map(({ message }) => message);
  ok(messages.some((text) => /of MASTER: RangeError/.test(text)));
  ok(messages.some((text) => /Cannot tell of FAULT: TypeError/.test(text)));
});
