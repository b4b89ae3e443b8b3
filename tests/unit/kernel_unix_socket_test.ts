import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { dropCallers, listenerOf, listenUnix } from "../../ffi/unix_socket.ts";
import { until } from "../lab/wait.ts";

const NAME = `@alived-test/${Deno.pid}`;

Deno.test("listenerOf() tells who listens, until nobody does", async () => {
  strictEqual(listenerOf(NAME), null);
  using listener = listenUnix(NAME);
  ok(listener !== null);
  strictEqual(listenUnix(NAME), null);
  deepStrictEqual(listenerOf(NAME), { pid: Deno.pid, uid: Deno.uid() });
  listener[Symbol.dispose]();
  // A program that another test starts has it too, until it is executed.
  await until(() => listenerOf(NAME) === null, { what: "the end" });
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
