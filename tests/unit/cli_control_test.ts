import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { explain } from "../../src/control/explain.ts";
import {
  backup,
  check,
  instance,
  NGINX_DOWN,
  status,
  WEB_DOWN,
} from "../lab/control_example.ts";
import {
  alivedAt,
  type Answers,
  fakeDaemon,
  json,
} from "../lab/control_socket.ts";

const WELL = status({ instances: [instance(), backup()] });
const BAD = status({
  instances: [
    instance(),
    instance({
      name: "VI_3",
      state: "FAULT",
      faults: [{ cause: "interface", reason: 'interface "eth2" is down' }],
    }),
  ],
});
const DRAINED = status({
  instances: [instance({
    state: "FAULT",
    faults: [{ cause: "operator", reason: "drained" }],
    drained: {
      since: "2026-11-25T20:19:00.000Z",
      ...{ until: null, by: null, reason: null, last_resort: false },
    },
  })],
});

/** What a daemon with this status answers. */
function answering(said: unknown): Answers {
  return { "/v1/status": () => json(said) };
}

Deno.test("status prints a table, and --json what the daemon says byte for byte", async () => {
  await using daemon = await fakeDaemon(answering(WELL));
  const { socket } = daemon;
  const table = await alivedAt(socket, ["status"]);
  deepStrictEqual([table.code, table.stderr], [0, ""]);
  match(table.stdout, /^VI_1 {6}MASTER {2}2h 14m {2}150 {3}this host /m);
  match(table.stdout, /^VI_2 {6}BACKUP /m);
  deepStrictEqual(await alivedAt(socket, ["status", "--json"]), {
    code: 0,
    stdout: `${JSON.stringify(WELL)}\n`,
    stderr: "",
  });
});

Deno.test("status NAME prints one instance", async () => {
  await using daemon = await fakeDaemon({
    "/v1/status": ({ path }) =>
      path === "/v1/status?instance=VI_2"
        ? json(status({ instances: [backup()] }))
        : json({ error: 'There is no instance "VI_9"' }, 404),
  });
  const { code, stdout } = await alivedAt(daemon.socket, ["status", "VI_2"]);
  strictEqual(code, 0);
  strictEqual(
    stdout,
    `\
VI_2 is BACKUP for 2h 14m, since 2026-11-25 18:46:00
  why       192.0.2.2 has priority 200, more than our 100
  router    VRRPv2 VRID 51 on eth0, multicast
  priority  100
  master    192.0.2.2 (200)
  heard     192.0.2.2, priority 200, just now, 8061 adverts
  source    192.0.2.1
  VIPs      192.0.2.101/24 not on eth0
  timers    advert every 1 s, master-down interval 3.609 s, takes over in 2.9 s
            unless it hears
  preempt   yes
  auth      PASS
  counters  adverts: 9000 sent, 17 received; with priority 0: 1 sent, 2 received
            became MASTER twice, gave it up once
            dropped for checksum: 3
`,
  );
  deepStrictEqual(await alivedAt(daemon.socket, ["status", "VI_9"]), {
    code: 2,
    stdout: "",
    stderr: 'There is no instance "VI_9"\n',
  });
});

/** A status, what is asked, and what is printed with which exit status. */
const ONE_LINE: readonly (readonly [
  string,
  unknown,
  readonly string[],
  number,
  string,
])[] = [
  ["all is well", WELL, ["--check"], 0, "OK: 1 MASTER, 1 BACKUP\n"],
  [
    "one is in FAULT",
    BAD,
    ["--check"],
    1,
    'FAULT: VI_3 (interface "eth2" is down): 1 MASTER, 1 FAULT\n',
  ],
  ["one is drained", DRAINED, ["--check"], 0, "OK: 1 DRAINED\n"],
  ["it is master", status(), ["VI_1", "--is", "master"], 0, "VI_1 is MASTER\n"],
  ["it is none", status(), ["VI_1", "--is", "backup"], 1, "VI_1 is MASTER\n"],
  [
    "drained is no fault",
    DRAINED,
    ["VI_1", "--is", "fault"],
    1,
    "VI_1 is DRAINED\n",
  ],
];

for (const [what, said, args, code, stdout] of ONE_LINE) {
  Deno.test(`status ${args.join(" ")} when ${what} exits with ${code}`, async () => {
    await using daemon = await fakeDaemon(answering(said));
    deepStrictEqual(await alivedAt(daemon.socket, ["status", ...args]), {
      ...{ code, stdout, stderr: "" },
    });
  });
}

Deno.test("a core that does not answer is told of, and never an old status", async () => {
  await using daemon = await fakeDaemon({
    "*": () =>
      json({
        error: "The core has not answered for 7.3 s",
        core: { answers: false, silent_seconds: 7.31 },
      }, 503),
    "/healthz": () =>
      json({ error: "…", core: { answers: false, silent_seconds: 7.31 } }, 503),
  });
  const silent = {
    code: 1,
    stdout: "",
    stderr: "The core has not answered for 7.3 s: what it does, and whether " +
      "the addresses are served, is not known\n",
  };
  for (const args of [["status"], ["status", "--check"], ["explain", "VI_1"]]) {
    deepStrictEqual(await alivedAt(daemon.socket, args), silent);
  }
  // Not ordered at all: nobody would hear of it.
  deepStrictEqual(await alivedAt(daemon.socket, ["failover", "VI_1"]), silent);
  ok(daemon.asked.every(({ method }) => method === "GET"));
});

Deno.test("a daemon that is stopped is told of", async () => {
  const directory = await Deno.makeTempDir();
  const socket = `${directory}/control.sock`;
  // Connections are taken by the kernel, and answered by nobody.
  using listener = Deno.listen({ transport: "unix", path: socket });
  ok(listener);
  deepStrictEqual(await alivedAt(socket, ["status"]), {
    code: 1,
    stdout: "",
    stderr: `Nobody answers at "${socket}" in time: the daemon hangs or is ` +
      "stopped, and what it does is not known\n",
  });
  await Deno.remove(directory, { recursive: true });
});

Deno.test("no daemon: what was tried, and whether one runs", async () => {
  const directory = await Deno.makeTempDir();
  const socket = `${directory}/control.sock`;
  const lock = `${directory}/alived.pid`;
  deepStrictEqual(await alivedAt(socket, ["status"]), {
    code: 3,
    stdout: "",
    stderr: `No daemon: there is no socket "${socket}", and nobody has the ` +
      `lock "${lock}": alived does not run (systemctl start alived)\n`,
  });
  // A daemon that was killed leaves its socket.
  Deno.listen({ transport: "unix", path: socket }).close();
  if (await exists(socket)) {
    const { code, stderr } = await alivedAt(socket, ["drain", "VI_1"]);
    strictEqual(code, 3);
    match(stderr, /^No daemon: nobody listens at "[^"]+", and nobody has the /);
  }
  // Somebody has the lock, and listens elsewhere.
  await using holder = new Deno.Command("flock", {
    args: [lock, "cat"],
    stdin: "piped",
    stdout: "null",
  }).spawn();
  while (
    !(await Deno.readTextFile("/proc/locks")).includes(` ${holder.pid} `)
  ) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const { code, stderr } = await alivedAt(socket, ["status"]);
  strictEqual(code, 3);
  match(
    stderr,
    new RegExp(
      `but flock with pid ${holder.pid} has the lock of "${directory}": see ` +
        "global.control_socket, or name the socket by --socket\n$",
    ),
  );
  await holder.stdin.close();
  await holder.status;
  await Deno.remove(directory, { recursive: true });
});

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

Deno.test("explain asks for a peer, and prints the sum", async () => {
  const weakened = instance({
    priority: { base: 150, effective: 140, terms: [WEB_DOWN] },
    skew_seconds: 0.453125,
    master_down_seconds: 3.453125,
    master: { address: "192.0.2.1", priority: 140, self: true },
  });
  await using daemon = await fakeDaemon({
    "/v1/instances/VI_1/explain": ({ path }) =>
      json(explain(status(), weakened, path.endsWith("=145") ? 145 : null)),
  });
  const { code, stdout } = await alivedAt(daemon.socket, [
    ...["explain", "VI_1", "--peer", "145"],
  ]);
  strictEqual(code, 0);
  match(stdout, /^A peer with 145 takes over within 3\.434 s if it preempts$/m);
  deepStrictEqual(daemon.asked.map(({ path }) => path), [
    "/v1/instances/VI_1/explain?peer_priority=145",
  ]);
});

Deno.test("drain sends what was asked for, and prints what became of each", async () => {
  await using daemon = await fakeDaemon({
    "/v1/drain": () =>
      json({
        error: "VI_2: It owns its addresses",
        outcomes: [
          { instance: "VI_1", refused: null, note: null },
          { instance: "VI_2", refused: "It owns its addresses", note: null },
        ],
      }, 409),
  });
  const args = [
    ...["drain", "VI_1", "VI_2", "--for", "1h30m"],
    ...["--reason", "kernel update", "--last-resort"],
  ];
  const ended = await alivedAt(daemon.socket, args, { SUDO_USER: "ops" });
  deepStrictEqual(ended, {
    code: 1,
    stdout: "VI_1: drained, serves as last resort\n",
    stderr: "VI_2: It owns its addresses\n",
  });
  deepStrictEqual(daemon.asked.map(({ method, path }) => `${method} ${path}`), [
    "GET /healthz",
    "POST /v1/drain",
  ]);
  deepStrictEqual(daemon.asked[1]?.body, {
    instances: ["VI_1", "VI_2"],
    for_seconds: 5400,
    reason: "kernel update",
    by: "ops",
    last_resort: true,
    yes: false,
  });
});

Deno.test("drain --all is refused when nobody else serves, unless it is meant", async () => {
  await using daemon = await fakeDaemon({
    "/v1/drain": ({ body }) =>
      (body as { yes: boolean }).yes
        ? json({
          outcomes: [{ instance: "VI_1", refused: null, note: null }],
        })
        : json({ error: "Nobody else is known to serve VI_1", alone: [] }, 409),
  });
  deepStrictEqual(await alivedAt(daemon.socket, ["drain", "--all"]), {
    code: 1,
    stdout: "",
    stderr: "Nobody else is known to serve VI_1\n",
  });
  deepStrictEqual(await alivedAt(daemon.socket, ["drain", "--all", "--yes"]), {
    ...{ code: 0, stdout: "VI_1: drained\n", stderr: "" },
  });
  strictEqual(
    (daemon.asked[3]?.body as { instances: unknown }).instances,
    "all",
  );
});

Deno.test("resume prints what is so now", async () => {
  await using daemon = await fakeDaemon({
    "/v1/resume": () =>
      json({
        outcomes: [
          { instance: "VI_1", refused: null, note: "It listens for 3.4 s" },
        ],
      }),
  });
  deepStrictEqual(await alivedAt(daemon.socket, ["resume", "VI_1"]), {
    ...{ code: 0, stdout: "VI_1: resumed. It listens for 3.4 s\n", stderr: "" },
  });
});

/** What became of a failover, and what is said of it. */
const FAILOVERS: readonly (readonly [string, unknown, number, string])[] = [
  [
    "somebody takes over",
    {
      resigned_at: "2026-11-25T21:03:10.002Z",
      successor: { address: "192.0.2.2", priority: 100, after_seconds: 0.61 },
    },
    0,
    "VI_1: resigned at 21:03:10.002; 192.0.2.2 (100) is MASTER after 0.61 s\n" +
    "VI_1: stays BACKUP while 192.0.2.2 lives; `alived resume VI_1` takes it " +
    "back\n",
  ],
  [
    "nobody takes over",
    { resigned_at: "2026-11-25T21:03:10.002Z", away_seconds: 3.412 },
    1,
    "VI_1: nobody took over: this host is MASTER again after 3.412 s\n",
  ],
  [
    "nobody is master yet",
    { resigned_at: "2026-11-25T21:03:10.002Z" },
    1,
    "VI_1: resigned, and nobody is MASTER yet: `alived explain VI_1`\n",
  ],
  ["it is no master", { refused: "It is BACKUP" }, 1, "VI_1: It is BACKUP\n"],
];

for (const [what, changes, code, said] of FAILOVERS) {
  Deno.test(`failover when ${what} exits with ${code}`, async () => {
    await using daemon = await fakeDaemon({
      "/v1/failover": () =>
        json({
          failovers: [{
            ...{ instance: "VI_1", refused: null, resigned_at: null },
            ...{ successor: null, away_seconds: null },
            ...changes as object,
          }],
        }, code === 0 ? 200 : 409),
    });
    const ended = await alivedAt(daemon.socket, ["failover", "VI_1"]);
    deepStrictEqual(
      [ended.code, code === 0 ? ended.stdout : ended.stderr],
      [code, said],
    );
  });
}

const RELOADED = {
  ...{ ok: true, issues: ["c.yaml:3:5 global: a warning"] },
  ...{ added: ["VI_3"], removed: ["VI_2"], restarted: [] },
  changed: [{ name: "VI_1", keys: ["priority: 100 → 90"] }],
};

Deno.test("reload prints what changed, --diff what would", async () => {
  await using daemon = await fakeDaemon({ "/v1/reload": () => json(RELOADED) });
  const warning = "c.yaml:3:5 global: a warning\n";
  deepStrictEqual(await alivedAt(daemon.socket, ["reload"]), {
    code: 0,
    stdout: "VI_3: started\nVI_2: stopped\nVI_1: priority: 100 → 90\n",
    stderr: warning,
  });
  deepStrictEqual(await alivedAt(daemon.socket, ["reload", "--diff"]), {
    code: 0,
    stdout: "VI_3: would start\nVI_2: would stop\n" +
      "VI_1: would change priority: 100 → 90\n",
    stderr: warning,
  });
  deepStrictEqual(await alivedAt(daemon.socket, ["reload", "--quiet"]), {
    ...{ code: 0, stdout: "", stderr: warning },
  });
  deepStrictEqual(
    daemon.asked.filter(({ body }) => body !== null).map(({ body }) => body),
    [{ dry_run: false }, { dry_run: true }, { dry_run: false }],
  );
});

Deno.test("reload prints the mistakes of a file that it refuses", async () => {
  await using daemon = await fakeDaemon({
    "/v1/reload": () =>
      json({
        error: "Nothing was changed",
        ...{ ok: false, issues: ["c.yaml:1:1 vrrp_instances: must be a list"] },
        ...{ added: [], removed: [], restarted: [], changed: [] },
      }, 409),
  });
  deepStrictEqual(await alivedAt(daemon.socket, ["reload"]), {
    code: 2,
    stdout: "",
    stderr: "c.yaml:1:1 vrrp_instances: must be a list\n" +
      "Nothing was changed: the configuration before it is in force\n",
  });
});

Deno.test("log-level, events, checks, metrics and names print what there is", async () => {
  await using daemon = await fakeDaemon({
    ...answering(status({ checks: [NGINX_DOWN, check()] })),
    "/v1/log-level": () => json({ level: "debug", for_seconds: 600 }),
    "/v1/events": () =>
      json({
        events: [{
          time: "2026-11-25T18:46:00.000Z",
          instance: "VI_1",
          from: "BACKUP",
          to: "MASTER",
          reason: "heard nothing from 192.0.2.2 for 3.609 s",
          priority: 150,
        }],
      }),
    "/metrics": () => new Response("alived_up 1\n"),
  });
  const outputs = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await alivedAt(daemon.socket, args);
    deepStrictEqual([code, stderr], [0, ""], args.join(" "));
    return stdout;
  };
  strictEqual(
    await outputs("log-level", "debug", "--for", "10m"),
    "The log is at level debug for 600 s\n",
  );
  deepStrictEqual(daemon.asked.at(-1)?.body, {
    level: "debug",
    for_seconds: 600,
  });
  strictEqual(
    await outputs("events", "--limit", "5"),
    "2026-11-25 18:46:00 VI_1 BACKUP → MASTER (150): heard nothing from " +
      "192.0.2.2 for 3.609 s\n",
  );
  strictEqual(daemon.asked.at(-1)?.path, "/v1/events?limit=5");
  strictEqual(
    await outputs("checks"),
    `\
CHECK  STATE  SINCE  TYPE  EVERY  LAST RESULT
nginx  down   12s    http  2 s    ok in 0.25 s
db     up     1h     tcp   2 s    ok in 4 ms
`,
  );
  strictEqual(
    await outputs("checks", "nginx"),
    `\
nginx is down: connection refused (12s)
  type     http, every 2 s, rise 3, fall 2
  used by  VI_1
  runs     1793 ok, 6 failed, 1 timed out
  streak   1 of 3 successes that make it up
  results  2026-11-25 20:59:57 failed: connection refused
           2026-11-25 20:59:59 ok in 0.25 s
`,
  );
  strictEqual(await outputs("metrics"), "alived_up 1\n");
  strictEqual(await outputs("names"), "VI_1\n");
  strictEqual(await outputs("names", "--checks"), "nginx\ndb\n");
  deepStrictEqual(await alivedAt(daemon.socket, ["checks", "ngnix"]), {
    code: 2,
    stdout: "",
    stderr: 'There is no check "ngnix" (did you mean "nginx"?)\n',
  });
});

Deno.test("watch in a pipe is a line an event, or what the daemon says", async () => {
  const lines = [
    WELL,
    {
      ...{ seq: 1, time: "2026-11-25T21:00:01.000Z", type: "transition" },
      ...{ event: "transition", instance: "VI_1", level: "notice", facts: {} },
      message: "VI_1 MASTER → BACKUP: 192.0.2.2 has priority 200",
    },
    {
      ...{ seq: 2, time: "2026-11-25T21:00:05.000Z", type: "heartbeat" },
      core: { answers: true, silent_seconds: null },
    },
    {
      ...{ seq: 3, time: "2026-11-25T21:00:10.000Z", type: "heartbeat" },
      core: { answers: false, silent_seconds: 4.5 },
    },
    { seq: 4, time: "2026-11-25T21:00:11.000Z", type: "gap", missed: 3 },
  ].map((each) => `${JSON.stringify(each)}\n`).join("");
  await using daemon = await fakeDaemon({
    "/v1/watch": () => new Response(lines),
  });
  const ending = {
    code: 3,
    stderr: "The daemon has ended the watch: does it run?\n",
  };
  deepStrictEqual(await alivedAt(daemon.socket, ["watch"]), {
    ...ending,
    stdout: `\
2026-11-25 21:00:00 VI_1 is MASTER: heard nothing from 192.0.2.2 for 3.609 s
2026-11-25 21:00:00 VI_2 is BACKUP: 192.0.2.2 has priority 200, more than our 100
2026-11-25 21:00:01 VI_1 MASTER → BACKUP: 192.0.2.2 has priority 200
2026-11-25 21:00:10 The core has not answered for 4.5 s
2026-11-25 21:00:11 Some events are missing: this reader was slow
`,
  });
  deepStrictEqual(
    await alivedAt(daemon.socket, ["watch", "--json"]),
    { ...ending, stdout: lines },
  );
  deepStrictEqual(
    (await alivedAt(daemon.socket, ["watch", "VI_2"])).stdout.split("\n")[0],
    "2026-11-25 21:00:00 VI_2 is BACKUP: 192.0.2.2 has priority 200, more " +
      "than our 100",
  );
});

Deno.test("what a daemon says cannot steer the terminal", async () => {
  const said = status({
    instances: [instance({ reason: "a\x1b[2Jb\nc\u202ed" })],
  });
  await using daemon = await fakeDaemon(answering(said));
  const { stdout } = await alivedAt(daemon.socket, ["status", "VI_1"]);
  match(stdout, /^ {2}why +a \[2Jb c\\u\{202e\}d$/m);
});

Deno.test("a daemon of another version is told of", async () => {
  await using daemon = await fakeDaemon(answering({ schema: 2 }));
  const { code, stderr } = await alivedAt(daemon.socket, ["status"]);
  strictEqual(code, 1);
  match(stderr, /^The daemon does not speak as this program \(.*\) does: /);
});

/** Words that a command does not take, and what is said of them. */
const WRONG: readonly (readonly [readonly string[], RegExp])[] = [
  [["drain"], /^error: drain takes names of instances, or --all\n$/],
  [["drain", "VI_1", "--all"], /^error: drain takes names of instances, or /],
  [["resume"], /^error: resume takes names of instances, or --all\n$/],
  [["failover"], /^error: missing required argument 'instance'\n$/],
  [["drain", "VI_1", "--for", "soon"], /It must be a time such as 90s, 30m/],
  [["drain", "VI_1", "--for", "0"], /It must be a time such as 90s, 30m/],
  [["explain", "VI_1", "--peer", "256"], /a whole number from 1 to 255/],
  [["status", "--is", "master"], /^error: --is needs the name of an instance/],
  [["status", "VI_1", "--is", "well"], /Allowed choices are master, backup, /],
  [["log-level", "loud"], /Allowed choices are debug, info, notice, /],
];

for (const [args, message] of WRONG) {
  Deno.test(`alived ${args.join(" ")} is a usage error`, async () => {
    const { code, stdout, stderr } = await alivedAt("/nonexistent", args);
    deepStrictEqual([code, stdout], [2, ""]);
    match(stderr, message);
  });
}
