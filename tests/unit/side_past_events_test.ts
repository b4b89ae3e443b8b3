import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { PastEvents } from "../../src/daemon/side/past_events.ts";
import { watchEvent } from "../../src/daemon/side/watch_event.ts";
import type { Transition } from "../../src/daemon/messages.ts";

function transition(instance: string, time: number): Transition {
  return {
    ...{ instance, from: "BACKUP", to: "MASTER", priority: 100, time },
    reason: { kind: "silence", silentFor: 3609, peer: "192.0.2.2" },
    ...{ causes: [], isLogged: true, missed: 0 },
  };
}

Deno.test("200 transitions of each instance are kept, and given in their order", () => {
  const past = new PastEvents();
  for (let i = 0; i < 300; i++) {
    past.note(transition("VI_1", 2 * i));
    past.note(transition("VI_2", 2 * i + 1));
  }
  const all = past.of(10_000, null);
  strictEqual(all.length, 400);
  deepStrictEqual(
    all.map(({ time }) => Date.parse(time)),
    Array.from({ length: 400 }, (_, i) => 200 + i),
  );
  deepStrictEqual(
    past.of(3, "VI_2").map(({ instance, time }) => [
      ...[instance, Date.parse(time)],
    ]),
    [["VI_2", 595], ["VI_2", 597], ["VI_2", 599]],
  );
  deepStrictEqual(past.of(5, "VI_9"), []);
});

Deno.test("a drain is told from other faults, and from what ends it", () => {
  const past = new PastEvents();
  const drained = { kind: "drained", by: "ops", reason: null, until: null };
  const note = (to: Transition["to"], reason: unknown): void =>
    past.note({
      ...transition("VI_1", 0),
      ...{ to, reason: reason as Transition["reason"] },
    });
  note("FAULT", drained);
  note("FAULT", transition("VI_1", 0).reason);
  note("BACKUP", drained);
  deepStrictEqual(
    past.of(3, null).map(({ to, drained }) => [to, drained]),
    [["FAULT", true], ["FAULT", undefined], ["BACKUP", undefined]],
  );
});

Deno.test("who watches is told of events from level info on, by what they are", () => {
  deepStrictEqual(
    watchEvent({ event: "stopped", time: Date.UTC(2026, 10, 25, 21) }),
    {
      time: "2026-11-25T21:00:00.000Z",
      ...{ type: "other", event: "stopped", instance: null, level: "info" },
      ...{ message: "Stopped", facts: {} },
    },
  );
  const check = { event: "check_error", check: "web", error: "a" } as const;
  deepStrictEqual(watchEvent({ ...check, time: 0 }), {
    time: "1970-01-01T00:00:00.000Z",
    ...{ type: "check", event: "check_error", instance: null },
    ...{ level: "error", message: watchEvent(check)?.message },
    facts: { check: "web", error: "a" },
  });
});
