import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import * as v from "valibot";
import {
  explain,
  explanationSchema,
  outlookOf,
} from "../../src/control/explain.ts";
import { verdictOn } from "../../src/control/peer_verdict.ts";
import type { InstanceStatus } from "../../src/control/snapshot.ts";
import {
  backup,
  heard,
  instance,
  status,
  term,
  WEB_DOWN,
} from "../lab/control_example.ts";

const DRAIN = {
  since: "2026-11-25T20:19:00.000Z",
  until: null,
  by: "ops",
  reason: null,
  last_resort: false,
};
const WORSE = { address: "192.0.2.2", priority: 90, self: false };

/** States, and what comes of each. */
const OUTLOOKS: readonly (readonly [
  string,
  Partial<InstanceStatus>,
  string,
  number | null,
])[] = [
  ["a better master lives", {}, "waits", null],
  [
    "an equal master lives",
    { master: { ...WORSE, priority: 100 } },
    "waits",
    null,
  ],
  ["no master is known", { master: null }, "waits_alone", 2.9],
  ["a worse master lives", { master: WORSE }, "preempts", 2.9],
  [
    "preempt_delay runs",
    { master: WORSE, preempt_in_seconds: 12.5 },
    "preempts",
    12.5,
  ],
  [
    "preempt is off",
    { master: WORSE, preempt: false },
    "waits_nopreempt",
    null,
  ],
  [
    "it has handed over",
    { master: WORSE, yielded: true },
    "waits_yielded",
    null,
  ],
  [
    "it is drained",
    { state: "FAULT", drained: DRAIN, master: null },
    "drained",
    null,
  ],
  [
    "it is drained as it starts",
    { state: "INIT", drained: DRAIN },
    "drained",
    null,
  ],
  [
    "it is a last resort that listens",
    { drained: { ...DRAIN, last_resort: true } },
    "waits",
    null,
  ],
  [
    "it is a last resort that serves",
    { state: "MASTER", drained: { ...DRAIN, last_resort: true } },
    "last_resort",
    null,
  ],
  ["it has a fault", { state: "FAULT" }, "heals", null],
  ["it has not started", { state: "INIT" }, "starts", null],
  ["it is master", { state: "MASTER" }, "serves", null],
];

for (const [what, changes, kind, inSeconds] of OUTLOOKS) {
  Deno.test(`what an instance does next when ${what}: ${kind}`, () => {
    deepStrictEqual(outlookOf(backup(changes)), {
      kind,
      in_seconds: inSeconds,
    });
  });
}

const WEAKENED = instance({
  priority: {
    base: 150,
    effective: 120,
    terms: [
      WEB_DOWN,
      term({ tracker: "db", weight: -20, up: false, term: -20 }),
      term({ kind: "interface", tracker: "eth1", weight: 30, up: false }),
      term({ kind: "interface", tracker: "eth2", weight: 0 }),
    ],
  },
  // (256 − 120) / 256 s
  skew_seconds: 0.53125,
  master_down_seconds: 3.53125,
  master: { address: "192.0.2.1", priority: 120, self: true },
});

Deno.test("a better peer takes over from this host after its own master-down interval", () => {
  const { remedies, ...verdict } = verdictOn(WEAKENED, { priority: 128 });
  deepStrictEqual(verdict, {
    priority: 128,
    address: null,
    last_seconds_ago: null,
    takes_over: true,
    why: "higher",
    // 3 × 1 s + (256 − 128) / 256 s, as version 2 has it.
    within_seconds: 3.5,
    waits_seconds: 3.5,
    own_waits_seconds: 3.53125,
    best_effective: 180,
    risks: [],
  });
  deepStrictEqual(remedies, [
    { kind: "check", tracker: "web", by: 10, effective: 130 },
    { kind: "check", tracker: "db", by: 20, effective: 140 },
    { kind: "interface", tracker: "eth1", by: 30, effective: 150 },
  ]);
});

Deno.test("what would let a worse peer take over from this host", () => {
  const master = instance({
    priority: {
      base: 150,
      effective: 150,
      terms: [
        WEB_DOWN,
        term({ tracker: "db", weight: -40 }),
        term({ tracker: "dns", weight: -5 }),
        term({ tracker: "hosts", weight: 20, up: true, term: 20 }),
        term({ kind: "interface", tracker: "eth1", weight: 0 }),
        term({ tracker: "load", weight: 2, value: -5, term: -10 }),
      ],
    },
    master: { address: "192.0.2.1", priority: 150, self: true },
  });
  const { takes_over, why, within_seconds, remedies, risks } = verdictOn(
    master,
    { priority: 125 },
  );
  deepStrictEqual(
    [takes_over, why, within_seconds, remedies],
    [false, "lower", null, []],
  );
  deepStrictEqual(risks, [
    { kind: "check", tracker: "db", by: -40, effective: 110 },
    { kind: "interface", tracker: "eth1", by: 0, effective: null },
  ]);
});

Deno.test("only a peer of more takes over from a master, by however little", () => {
  const verdicts = [149, 150, 151].map((priority) => {
    const { takes_over, why } = verdictOn(instance(), { priority });
    return [takes_over, why];
  });
  deepStrictEqual(verdicts, [
    ...[[false, "lower"], [false, "equal"], [true, "higher"]],
  ]);
});

Deno.test("nobody takes over from an owner, and an owner from everybody, at once", () => {
  const owner = instance({
    priority: { base: 255, effective: 255, terms: [WEB_DOWN] },
    skew_seconds: 1 / 256,
    master_down_seconds: 3 + 1 / 256,
    master: { address: "192.0.2.1", priority: 255, self: true },
  });
  const { takes_over, why, risks } = verdictOn(owner, { priority: 254 });
  deepStrictEqual([takes_over, why, risks], [false, "owned", []]);
  const verdict = verdictOn(instance(), { priority: 255 });
  deepStrictEqual(
    [verdict.takes_over, verdict.why, verdict.within_seconds],
    [true, "owner", 0],
  );
});

Deno.test("version 3 scales the wait of a peer by the interval", () => {
  const master = instance({
    version: 3,
    advert_interval_seconds: 0.1,
    priority: { base: 100, effective: 100, terms: [] },
    skew_seconds: 0.1 * 156 / 256,
    master_down_seconds: 0.3 + 0.1 * 156 / 256,
    master: { address: "192.0.2.1", priority: 100, self: true },
  });
  const { within_seconds } = verdictOn(master, { priority: 192 });
  strictEqual(within_seconds, 0.325);
});

Deno.test("trackers do not move a last resort: only resuming it would", () => {
  const { remedies, best_effective } = verdictOn(
    instance({
      priority: {
        base: 150,
        effective: 1,
        terms: [term({ tracker: "db", weight: -20, up: false, term: -20 })],
      },
      drained: { ...DRAIN, last_resort: true },
      master: { address: "192.0.2.1", priority: 1, self: true },
    }),
    { priority: 100 },
  );
  deepStrictEqual([remedies, best_effective], [[], 150]);
});

Deno.test("a peer beside another master is compared with that one", () => {
  const better = verdictOn(backup(), { priority: 201 });
  deepStrictEqual([better.takes_over, better.why], [true, "higher"]);
  const worse = verdictOn(backup(), { priority: 150 });
  deepStrictEqual(
    [worse.takes_over, worse.why, worse.waits_seconds, worse.own_waits_seconds],
    [false, "lower", 3.4140625, 3.609375].map((each) =>
      typeof each === "number" ? Math.round(each * 1e6) / 1e6 : each
    ),
  );
});

Deno.test("a peer beside nobody becomes master, and a host with a fault waits for nothing", () => {
  const fault = backup({ state: "FAULT", master: null });
  const { takes_over, why, own_waits_seconds } = verdictOn(fault, {
    priority: 50,
  });
  deepStrictEqual([takes_over, why, own_waits_seconds], [
    ...[true, "no_master", null],
  ]);
});

Deno.test("without a priority the best host that was heard is judged", () => {
  const heardOf = instance({
    heard: [
      heard({ address: "192.0.2.4", priority: 0 }),
      heard({ address: "192.0.2.2", priority: 90 }),
      heard({ address: "192.0.2.3", priority: 120, last_seconds_ago: 9.5 }),
    ],
  });
  const { peer } = explain(status(), heardOf, null);
  deepStrictEqual(
    [peer?.address, peer?.priority, peer?.last_seconds_ago, peer?.why],
    ["192.0.2.3", 120, 9.5, "lower"],
  );
  strictEqual(explain(status(), instance(), null).peer, null);
  // The master itself is no peer of the comparison.
  strictEqual(explain(status(), backup(), null).peer, null);
});

Deno.test("an explanation has the instance as the status has it, and fits its schema", () => {
  const explanation = explain(status(), WEAKENED, 128);
  ok(v.is(explanationSchema, JSON.parse(JSON.stringify(explanation))));
  deepStrictEqual(explanation.instance, WEAKENED);
  deepStrictEqual(
    [explanation.schema, explanation.host, explanation.time],
    [1, "node1", "2026-11-25T21:00:00.123Z"],
  );
});
