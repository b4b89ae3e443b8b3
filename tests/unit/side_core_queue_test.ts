import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { CoreQueue } from "../../src/daemon/side/core_queue.ts";
import type { Reload, ToCore } from "../../src/daemon/messages.ts";

function verdict(check: string, up: boolean): ToCore {
  return { type: "verdict", check, up, value: null, detail: null };
}

function reload(...removed: string[]): Reload {
  const settings = {
    syncGroups: [],
    vipLeaseSeconds: null,
    logLevel: "info",
  } as const;
  return {
    type: "reload",
    removed,
    restarted: [],
    changed: [],
    added: [],
    settings,
  };
}

/** All that waits, in words. */
function drain(queue: CoreQueue): string[] {
  const sent: string[] = [];
  for (let message; (message = queue.first()) !== undefined; queue.shift()) {
    sent.push(
      message.type === "verdict"
        ? `${message.check} ${message.up}`
        : message.type === "reload"
        ? `reload ${message.removed}`
        : message.type === "read"
        ? `read ${message.count}`
        : message.type,
    );
  }
  return sent;
}

Deno.test("messages are sent in the order of their coming", () => {
  const queue = new CoreQueue();
  queue.push(verdict("a", true));
  queue.push({ type: "wake" });
  queue.push(reload("VI_1"));
  deepStrictEqual(drain(queue), ["a true", "wake", "reload VI_1"]);
  strictEqual(queue.size, 0);
});

/** An order of this number. */
function order(id: number): ToCore {
  return {
    ...{ type: "operate", id, validUntil: 0, instances: ["VI_1"] },
    order: { verb: "failover", by: null },
  };
}

Deno.test("all orders wait, until they are withdrawn", () => {
  const queue = new CoreQueue();
  for (const id of [1, 2, 3]) queue.push(order(id));
  queue.withdraw(2);
  queue.withdraw(9);
  strictEqual(queue.size, 2);
  deepStrictEqual(queue.first(), order(1));
  queue.shift();
  deepStrictEqual(queue.first(), order(3));
});

Deno.test("of the levels of the log the newest waits, behind the reload", () => {
  const queue = new CoreQueue();
  queue.push({ type: "logLevel", level: "debug" });
  queue.push(reload("VI_1"));
  queue.push({ type: "logLevel", level: "error" });
  deepStrictEqual(drain(queue), ["reload VI_1", "logLevel"]);
});

Deno.test("of the verdicts of a check the newest waits", () => {
  const queue = new CoreQueue();
  for (let i = 0; i < 1000; i++) {
    queue.push(verdict("a", i % 2 === 0));
    queue.push(verdict("b", true));
  }
  deepStrictEqual(drain(queue), ["a false", "b true"]);
});

Deno.test("a verdict after a reload is sent after it", () => {
  const queue = new CoreQueue();
  queue.push(verdict("a", true));
  queue.push(verdict("b", true));
  queue.push(reload("VI_1"));
  queue.push(verdict("a", false));
  deepStrictEqual(drain(queue), ["b true", "reload VI_1", "a false"]);
});

Deno.test("one wake and one count wait, in the place of the first", () => {
  const queue = new CoreQueue();
  queue.push({ type: "wake" });
  queue.push({ type: "read", count: 256 });
  queue.push(verdict("a", true));
  queue.push({ type: "wake" });
  queue.push({ type: "read", count: 512 });
  deepStrictEqual(drain(queue), ["wake", "read 512", "a true"]);
});

Deno.test("no reload replaces another", () => {
  const queue = new CoreQueue();
  queue.push(reload("VI_1"));
  queue.push(reload("VI_2"));
  deepStrictEqual(drain(queue), ["reload VI_1", "reload VI_2"]);
});

Deno.test("a stop comes first, and nothing but a count after it", () => {
  const queue = new CoreQueue();
  queue.push(reload("VI_1"));
  queue.push(verdict("a", true));
  strictEqual(queue.push({ type: "stop" }), true);
  strictEqual(queue.push(verdict("a", false)), false);
  strictEqual(queue.push(reload("VI_2")), false);
  strictEqual(queue.push({ type: "wake" }), false);
  strictEqual(queue.push({ type: "read", count: 3 }), true);
  deepStrictEqual(drain(queue), ["stop", "read 3"]);
});
