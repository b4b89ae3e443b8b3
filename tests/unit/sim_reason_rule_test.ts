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
import type { Order } from "../../src/daemon/messages.ts";
import type { Reason } from "../../src/vrrp/reason.ts";
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

/** A backup of priority 100 that heard its peers say this, at these times. */
function witnessed(
  heard: readonly (readonly [at: number, priority: number])[],
): Witnessed {
  const hearings = new Hearings();
  for (const [at, priority] of heard) {
    const advert = { version: 3, vrid: 10, interval: 1000, priority };
    hearings.hear(INSTANCE.name, {
      ...{ advert: { ...advert, source: PEER }, own: 100 },
      ...{ cameAt: at, readAt: at },
    });
    hearings.turned(at + 1);
  }
  const past = new LinkPast();
  past.note("eth0", { up: false, carrier: true }, 9000);
  const host: Partial<Witnessed> = {
    ...{ hearings, thread: new Thread(new Agenda()), preemptDelay: 0 },
    ...{ span: { from: 9500, to: 10_000 }, meddled: false },
    settingsLately: () => [INSTANCE],
    isAskedToStop: () => false,
    drains: new Map(),
    ordersOf: () => ORDERS,
    refusedLately: () => false,
    machine: { past } as Witnessed["machine"],
    settings: { ...NOTHING, instances: [INSTANCE] },
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
