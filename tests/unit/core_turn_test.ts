// One turn of the core: how much it does of each kind before it looks at the
// clock, the sockets and the side again.

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { InstanceSettings } from "../../src/config/settings/instance.ts";
import { FakeCore, INSTANCE, vip } from "../lab/fake_core.ts";
import { type Call, failing } from "../lab/fake_machine.ts";
import { forgeAdvert } from "../lab/forge_advert.ts";

/** So many instances on eth0, each with an address of its own. */
function many(
  count: number,
  settings: Partial<InstanceSettings> = {},
  vips = 1,
): InstanceSettings[] {
  return Array.from({ length: count }, (_, i) => ({
    ...INSTANCE,
    name: `VI_${i + 1}`,
    virtualRouterId: i + 1,
    virtualIps: [],
    excludedVirtualIps: Array.from(
      { length: vips },
      (_, k) => vip(`10.${i}.${k >> 8}.${k & 255}/32`),
    ),
    ...settings,
  }));
}

/** Masters that have done all their work. */
function masters(
  count: number,
  settings: Partial<InstanceSettings> = {},
  vips = 1,
): FakeCore {
  const fake = new FakeCore(many(count, settings, vips), { logLevel: "error" });
  fake.run(3999);
  for (let i = 1; i <= count; i++) strictEqual(fake.state(`VI_${i}`), "MASTER");
  fake.machine.sent.splice(0);
  fake.machine.frames.splice(0);
  fake.machine.pieces.splice(0);
  return fake;
}

/** Count the calls of a kind from now on. */
function counting({ machine }: FakeCore, what: Call): () => number {
  let count = 0;
  machine.refuse = (call) => {
    if (call === what) count++;
    return null;
  };
  return () => count;
}

Deno.test("a turn reads the sockets again after 32 deadlines", () => {
  for (const [count, reads] of [[32, 1], [33, 2]] as const) {
    const fake = masters(count);
    const received = counting(fake, "receive");
    fake.machine.time = 4609.375;
    fake.turn();
    strictEqual(fake.machine.sent.length, count);
    strictEqual(received(), reads);
  }
});

Deno.test("a turn in which deadlines never end goes on to all else after 50 ms", () => {
  // Each advert takes 1 ms: 40 of them are due again before all are sent.
  const fake = masters(40, { advertInterval: 10 });
  fake.machine.takes = (call) => call === "send" ? 1 : 0;
  fake.machine.inbox.push({ type: "wake" });
  fake.machine.time += 20;
  fake.turn();
  // A round of 32 is not cut short.
  strictEqual(fake.machine.sent.length, 64);
  deepStrictEqual(fake.machine.inbox, []);
  // The others' turn comes: nobody is left behind.
  fake.turn();
  const sources = new Set(fake.machine.sent.map(({ hex }) => hex.slice(2, 4)));
  strictEqual(sources.size, 40);
});

Deno.test("a deadline is met only after the datagrams that came before it", () => {
  const fake = new FakeCore();
  fake.run(3600);
  fake.machine.hear(2, forgeAdvert());
  fake.machine.time = 3700;
  fake.turn();
  strictEqual(fake.state(), "BACKUP");
});

Deno.test("a master-down deadline is met behind 512 datagrams, however many there are", () => {
  for (const [count, state] of [[511, "BACKUP"], [512, "MASTER"]] as const) {
    const fake = new FakeCore();
    fake.run(3600);
    for (let i = 0; i < count; i++) fake.machine.hear(2, null);
    fake.machine.hear(2, forgeAdvert({ priority: 100 }));
    fake.machine.time = 3700;
    fake.turn();
    strictEqual(fake.state(), state);
  }
});

Deno.test("a turn changes addresses in pieces, and ends once 20 ms are over", () => {
  const fake = new FakeCore(many(1, {}, 600));
  // The first call of 128 takes as long as it may: the piece stays so large.
  fake.machine.takes = (call) => call === "changeAddresses" ? 20 : 0;
  fake.machine.time = 3609.375;
  fake.turn();
  deepStrictEqual(fake.machine.pieces, [128]);
  fake.run(4500);
  deepStrictEqual(fake.machine.pieces, [128, 128, 128, 128, 88]);
});

Deno.test("a turn goes on with its work while 20 ms are not over", () => {
  const fake = new FakeCore(many(1, {}, 600));
  fake.machine.takes = (call) => call === "changeAddresses" ? 9 : 0;
  fake.machine.time = 3609.375;
  fake.turn();
  // 9, 18 and 27 ms.
  deepStrictEqual(fake.machine.pieces, [128, 128, 128]);
});

Deno.test("a turn ends its work early when an advert is due", () => {
  const fake = new FakeCore([
    ...many(1, { priority: 200, advertInterval: 100 }),
    ...many(2, {}, 600).slice(1),
  ]);
  fake.run(3609);
  fake.machine.pieces.splice(0);
  fake.machine.takes = (call) => call === "changeAddresses" ? 9 : 0;
  fake.machine.time = 3609.375;
  fake.turn();
  // The next advert is due after 12.5 ms.
  strictEqual(fake.machine.time, 3627.375);
  deepStrictEqual(fake.machine.pieces, [128, 128]);
});

Deno.test("a turn ends its work early when a takeover is due", () => {
  const fake = new FakeCore([
    ...many(1, {}, 600),
    // 12 ms later.
    ...many(2, { priority: 97 }).slice(1),
  ]);
  fake.machine.takes = (call) => call === "changeAddresses" ? 9 : 0;
  fake.machine.time = 3609.375;
  fake.turn();
  strictEqual(fake.machine.time, 3627.375);
  fake.turn();
  strictEqual(fake.state("VI_2"), "MASTER");
});

Deno.test("pieces become smaller while calls are slow, and larger while they are fast", () => {
  const fake = new FakeCore(many(1, {}, 600));
  fake.machine.takes = (call, count) =>
    call === "changeAddresses" ? count / 4 : 0;
  fake.run(4500);
  deepStrictEqual(fake.machine.pieces.slice(0, 3), [128, 64, 64]);
  const fast = new FakeCore(many(1, {}, 600));
  fast.run(4500);
  deepStrictEqual(fast.machine.pieces, [128, 256, 216]);
});

Deno.test("adverts that fall due go out between two pieces of slow work", () => {
  const fake = new FakeCore([
    ...many(1, { priority: 200, advertInterval: 100 }),
    ...many(2, {}, 600).slice(1),
  ]);
  fake.machine.takes = (call, count) => call === "changeAddresses" ? count : 0;
  fake.run(6000);
  const mine = fake.machine.sent.filter(({ hex }) => hex.startsWith("3101"))
    .map(({ at }) => at);
  const gaps = mine.map((at, i) => at - (mine[i - 1] ?? at));
  ok(mine.length > 40, `${mine.length} adverts`);
  // One call of 128 and one of 64 addresses may lie between two.
  ok(Math.max(...gaps) <= 100 + 128, `${Math.max(...gaps)} ms`);
});

Deno.test("a call of 250 ms is logged, a shorter one is not", () => {
  for (const [took, lines] of [[249, 0], [250, 1]] as const) {
    const fake = new FakeCore();
    fake.machine.takes = (call) => call === "changeAddresses" ? took : 0;
    fake.run(4500);
    strictEqual(fake.logged("slow_call").length, lines);
  }
});

Deno.test("a turn looks at the clock after 64 frames", () => {
  for (const [count, sent] of [[64, 64], [65, 64]] as const) {
    const fake = new FakeCore(many(1, {}, count));
    fake.machine.takes = (call) => call === "sendFrame" ? 2 : 0;
    fake.machine.time = 3609.375;
    fake.turn();
    strictEqual(fake.machine.frames.length, sent);
    fake.turn();
    strictEqual(fake.machine.frames.length, count);
  }
});

Deno.test("a turn looks at the clock after 64 tales", () => {
  for (const [count, told] of [[64, 64], [65, 64]] as const) {
    const instances = many(count, {}, 0);
    const fake = new FakeCore(instances, {
      logLevel: "error",
      startupDelay: 1000,
    });
    fake.machine.takes = (call) => call === "post" ? 1 : 0;
    fake.machine.time = 1000;
    fake.turn();
    strictEqual(fake.transitions.length, told);
    fake.turn();
    strictEqual(fake.transitions.length, count);
  }
});

Deno.test("a turn that the side ends does nothing more", () => {
  const fake = masters(2);
  fake.machine.inbox.push({ type: "stop" }, { type: "wake" });
  fake.turn();
  strictEqual(fake.ended, true);
  deepStrictEqual(fake.machine.inbox, [{ type: "wake" }]);
  deepStrictEqual(fake.machine.addresses, [
    "2 192.0.2.9/24",
    "3 10.0.0.9/24",
  ]);
});

Deno.test("an instance that cannot send says so, and when it can again", () => {
  const fake = masters(1);
  const failure = failing("ENOBUFS", 105);
  fake.machine.refuse = (call) => call === "send" ? failure : null;
  fake.run(5700);
  fake.machine.refuse = () => null;
  fake.run(6700);
  strictEqual(fake.machine.sent.length, 1);
  strictEqual(fake.core.instances.get("VI_1")?.counters.sendErrors, 2);
});

Deno.test("what is to be told does not wait for ever for addresses that always change", () => {
  const fake = new FakeCore([{ ...INSTANCE, advertInterval: 10 }]);
  const { machine } = fake;
  fake.run(100);
  machine.takes = (call) => call === "changeAddresses" ? 30 : 0;
  let most = 0;
  for (let i = 0; i < 2000; i++) {
    if (fake.state() === "MASTER") {
      machine.hear(2, forgeAdvert({ priority: 255, interval: 10 }));
      machine.hear(2, forgeAdvert({ priority: 0, interval: 10 }));
    } else machine.time += 7;
    fake.turn();
    most = Math.max(most, fake.core.work.tales.length);
  }
  ok(fake.transitions.length > 1000, `${fake.transitions.length} told`);
  ok(most <= 257, `${most} waited`);
});
