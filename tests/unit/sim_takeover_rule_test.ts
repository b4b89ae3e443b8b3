// What the simulator takes for a takeover that was too early.

import { doesNotThrow, throws } from "node:assert/strict";
import { type Said, TakeoverRule } from "../../src/sim/rules/takeover_rule.ts";
import { Violation } from "../../src/sim/rules/violation.ts";
import { initialState } from "../../src/vrrp/state.ts";
import { INSTANCE } from "../lab/fake_core.ts";

const MASTER: Said = {
  ...{ version: 3, vrid: INSTANCE.virtualRouterId, priority: 200 },
  ...{ interval: 1000, source: "192.0.2.20" },
};
/** A backup of priority 100 that heard the master at 10,000 has waited then. */
const DUE = 13_609.375;

/** Take over with an advert unread. */
function takeOver(
  now: number,
  { since = now, turnAt = 13_000, ...advert }: Partial<Said> & {
    readonly since?: number;
    readonly turnAt?: number;
  },
  settings = INSTANCE,
): void {
  const rule = new TakeoverRule();
  const backup = {
    ...initialState(settings),
    ...{ name: "BACKUP", heardAt: 0, waits: "masterDown" } as const,
    ...{ resigner: null, master: null, lowerHeard: null, toleratedSince: null },
    ...{ claimsSince: null, holds: false },
  };
  rule.hear(settings, backup, MASTER, 10_000);
  const unread = [{ since, advert: { ...MASTER, ...advert } }];
  rule.check(settings, settings.priority, now, unread, turnAt);
}

Deno.test("a takeover is right when its time has come", () => {
  doesNotThrow(() => takeOver(DUE, {}));
  throws(() => takeOver(DUE - 1, {}), Violation);
});

Deno.test("what came before the deadline was read before a takeover", () => {
  throws(() => takeOver(DUE + 5, { since: DUE - 1 }), Violation);
  doesNotThrow(() => takeOver(DUE + 5, { since: DUE + 1 }));
});

Deno.test("what came before the turn was read before a takeover", () => {
  const turnAt = DUE + 20;
  throws(() => takeOver(DUE + 30, { turnAt, since: DUE + 10 }), Violation);
  doesNotThrow(() => takeOver(DUE + 30, { turnAt, since: DUE + 25 }));
});

Deno.test("an advert that keeps no backup may lie unread", () => {
  const since = DUE - 1;
  throws(() => takeOver(DUE, { since, priority: 100 }), Violation);
  for (const other of [{ priority: 99 }, { priority: 0 }, { vrid: 11 }]) {
    doesNotThrow(() => takeOver(DUE, { since, ...other }));
  }
  const patient = { ...INSTANCE, preempt: false };
  throws(() => takeOver(DUE, { since, priority: 99 }, patient), Violation);
});
