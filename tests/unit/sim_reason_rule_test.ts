// What the simulator takes for a lie about a change of state.

import { doesNotThrow, throws } from "node:assert/strict";
import { Agenda } from "../../src/sim/agenda.ts";
import { Thread } from "../../src/sim/machine/thread.ts";
import { LinkPast } from "../../src/sim/machine/link_past.ts";
import { Hearings } from "../../src/sim/rules/hearing.ts";
import {
  checkReason,
  type Witnessed,
} from "../../src/sim/rules/reason_truth.ts";
import { Violation } from "../../src/sim/rules/violation.ts";
import type { InstanceSettings } from "../../src/config/settings/instance.ts";
import type { Order } from "../../src/daemon/messages.ts";
import type { PriorityTerm, Reason } from "../../src/vrrp/reason.ts";
import type { StateName } from "../../src/vrrp/state.ts";
import { INSTANCE } from "../lab/fake_core.ts";

const NOTHING = {
  ...{ instances: [], parked: [], syncGroups: [], vipLeaseSeconds: null },
};
const PEER = "192.0.2.20";
const ORDERS: readonly Order[] = [
  {
    verb: "drain",
    drain: {
      ...{ since: 0, until: 9, by: "alice", reason: "disk" },
      lastResort: false,
    },
  },
  { verb: "failover", by: "bob" },
  { verb: "resume", by: "carol", isOver: false },
];
const OTHER = "192.0.2.21";
const TRACKING: InstanceSettings = {
  ...INSTANCE,
  trackers: [
    {
      watch: { type: "check", name: "web" },
      ...{ weight: -30, reverse: false },
    },
    {
      watch: { type: "interface", name: "eth0" },
      ...{ weight: 20, reverse: true },
    },
  ],
};

/** Every link is up, and has an address of its own. */
const LINKED = {
  byName: () => ({
    ...{ up: true, carrier: true },
    addresses: {
      all: () => [{
        ...{ family: "ipv4", scope: 0, address: "192.0.2.9", owner: "host" },
      }],
    },
  }),
} as unknown as Witnessed["machine"];

/** A backup of priority 100 that heard its peers say this, at these times. */
function witnessed(
  heard: readonly (readonly [at: number, priority: number, source?: string])[],
): Witnessed {
  const hearings = new Hearings();
  for (const [at, priority, source = PEER] of heard) {
    const advert = { version: 3, vrid: 10, interval: 1000, priority };
    hearings.hear(INSTANCE.name, {
      ...{ advert: { ...advert, source }, own: 100 },
      ...{ cameAt: at, readAt: at },
    });
    hearings.turned(at + 1);
  }
  const past = new LinkPast();
  past.note("eth0", { up: false, carrier: true }, 9000);
  const host: Partial<Witnessed> = {
    ...{ hearings, thread: new Thread(new Agenda()), preemptDelay: 0 },
    ...{ span: { from: 9500, to: 10_000 }, meddled: false },
    settingsLately: () => [TRACKING],
    had: (check, up) => check === "web" && up === false,
    ...{ groupsLately: [], reloadsInTurn: [] },
    ...{ isAskedToStop: () => false, enteredAt: () => 0 },
    drains: new Map(),
    ordersOf: () => ORDERS,
    refusedLately: () => false,
    machine: { past } as Witnessed["machine"],
    settings: { ...NOTHING, instances: [TRACKING] },
  };
  return host as Witnessed;
}

/** A reason that is told at 10,000 is true, or not. */
function tellOf(
  isTrue: boolean,
  to: StateName,
  reason: Reason,
  ...heard: Parameters<typeof witnessed>[0]
): void {
  const told = { instance: INSTANCE.name, to, reason, priority: 100 };
  const check = (): void => checkReason(witnessed(heard), told, 10_000);
  if (isTrue) doesNotThrow(check);
  else throws(check, Violation);
}

Deno.test("silence is told when nothing came since, of one that was heard before", () => {
  const silence: Reason = { kind: "silence", peer: PEER, silentFor: 3610 };
  tellOf(true, "MASTER", silence, [6390, 200]);
  tellOf(false, "MASTER", silence, [6390, 200], [8000, 90]);
  tellOf(false, "MASTER", silence);
  tellOf(false, "MASTER", { ...silence, silentFor: 600 }, [6390, 200]);
  tellOf(true, "MASTER", { ...silence, peer: null });
  tellOf(false, "MASTER", { ...silence, peer: null }, [8000, 90]);
});

Deno.test("silence is no reason beside a worse one that lives, whoever is named", () => {
  const silence: Reason = { kind: "silence", peer: PEER, silentFor: 3610 };
  tellOf(false, "MASTER", silence, [6390, 200], [8000, 90, OTHER]);
  tellOf(false, "MASTER", silence, [6390, 200], [9500, 90, OTHER]);
  // Nor when silence is counted from its last advert.
  const short: Reason = { ...silence, silentFor: 1500 };
  tellOf(false, "MASTER", short, [6390, 200], [8500, 90, OTHER]);
  const long: Reason = { ...silence, silentFor: 2100 };
  tellOf(true, "MASTER", long, [6390, 200], [7900, 90, OTHER]);
});

Deno.test("a worse one is not known to a backup that heard it in another state", () => {
  const silence: Reason = { kind: "silence", peer: null, silentFor: 1100 };
  const told = {
    instance: INSTANCE.name,
    to: "MASTER",
    priority: 100,
  } as const;
  const at = (enteredAt: number): void =>
    checkReason(
      { ...witnessed([[8500, 90]]), enteredAt: () => enteredAt },
      { ...told, reason: silence },
      10_000,
    );
  doesNotThrow(() => at(8900));
  throws(() => at(8400), Violation);
});

Deno.test("a priority is told with what made it so, and with nothing else", () => {
  const better = { kind: "better", peer: PEER, peerPriority: 200 } as const;
  const [web, link] = [
    { what: 'check "web"', amount: -30 },
    { what: 'interface "eth0"', amount: 20 },
  ];
  const told = (
    isTrue: boolean,
    terms: readonly PriorityTerm[] | null,
    configured = 100,
    ownPriority = 90,
  ): void => {
    const sum = terms === null ? {} : { ownSum: { configured, terms } };
    const host = witnessed([[9999.9, 200]]);
    const check = (): void =>
      checkReason(host, {
        ...{ instance: INSTANCE.name, to: "BACKUP", priority: ownPriority },
        reason: { ...better, ownPriority, ...sum },
      }, 10_000);
    if (isTrue) doesNotThrow(check);
    else throws(check, Violation);
  };
  told(true, [web, link]);
  told(false, [web]);
  told(true, [web], 100, 70);
  told(false, [web, web], 100, 40);
  told(false, [], 100, 100);
  told(false, [web, link], 120, 110);
  told(false, [{ ...web, amount: -10 }], 100, 90);
  told(false, [{ ...web, what: 'check "db"' }], 100, 70);
  // One that is as configured needs no sum, another one does.
  told(true, null, 100, 100);
  told(false, null);
});

Deno.test("a preemption is told while a worse one lives", () => {
  const preempt: Reason = {
    ...{ kind: "preempt", peer: PEER, peerPriority: 90 },
    ...{ ownPriority: 100, delay: 0 },
  };
  tellOf(true, "MASTER", preempt, [9000, 90]);
  tellOf(false, "MASTER", preempt, [7000, 90]);
  tellOf(false, "MASTER", preempt, [9000, 91]);
  tellOf(false, "MASTER", { ...preempt, ownPriority: 101 }, [9000, 90]);
  tellOf(false, "MASTER", { ...preempt, delay: 5000 }, [9000, 90]);
});

Deno.test("who stands still in the turn that heard a worse one takes it for alive", () => {
  const reason: Reason = {
    ...{ kind: "preempt", peer: PEER, peerPriority: 90 },
    ...{ ownPriority: 100, delay: 0 },
  };
  const told = {
    instance: INSTANCE.name,
    to: "MASTER",
    priority: 100,
  } as const;
  const check = (stoodFrom: number, stoodTo: number): void => {
    // It is heard in a turn from 7000 to 7001.
    const host = witnessed([[7000, 90]]);
    host.thread.wasLate(stoodFrom, stoodTo);
    checkReason(host, { ...told, reason }, 10_000);
  };
  throws(() => check(7500, 9900), Violation);
  const host = witnessed([]);
  const advert = {
    ...{ version: 3, vrid: 10, interval: 1000, priority: 90, source: PEER },
  };
  const news = { advert, own: 100, cameAt: 7000, readAt: 7000 };
  host.hearings.hear(INSTANCE.name, news);
  const tell = (): void => checkReason(host, { ...told, reason }, 10_000);
  throws(tell, Violation);
  host.thread.wasLate(7000, 9900);
  doesNotThrow(tell);
});

Deno.test("a worse one was tolerated by the priority that the backup had then", () => {
  const reason: Reason = {
    ...{ kind: "preempt", peer: PEER, peerPriority: 32 },
    ...{ ownPriority: 46, delay: 6000 },
  };
  const at = (priority: number): void => {
    const host = witnessed([[3000, priority]]);
    const advert = { version: 3, vrid: 10, interval: 1000, priority: 32 };
    host.hearings.hear(INSTANCE.name, {
      ...{ advert: { ...advert, source: PEER }, own: 46 },
      ...{ cameAt: 9000, readAt: 9000 },
    });
    const told = { instance: INSTANCE.name, to: "MASTER" } as const;
    checkReason(
      { ...host, preemptDelay: 6000 },
      { ...told, priority: 46, reason },
      10_000,
    );
  };
  doesNotThrow(() => at(86));
  throws(() => at(100), Violation);
});

Deno.test("a resignation is told of who resigned, unless a master spoke after it", () => {
  const resigned: Reason = { kind: "resigned", peer: PEER };
  tellOf(true, "MASTER", resigned, [9500, 0]);
  tellOf(true, "MASTER", resigned, [9500, 0], [9700, 90]);
  tellOf(false, "MASTER", resigned, [9500, 0], [9700, 200]);
  tellOf(false, "MASTER", resigned, [9500, 200]);
});

Deno.test("a better router is told of when it was heard in the same turn", () => {
  const better: Reason = {
    ...{ kind: "better", peer: PEER, peerPriority: 200, ownPriority: 100 },
  };
  tellOf(true, "BACKUP", better, [9999.9, 200]);
  tellOf(false, "BACKUP", better, [9990, 200]);
  tellOf(false, "BACKUP", better, [9999.9, 201]);
  tellOf(false, "BACKUP", { ...better, ownPriority: 99 }, [9999.9, 200]);
});

Deno.test("a link is said to be as it was, and a reason fits the state", () => {
  const down: Reason = {
    ...{ kind: "interface", interface: "eth0" },
    ...{ condition: "down", carries: null },
  };
  tellOf(true, "FAULT", down);
  tellOf(false, "BACKUP", down);
  tellOf(false, "FAULT", { ...down, condition: "no_carrier" });
  tellOf(false, "FAULT", { ...down, interface: "eth1", condition: "missing" });
});

Deno.test("nobody stops, owns or stands still who did not", () => {
  tellOf(false, "INIT", { kind: "stopped" });
  tellOf(false, "MASTER", { kind: "owner" });
  tellOf(false, "BACKUP", { kind: "stall", lost: 4000, overdue: 3000 });
});

Deno.test("what an operator is said to have ordered was ordered", () => {
  const drained = { kind: "drained", by: "alice", reason: "disk", until: 9 };
  tellOf(true, "FAULT", drained as Reason);
  for (const other of [{ by: "bob" }, { reason: null }, { until: null }]) {
    tellOf(false, "FAULT", { ...drained, ...other } as Reason);
  }
  tellOf(false, "BACKUP", drained as Reason);
  tellOf(true, "BACKUP", { kind: "handed_over", by: "bob" });
  tellOf(false, "BACKUP", { kind: "handed_over", by: "alice" });
  for (
    const [isTrue, by, why] of [
      [true, "carol", "asked"],
      [false, "bob", "asked"],
      [false, "carol", "over"],
      [false, "alice", "last_resort"],
    ] as const
  ) {
    const what = { kind: "resumed", by, why } as const;
    tellOf(isTrue, "BACKUP", { kind: "recovered", what });
  }
});

Deno.test("a group is well whose members are, or were started anew in this turn", () => {
  const member = { ...INSTANCE, name: "VI_2" };
  const group = {
    ...{ name: "G1", instances: [INSTANCE.name, "VI_2"], trackers: [] },
    notify: { byState: {}, any: null },
  };
  const settings = {
    ...{ ...NOTHING, instances: [INSTANCE, member], syncGroups: [group] },
  };
  const before = {
    ...settings,
    instances: [INSTANCE, { ...member, virtualRouterId: 99 }],
  };
  const without = { ...settings, instances: [INSTANCE] };
  const told = (
    isTrue: boolean,
    reloadsInTurn: Witnessed["reloadsInTurn"],
    drained = "VI_2",
  ): void => {
    const order = ORDERS[0]?.verb === "drain" ? [ORDERS[0].drain] : [];
    const host = {
      ...witnessed([]),
      ...{ settings, reloadsInTurn },
      drains: new Map(order.map((one) => [drained, one])),
      machine: LINKED,
    } as Witnessed;
    const check = (): void =>
      checkReason(host, {
        ...{ instance: INSTANCE.name, to: "BACKUP", priority: 100 },
        reason: { kind: "recovered", what: { kind: "group_well" } },
      }, 10_000);
    if (isTrue) doesNotThrow(check);
    else throws(check, Violation);
  };
  // Nothing is wrong with the other one.
  told(true, [], "VI_3");
  told(false, []);
  told(false, [{ before: settings, after: settings }]);
  for (const earlier of [before, without]) {
    told(true, [{ before: earlier, after: settings }]);
    told(true, [
      { before: earlier, after: settings },
      { before: settings, after: settings },
    ]);
  }
  // Another one was started anew.
  const third = { ...INSTANCE, name: "VI_3" };
  const three = { ...settings, instances: [INSTANCE, member, third] };
  told(false, [{ before: settings, after: three }]);
});
