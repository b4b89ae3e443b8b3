import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Outbox } from "../../src/daemon/core/outbox.ts";
import type { FromCore, Transition } from "../../src/daemon/messages.ts";
import type { LogEvent } from "../../src/log/catalogue.ts";
import type { StateName } from "../../src/vrrp/state.ts";

const LINE: LogEvent = { event: "stopped" };

/** An outbox and what it posted. */
function opened(): { outbox: Outbox; posted: FromCore[] } {
  const posted: FromCore[] = [];
  return { outbox: new Outbox((message) => posted.push(message)), posted };
}

/** An outbox of which so many messages were not read. */
function filled(unread: number): ReturnType<typeof opened> {
  const made = opened();
  for (let i = 0; i < unread; i++) made.outbox.notice({ type: "ready" });
  made.posted.splice(0);
  return made;
}

function change(
  instance: string,
  from: StateName,
  to: StateName,
): Transition {
  const reason = { kind: "resigned", peer: to } as const;
  return {
    ...{ instance, from, to, reason, priority: 100 },
    ...{ time: 0, causes: [], isLogged: true, missed: 0 },
  };
}

/** Posted messages as lines. */
function lines(posted: readonly FromCore[]): string[] {
  return posted.map((message) => {
    if (message.type !== "transition") return message.type;
    const { instance, from, to, missed } = message.transition;
    return `${instance} ${from} ${to} ${missed}`;
  });
}

Deno.test("Outbox has room for 1,000 unread messages before lines, 4,000 before states wait", () => {
  const room = (unread: number): number => {
    const { outbox, posted } = filled(unread);
    outbox.log(LINE);
    outbox.transition(change("VI_1", "INIT", "BACKUP"));
    return posted.length;
  };
  deepStrictEqual([999, 1000, 3999, 4000].map(room), [2, 1, 1, 0]);
});

Deno.test("Outbox hands everything over at once and in order while it is read", () => {
  const { outbox, posted } = opened();
  outbox.log(LINE);
  outbox.transition(change("VI_1", "INIT", "BACKUP"));
  outbox.notice({ type: "ready" });
  deepStrictEqual(posted, [
    { type: "log", event: LINE },
    { type: "transition", transition: change("VI_1", "INIT", "BACKUP") },
    { type: "ready" },
  ]);
  strictEqual(outbox.unread, 3);
});

Deno.test("Outbox takes the 1,000th unread line and drops the next, which it counts", () => {
  const { outbox, posted } = opened();
  for (let i = 0; i < 1000; i++) outbox.log(LINE);
  strictEqual(posted.length, 1000);
  strictEqual(outbox.lost, 0);
  outbox.log(LINE);
  outbox.log(LINE);
  strictEqual(posted.length, 1000);
  strictEqual(outbox.lost, 2);
});

Deno.test("Outbox takes states and notices where it drops lines", () => {
  const { outbox, posted } = filled(1000);
  outbox.log(LINE);
  outbox.transition(change("VI_1", "INIT", "BACKUP"));
  outbox.notice({ type: "ready" });
  deepStrictEqual(lines(posted), ["VI_1 INIT BACKUP 0", "ready"]);
});

Deno.test("Outbox says how many lines were lost once it is read again, and once", () => {
  const { outbox } = filled(1000);
  outbox.log(LINE);
  outbox.log(LINE);
  strictEqual(outbox.acknowledge(0), 0);
  strictEqual(outbox.acknowledge(1), 2);
  strictEqual(outbox.acknowledge(2), 0);
  strictEqual(outbox.lost, 0);
});

Deno.test("Outbox hands over the 4,000th unread state, and each instance keeps its newest from then on", () => {
  const { outbox, posted } = filled(3999);
  outbox.transition(change("VI_1", "INIT", "BACKUP"));
  deepStrictEqual(lines(posted), ["VI_1 INIT BACKUP 0"]);
  outbox.transition(change("VI_1", "BACKUP", "MASTER"));
  outbox.transition(change("VI_2", "INIT", "BACKUP"));
  outbox.transition(change("VI_1", "MASTER", "FAULT"));
  outbox.transition(change("VI_1", "FAULT", "BACKUP"));
  strictEqual(posted.length, 1);
  posted.splice(0);
  outbox.acknowledge(4000);
  // From where the side left it, in the order of the newest.
  deepStrictEqual(lines(posted), [
    "VI_2 INIT BACKUP 0",
    "VI_1 BACKUP BACKUP 2",
  ]);
});

Deno.test("Outbox keeps the reason and priority of the newest state", () => {
  const { outbox, posted } = filled(4000);
  outbox.transition(change("VI_1", "BACKUP", "MASTER"));
  outbox.transition({ ...change("VI_1", "MASTER", "FAULT"), priority: 90 });
  outbox.acknowledge(4000);
  deepStrictEqual(posted, [{
    type: "transition",
    transition: {
      instance: "VI_1",
      from: "BACKUP",
      to: "FAULT",
      reason: { kind: "resigned", peer: "FAULT" },
      priority: 90,
      causes: [],
      time: 0,
      isLogged: true,
      missed: 1,
    },
  }]);
});

Deno.test("Outbox tells no state before an older one of the same instance", () => {
  const { outbox, posted } = filled(4000);
  outbox.transition(change("VI_1", "INIT", "BACKUP"));
  outbox.transition(change("VI_2", "INIT", "BACKUP"));
  // Room for one: that of the first instance.
  outbox.acknowledge(1);
  deepStrictEqual(lines(posted), ["VI_1 INIT BACKUP 0"]);
  outbox.transition(change("VI_2", "BACKUP", "MASTER"));
  outbox.acknowledge(3);
  deepStrictEqual(lines(posted), ["VI_1 INIT BACKUP 0", "VI_2 INIT MASTER 1"]);
  outbox.transition(change("VI_2", "MASTER", "BACKUP"));
  strictEqual(lines(posted)[2], "VI_2 MASTER BACKUP 0");
});

Deno.test("Outbox keeps notices beyond 4,000 for later, and before states", () => {
  const { outbox, posted } = filled(4000);
  outbox.transition(change("VI_1", "INIT", "BACKUP"));
  outbox.notice({ type: "ready" });
  deepStrictEqual(posted, []);
  outbox.acknowledge(4000);
  deepStrictEqual(lines(posted), ["ready", "VI_1 INIT BACKUP 0"]);
});

Deno.test("Outbox ends with all that waits and the last word", () => {
  const { outbox, posted } = filled(4000);
  outbox.transition(change("VI_1", "MASTER", "INIT"));
  outbox.notice({ type: "ready" });
  outbox.end({ type: "stopped" });
  deepStrictEqual(lines(posted), ["ready", "VI_1 MASTER INIT 0", "stopped"]);
});

Deno.test("Outbox believes no count below what was read or above what was posted", () => {
  const { outbox } = filled(10);
  outbox.acknowledge(7);
  strictEqual(outbox.unread, 3);
  outbox.acknowledge(2);
  strictEqual(outbox.unread, 3);
  outbox.acknowledge(-1);
  strictEqual(outbox.unread, 3);
  outbox.acknowledge(1000);
  strictEqual(outbox.unread, 0);
});
