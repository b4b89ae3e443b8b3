import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import * as v from "valibot";
import { statusView } from "../../src/cli/views/status_view.ts";
import { warnings } from "../../src/cli/views/warnings.ts";
import {
  type InstanceStatus,
  type Status,
  statusSchema,
} from "../../src/control/snapshot.ts";
import { PLAIN } from "./cli_look.ts";
import {
  backup,
  check,
  heard,
  instance,
  NGINX_DOWN,
  peer,
  status,
  term,
  vip,
  WEB_DOWN,
} from "../lab/control_example.ts";

const MIDDLING = status({
  instances: [
    instance({
      priority: { base: 150, effective: 140, terms: [WEB_DOWN] },
      heard: [heard({ priority: 130 })],
    }),
    backup(),
    instance({
      name: "VI_3",
      state: "FAULT",
      since: "2026-11-25T20:59:48.000Z",
      faults: [
        { cause: "interface", reason: 'interface "eth2" is down' },
      ],
      master: { address: "192.0.2.3", priority: 90, self: false },
      vips: [vip(), vip({ address: "192.0.2.103/24" })],
    }),
    instance({
      name: "VI_4",
      state: "FAULT",
      since: "2026-11-25T20:19:00.000Z",
      faults: [{ cause: "operator", reason: "drained by ops" }],
      drained: {
        since: "2026-11-25T20:19:00.000Z",
        until: "2026-11-25T23:00:00.000Z",
        by: "ops",
        reason: "kernel update",
        last_resort: false,
      },
      master: { address: "192.0.2.2", priority: 200, self: false },
      vips: [vip({ address: "192.0.2.104/24" })],
    }),
  ],
  checks: [
    NGINX_DOWN,
    check(),
    check({
      name: "gateway",
      history: [{
        time: "2026-11-25T20:59:59.000Z",
        ok: true,
        seconds: 0.0003,
        message: null,
      }],
    }),
  ],
});

Deno.test("the example is a status", () => {
  ok(v.is(statusSchema, MIDDLING));
});

Deno.test("status shows instances, why, checks and warnings in 80 columns", () => {
  strictEqual(
    statusView(MIDDLING, PLAIN).join("\n"),
    `\
alived 0.2.0 on node1, up 5d 13h, core answers in 0.4 ms     2026-11-25 21:00:00

INSTANCE  STATE    SINCE   PRIO          MASTER           VIPS
VI_1      MASTER   2h 14m  140 (150−10)  this host        192.0.2.100/24
VI_2      BACKUP   2h 14m  100           192.0.2.2 (200)  192.0.2.101/24
VI_3      FAULT    12s     –             192.0.2.3 (90)   2 addresses
          └ interface "eth2" is down; heals by itself
VI_4      DRAINED  41m     –             192.0.2.2 (200)  192.0.2.104/24
          └ by ops: "kernel update", until \`alived resume VI_4\` or 11-25 23:00

CHECKS     nginx down: connection refused (12s)   db up 4 ms   gateway up 0.3 ms

! VI_1: check web takes 10 off; 11 more and 192.0.2.2 (last seen 7m ago at 130)
  takes over
! Backups are silent in VRRP: no standby is known for VI_1 (add global.peers)`,
  );
});

Deno.test("docs/operating.md shows this status", () => {
  const path = new URL("../../docs/operating.md", import.meta.url);
  const shown = statusView(MIDDLING, PLAIN).join("\n");
  ok(
    Deno.readTextFileSync(path)
      .includes(`\`\`\`console\n$ alived status\n${shown}\n\`\`\`\n`),
  );
});

Deno.test("status folds where a terminal is narrow", () => {
  const [first, second, third] = MIDDLING.instances;
  const narrow = status({
    instances: [first, second, third].flatMap((each) => each ?? []),
    checks: [NGINX_DOWN, check()],
    cluster: [peer()],
  });
  strictEqual(
    statusView(narrow, { ...PLAIN, width: 44 }).join("\n"),
    `\
alived 0.2.0 on node1, up 5d 13h, core
  answers in 0.4 ms
2026-11-25 21:00:00

VI_1: MASTER
  since   2h 14m
  prio    140 (150−10)
  master  this host
  vips    192.0.2.100/24
VI_2: BACKUP
  since   2h 14m
  prio    100
  master  192.0.2.2 (200)
  vips    192.0.2.101/24
VI_3: FAULT
  since   12s
  prio    –
  master  192.0.2.3 (90)
  vips    2 addresses
  └ interface "eth2" is down; heals by
    itself

CHECKS     nginx down: connection refused
             (12s)
           db up 4 ms

! VI_1: check web takes 10 off; 41 more and
  node2 (now at 100) takes over`,
  );
});

Deno.test("status underlines with colours what it says in words", () => {
  const lines = statusView(MIDDLING, { ...PLAIN, colour: true });
  const plain = statusView(MIDDLING, PLAIN);
  // deno-lint-ignore no-control-regex -- they are what it is about
  deepStrictEqual(lines.map((line) => line.replace(/\x1b\[\d+m/g, "")), plain);
  strictEqual(
    lines[3],
    "VI_1      \x1b[32mMASTER\x1b[0m   2h 14m  " +
      "\x1b[33m140 (150−10)\x1b[0m  this host        192.0.2.100/24",
  );
  ok(lines[5]?.includes("\x1b[31mFAULT\x1b[0m"));
  ok(lines[7]?.includes("\x1b[33mDRAINED\x1b[0m"));
});

Deno.test("status names a last resort, a handover, and the terms of a priority", () => {
  const last = {
    since: "2026-11-25T20:19:00.000Z",
    ...{ until: null, by: "ops", reason: null, last_resort: true },
  };
  const lines = statusView(
    status({
      instances: [
        instance({
          priority: { base: 150, effective: 1, terms: [] },
          drained: last,
        }),
        backup({ yielded: true }),
        backup({
          name: "VI_3",
          master: null,
          vips: [],
          priority: {
            base: 100,
            effective: 75,
            terms: [
              WEB_DOWN,
              term({ tracker: "db", weight: -20, up: false, term: -20 }),
              term({ tracker: "dns", weight: 5, term: 5 }),
            ],
          },
        }),
      ],
    }),
    PLAIN,
  );
  deepStrictEqual(lines.slice(3, 8), [
    "VI_1      MASTER  2h 14m  1 (last resort)   this host        " +
    "192.0.2.100/24",
    "          └ last resort, by ops, until `alived resume VI_1`",
    "VI_2      BACKUP  2h 14m  100               192.0.2.2 (200)  " +
    "192.0.2.101/24",
    "          └ handed over: does not preempt until `alived resume VI_2`",
    "VI_3      BACKUP  2h 14m  75 (100−10−20+5)  none known       none",
  ]);
});

const ALONE =
  "Backups are silent in VRRP: no standby is known for VI_1 (add global.peers)";

/** What is so, and what is said of it. */
const WARNED:
  readonly (readonly [string, Partial<Status>, readonly string[]])[] = [
    ["a peer stands by", { cluster: [peer()] }, []],
    ["no peers are configured", {}, [ALONE]],
    [
      "the peer is drained",
      { cluster: [ofPeer({ drained: true })] },
      ["No standby is known for VI_1"],
    ],
    [
      "the peer has another virtual router",
      { cluster: [ofPeer({ vrid: 52 })] },
      ["No standby is known for VI_1"],
    ],
    [
      "the peer is silent",
      {
        cluster: [peer({ error: "timed out", fetched_seconds_ago: 75 })],
      },
      [
        "No standby is known for VI_1",
        "node2 does not say how it is: timed out, last answer 1m ago",
      ],
    ],
    [
      "the peer is master too",
      { cluster: [ofPeer({ state: "MASTER" })] },
      [
        "VI_1: node2 says that it is MASTER too: do the two hear each other?",
        "No standby is known for VI_1",
      ],
    ],
    [
      "an address is missing, another there",
      of(
        { vips: [vip({ held: true }), vip({ address: "192.0.2.9/24" })] },
        backup({ vips: [vip({ held: true, owner: "other" })] }),
      ),
      [
        "VI_1: 192.0.2.9/24 is missing on eth0",
        "VI_2: 192.0.2.100/24 is on eth0 though this host is not MASTER: " +
        "somebody else added it",
        ALONE,
      ],
    ],
    [
      "a worse peer becomes better",
      {
        ...of({
          priority: { base: 150, effective: 90, terms: [WEB_DOWN] },
        }),
        cluster: [peer()],
      },
      [
        "VI_1: check web takes 10 off: node2 (now at 100) takes over if it " +
        "preempts",
      ],
    ],
    [
      "another host is configured otherwise",
      of({ heard: [heard({ mismatch: ["address_list"] })] }),
      ["VI_1: 192.0.2.2 is configured otherwise: address list", ALONE],
    ],
    [
      "the file has changed",
      { ...configured({ changed_on_disk: true }), cluster: [peer()] },
      [
        "/etc/alived/config.yaml has changed and is not in force yet: " +
        "`alived reload --diff` shows what would change",
      ],
    ],
    [
      "a reload was refused",
      { ...configured({ last_reload_ok: false }), cluster: [peer()] },
      [
        "The last reload was refused, so the configuration before it is in " +
        "force: `alived reload --diff` says why",
      ],
    ],
    [
      "a notification failed",
      {
        notifications: {
          kinds: [],
          last_failure: {
            time: "2026-11-25T20:43:00.000Z",
            message: "mail: connection refused",
          },
        },
        cluster: [peer()],
      },
      ["A notification failed 17m ago: mail: connection refused"],
    ],
    [
      "a notification failed long ago",
      {
        notifications: {
          kinds: [],
          last_failure: { time: "2026-11-24T20:43:00.000Z", message: "mail" },
        },
        cluster: [peer()],
      },
      [],
    ],
    [
      "lines of the log were lost",
      { log: { level: "info", lines_lost: 12 }, cluster: [peer()] },
      ["12 lines of the log were lost"],
    ],
    [
      "nobody here is master",
      { instances: [backup(), instance({ state: "FAULT", vips: [] })] },
      [],
    ],
  ];

function ofPeer(
  changes: Partial<Status["cluster"][number]["instances"][number]>,
): Status["cluster"][number] {
  const { instances } = peer();
  return peer({
    instances: instances.map((each) => ({ ...each, ...changes })),
  });
}

function of(
  changes: Partial<InstanceStatus>,
  ...others: readonly InstanceStatus[]
): Partial<Status> {
  return { instances: [instance(changes), ...others] };
}

function configured(changes: Partial<Status["config"]>): Partial<Status> {
  return { config: { ...status().config, ...changes } };
}

for (const [what, changes, said] of WARNED) {
  Deno.test(`status warns when ${what}: ${said.length}`, () => {
    deepStrictEqual(warnings(status(changes)), said);
  });
}
