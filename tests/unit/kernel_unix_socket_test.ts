import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { dropCallers, listenerOf, listenUnix } from "../../ffi/unix_socket.ts";

const NAME = `@alived-test/${Deno.pid}`;

Deno.test("listenerOf() tells who listens, until nobody does", () => {
  strictEqual(listenerOf(NAME), null);
  using listener = listenUnix(NAME);
  ok(listener !== null);
  strictEqual(listenUnix(NAME), null);
  deepStrictEqual(listenerOf(NAME), { pid: Deno.pid, uid: Deno.uid() });
  listener[Symbol.dispose]();
  strictEqual(listenerOf(NAME), null);
});

Deno.test("a queue of callers that is full is emptied by dropCallers()", () => {
  using listener = listenUnix(NAME);
  ok(listener !== null);
  let calls = 0;
  while (calls < 10_000 && listenerOf(NAME) !== "busy") calls++;
  ok(calls < 10_000);
  dropCallers(listener);
  deepStrictEqual(listenerOf(NAME), { pid: Deno.pid, uid: Deno.uid() });
});
