// Each reason in words and as fields.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { reasonFields } from "../../src/log/reason_fields.ts";
import { reasonInWords } from "../../src/log/reason_words.ts";
import type {
  CheckReason,
  DrainedReason,
  LinkReason,
  OwnReason,
  Reason,
  Recovery,
  SourceReason,
} from "../../src/vrrp/reason.ts";

const PEER = "10.0.0.2";
const LINK: LinkReason = {
  ...{ kind: "interface", interface: "eth0" },
  ...{ condition: "no_carrier", carries: null },
};
const SOURCE: SourceReason = {
  ...{ kind: "source", interface: "eth0", lacks: "any", address: null },
};
const CHECK: CheckReason = {
  ...{ kind: "check", check: "web", up: false },
  ...{ value: null, detail: "HTTP 503" },
};
const DRAINED: DrainedReason = {
  ...{ kind: "drained", by: "alice", reason: "kernel update" },
  until: 1_795_723_200_000,
};
const BETTER: OwnReason = {
  ...{ kind: "better", peer: PEER, peerPriority: 110, ownPriority: 100 },
};
const PREEMPT: OwnReason = {
  ...{ kind: "preempt", peer: PEER, peerPriority: 90, ownPriority: 100 },
  delay: 0,
};

/** What happened, what is said of it, and in which fields. */
const REASONS: readonly (readonly [Reason, string, Record<string, unknown>])[] =
  [
    [{ kind: "started" }, "started", { cause: "started" }],
    [{ kind: "stopped" }, "stopped", { cause: "stopped" }],
    [{ kind: "owner" }, "owns the addresses", { cause: "owner" }],
    [
      { kind: "silence", peer: PEER, silentFor: 3609.375 },
      "heard nothing from 10.0.0.2 for 3.609 s",
      { cause: "silence", peer: PEER, silentFor: 3609.375 },
    ],
    [
      { kind: "silence", peer: null, silentFor: 10 },
      "heard no master for 0.010 s",
      { cause: "silence", peer: null, silentFor: 10 },
    ],
    [
      PREEMPT,
      "10.0.0.2 has priority 90, less than our 100",
      {
        ...{ cause: "preempt", peer: PEER, peerPriority: 90 },
        ...{ ownPriority: 100, preemptDelay: 0 },
      },
    ],
    [
      { ...PREEMPT, delay: 30_000 },
      "preempt_delay of 30 s is over: 10.0.0.2 has priority 90, less than " +
      "our 100",
      {
        ...{ cause: "preempt", peer: PEER, peerPriority: 90 },
        ...{ ownPriority: 100, preemptDelay: 30_000 },
      },
    ],
    [
      { kind: "resigned", peer: PEER },
      "10.0.0.2 resigned",
      { cause: "resigned", peer: PEER },
    ],
    [
      BETTER,
      "10.0.0.2 has priority 110, more than our 100",
      {
        ...{ cause: "better", peer: PEER },
        ...{ peerPriority: 110, ownPriority: 100 },
      },
    ],
    [
      { kind: "tie", peer: PEER, priority: 100, ownAddress: "10.0.0.1" },
      "10.0.0.2 has priority 100, the same as ours, and a higher address than our " +
      "10.0.0.1",
      {
        ...{ cause: "tie", peer: PEER, peerPriority: 100 },
        ...{ ownPriority: 100, ownAddress: "10.0.0.1" },
      },
    ],
    [
      { kind: "stall", lost: 4000, overdue: 3500 },
      "stood still for 4.000 s, with an advert overdue by 3.500 s",
      { cause: "stall", lost: 4000, overdue: 3500 },
    ],
    [
      LINK,
      'interface "eth0" has no carrier',
      {
        ...{ cause: "interface", link: "eth0" },
        ...{ condition: "no_carrier", carries: null },
      },
    ],
    [
      { ...LINK, condition: "missing", carries: "10.0.0.9" },
      'interface "eth0" does not exist (it carries 10.0.0.9)',
      {
        ...{ cause: "interface", link: "eth0" },
        ...{ condition: "missing", carries: "10.0.0.9" },
      },
    ],
    [
      { kind: "sockets", failure: "Cannot open: EMFILE" },
      "Cannot open: EMFILE",
      { cause: "sockets", failure: "Cannot open: EMFILE" },
    ],
    [
      { kind: "refused", failure: "Cannot add 10.0.0.9/24" },
      "Cannot add 10.0.0.9/24",
      { cause: "refused", failure: "Cannot add 10.0.0.9/24" },
    ],
    [
      { kind: "unanswered", waited: 5000 },
      "the addresses were not held within 5 s",
      { cause: "unanswered", waited: 5000 },
    ],
    [
      DRAINED,
      'drained by "alice" until 2026-11-26T20:00:00Z: kernel update',
      {
        ...{ cause: "drained", by: "alice", order: "kernel update" },
        until: "2026-11-26T20:00:00Z",
      },
    ],
    [
      { kind: "drained", by: null, reason: null, until: null },
      "drained",
      { cause: "drained", by: null, order: null, until: null },
    ],
    [
      { kind: "drained", by: null, reason: null, until: Number.MAX_VALUE },
      "drained until +275760-09-13T00:00:00Z",
      {
        ...{ cause: "drained", by: null, order: null },
        until: "+275760-09-13T00:00:00Z",
      },
    ],
    [
      { kind: "handed_over", by: "alice" },
      'handed over by "alice"',
      { cause: "handed_over", by: "alice" },
    ],
    [
      {
        ...{ kind: "group", instance: "VI_2" },
        because: { kind: "handed_over", by: null },
      },
      'instance "VI_2" of the group yielded: handed over',
      {
        ...{ cause: "group", member: "VI_2", memberCause: "handed_over" },
        by: null,
      },
    ],
    [
      CHECK,
      'check "web" is down: HTTP 503',
      {
        ...{ cause: "check", check: "web", up: false },
        ...{ value: null, detail: "HTTP 503" },
      },
    ],
    [
      { kind: "faults", faults: [CHECK, { ...LINK, condition: "down" }] },
      'check "web" is down: HTTP 503; interface "eth0" is down',
      {
        cause: "faults",
        faults: [
          {
            ...{ cause: "check", check: "web", up: false },
            ...{ value: null, detail: "HTTP 503" },
          },
          {
            ...{ cause: "interface", link: "eth0" },
            ...{ condition: "down", carries: null },
          },
        ],
      },
    ],
    [
      { kind: "group", instance: "VI_2", because: BETTER },
      'instance "VI_2" of the group yielded: 10.0.0.2 has priority 110, ' +
      "more than our 100",
      {
        ...{ cause: "group", member: "VI_2", memberCause: "better" },
        ...{ peer: PEER, peerPriority: 110, ownPriority: 100 },
      },
    ],
    [
      {
        ...{ kind: "group", instance: "VI_2" },
        because: { kind: "listens", peer: PEER, peerPriority: 110 },
      },
      'instance "VI_2" of the group hears 10.0.0.2 with priority 110',
      {
        ...{ cause: "group", member: "VI_2", memberCause: "listens" },
        ...{ peer: PEER, peerPriority: 110 },
      },
    ],
    [
      { kind: "group", instance: "VI_2", because: LINK },
      'instance "VI_2" of the group: interface "eth0" has no carrier',
      {
        ...{ cause: "group", member: "VI_2", memberCause: "interface" },
        ...{ link: "eth0", condition: "no_carrier", carries: null },
      },
    ],
  ];

for (const [reason, words, fields] of REASONS) {
  Deno.test(`a reason is told as: ${words}`, () => {
    strictEqual(reasonInWords(reason), words);
    deepStrictEqual(reasonFields(reason), fields);
  });
}

/** What is wrong, in words. */
const FAULTS: readonly (readonly [Reason, string])[] = [
  [
    {
      kind: "faults",
      faults: [
        { kind: "group", instance: "VI_2", because: DRAINED },
        DRAINED,
        { ...LINK, condition: "down" },
        { kind: "group", instance: "VI_3", because: LINK },
      ],
    },
    'drained by "alice" until 2026-11-26T20:00:00Z: kernel update; ' +
    'interface "eth0" is down; instance "VI_3" of the group: interface ' +
    '"eth0" has no carrier',
  ],
  [{ kind: "links", known: false }, "links and addresses cannot be listed"],
  [SOURCE, 'interface "eth0" has no IPv4 address of its own'],
  [
    { ...SOURCE, lacks: "configured", address: "10.0.0.1" },
    'interface "eth0" does not have source_address 10.0.0.1',
  ],
  [
    { ...SOURCE, lacks: "own", address: "10.0.0.9" },
    'virtual IP 10.0.0.9 is the only address of interface "eth0", which ' +
    "needs another one to send adverts from",
  ],
  [{ ...CHECK, up: true, detail: null }, 'check "web" is up'],
  [{ ...CHECK, value: 7, detail: null }, 'check "web" gives 7'],
  [{ ...LINK, condition: "up" }, 'interface "eth0" is up'],
];

for (const [reason, words] of FAULTS) {
  Deno.test(`a fault is told as: ${words}`, () => {
    strictEqual(reasonInWords(reason), words);
  });
}

/** What is well again, in words, and what the JSON line says that it was. */
const RECOVERIES: readonly (readonly [Recovery, string, string])[] = [
  [
    { ...LINK, condition: "up" },
    'interface "eth0" is up again',
    "interface",
  ],
  [
    { ...LINK, condition: "down" },
    'interface "eth0" is down',
    "interface",
  ],
  [
    { kind: "links", known: true },
    "links and addresses can be listed again",
    "links",
  ],
  [
    { ...SOURCE, lacks: null },
    'interface "eth0" has an address to send adverts from',
    "source",
  ],
  [
    { kind: "sockets", failure: null },
    "adverts can be sent and heard again",
    "sockets",
  ],
  [
    { ...CHECK, up: true, detail: null },
    'check "web" passes again',
    "check",
  ],
  [{ ...CHECK, up: null, detail: null }, 'check "web" has no verdict', "check"],
  [{ ...CHECK, up: true, value: 3 }, 'check "web" gives 3', "check"],
  [CHECK, 'check "web" is down: HTTP 503', "check"],
  [
    { kind: "unwatched", type: "check", name: "web" },
    'check "web" no longer causes FAULT',
    "unwatched",
  ],
  [
    { kind: "resumed", by: "bob", why: "asked" },
    'resumed by "bob"',
    "resumed",
  ],
  [{ kind: "resumed", by: null, why: "asked" }, "resumed", "resumed"],
  [
    { kind: "resumed", by: null, why: "over" },
    "the time is over for which it was drained",
    "resumed",
  ],
  [
    { kind: "resumed", by: "bob", why: "last_resort" },
    'drained as last resort by "bob"',
    "resumed",
  ],
  [{ kind: "retry" }, "tries again to hold the addresses", "retry"],
  [
    {
      ...{ kind: "group", instance: "VI_2" },
      because: { ...LINK, condition: "up" },
    },
    'instance "VI_2" of the group: interface "eth0" is up again',
    "group",
  ],
  [
    { kind: "group_well" },
    "no other instance of the group is in FAULT",
    "group_well",
  ],
];

for (const [what, words, recovered] of RECOVERIES) {
  Deno.test(`the end of a fault is told as: ${words}`, () => {
    strictEqual(reasonInWords({ kind: "recovered", what }), words);
    const fields = reasonFields({ kind: "recovered", what });
    strictEqual(fields.cause, "recovered");
    strictEqual(fields.recovered, recovered);
  });
}
