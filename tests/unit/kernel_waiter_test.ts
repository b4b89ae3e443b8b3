import { deepStrictEqual, ok } from "node:assert/strict";
import { readClock, readWallClock } from "../../ffi/event.ts";
import { openPair, receive, send } from "../../ffi/socket.ts";
import { Waiter } from "../../src/kernel/linux/waiter.ts";

const MESSAGE = new Uint8Array([1]);

Deno.test("Waiter returns at the deadline and not before", () => {
  using waiter = new Waiter();
  for (const time of [0.3, 2, 20]) {
    const deadline = readClock() + time;
    deepStrictEqual([...waiter.wait(deadline)], []);
    ok(readClock() >= deadline);
  }
});

Deno.test("Waiter does not wait for what has passed", () => {
  using waiter = new Waiter();
  // A timer that is set already would end the wait too, but hours later.
  const [sender, receiver] = openPair();
  using _s = sender;
  using _r = receiver;
  waiter.add(receiver.fd);
  send(sender, MESSAGE, null, "send");
  deepStrictEqual([...waiter.wait(readClock() + 3_600_000)], [receiver.fd]);
  deepStrictEqual([...waiter.wait(-Infinity)], [receiver.fd]);
  receive(receiver, new Uint8Array(1));
  for (const deadline of [-Infinity, 0, readClock()]) {
    deepStrictEqual([...waiter.wait(deadline)], []);
  }
});

Deno.test("Waiter keeps a deadline that was polled in between", () => {
  using waiter = new Waiter();
  const [sender, receiver] = openPair();
  using _s = sender;
  using _r = receiver;
  waiter.add(receiver.fd);
  const deadline = readClock() + 20;
  send(sender, MESSAGE, null, "send");
  deepStrictEqual([...waiter.wait(deadline)], [receiver.fd]);
  receive(receiver, new Uint8Array(1));
  deepStrictEqual([...waiter.wait(-Infinity)], []);
  deepStrictEqual([...waiter.wait(deadline)], []);
  ok(readClock() >= deadline);
  // The same one again is over, and a new one is waited for.
  deepStrictEqual([...waiter.wait(deadline)], []);
  const next = readClock() + 5;
  deepStrictEqual([...waiter.wait(next)], []);
  ok(readClock() >= next);
});

Deno.test("Waiter forgets what was removed", () => {
  using waiter = new Waiter();
  const [sender, receiver] = openPair();
  using _s = sender;
  using _r = receiver;
  waiter.add(receiver.fd);
  send(sender, MESSAGE, null, "send");
  waiter.remove(receiver.fd);
  deepStrictEqual([...waiter.wait(readClock() + 5)], []);
});

Deno.test("the wall clock is the one of everybody, with a fraction", () => {
  const before = Date.now();
  const time = readWallClock();
  ok(before <= time && time < Date.now() + 1);
});

Deno.test("Waiter is exact where it is asked to be, never early, and still hears", () => {
  using waiter = new Waiter();
  // Sleeping first, watching from the start, and passed already.
  for (const time of [5, 0.3, 0.1, -1]) {
    const deadline = readClock() + time;
    deepStrictEqual([...waiter.wait(deadline, true)], []);
    ok(readClock() >= deadline);
  }
  const [sender, receiver] = openPair();
  using _s = sender;
  using _r = receiver;
  waiter.add(receiver.fd);
  send(sender, MESSAGE, null, "send");
  deepStrictEqual([...waiter.wait(readClock() + 3_600_000, true)], [
    receiver.fd,
  ]);
});
