// What the core says, and how often.

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { FakeCore, INSTANCE, twoLinks, vip } from "../lab/fake_core.ts";
import { failing, type FakeMachine } from "../lab/fake_machine.ts";
import { forgeAdvert } from "../lab/forge_advert.ts";

const ONE = { ...INSTANCE, virtualIps: [vip("192.0.2.1/24")] };

/** A machine on which every change of an address takes long and is logged. */
function slowMachine(): FakeMachine {
  const machine = twoLinks();
  machine.takes = (call) => call === "changeAddresses" ? 300 : 0;
  return machine;
}

/** Change the state of an instance so often, 10 ms apart. */
function flap(fake: FakeCore, changes: number): void {
  for (let i = 0; i < changes; i++) {
    const flags = i % 2 ? 0x41 : 0x1;
    fake.run(fake.machine.time + 10);
    fake.machine.putLink(2, "eth0", { flags });
    fake.settle();
  }
}

Deno.test("20 changes of state within 10 s are logged, the next are counted", () => {
  for (const [changes, untold] of [[19, 0], [20, 1], [25, 6]] as const) {
    const fake = new FakeCore([ONE]);
    // The first change is that to BACKUP.
    flap(fake, changes);
    strictEqual(fake.logged("transition").length, Math.min(changes + 1, 20));
    strictEqual(fake.transitions.length, changes + 1);
    fake.machine.putLink(2, "eth0", { flags: 0x1 });
    fake.run(30_000);
    const more = fake.transitions.length - changes - 1;
    strictEqual(more, changes % 2 === 0 ? 1 : 0);
    const count = untold + (changes > 19 ? more : 0);
    deepStrictEqual(
      fake.logged("flapping").map(({ message }) => message),
      count === 0
        ? []
        : [`Changed its state ${count} more times within a short time`],
    );
  }
});

Deno.test("changes of state are logged again when 10 s are calm", () => {
  const fake = new FakeCore([ONE]);
  flap(fake, 30);
  fake.run(20_000);
  const logged = fake.logged("transition").length;
  flap(fake, 2);
  strictEqual(fake.logged("transition").length, logged + 2);
});

Deno.test("a rival that stays is told of at first, then as a warning, then every minute", () => {
  const fake = new FakeCore([ONE]);
  fake.run(4000);
  for (let at = 5000; at <= 130_000; at += 1000) {
    fake.run(at);
    fake.machine.hear(2, forgeAdvert({ priority: 50 }));
    fake.settle();
  }
  deepStrictEqual(
    fake.logged("rival").map(({ time, level }) => `${time} ${level}`),
    ["5000 info", "6000 warning", "66000 warning", "126000 warning"],
  );
  fake.run(140_000);
  deepStrictEqual(
    fake.logged("rival_gone").map(({ time, level, message }) =>
      `${time} ${level} ${message}`
    ),
    [
      "134000 notice 192.0.2.251 no longer advertises as master: there were two " +
      "masters for 125.0 s, 126 adverts answered",
    ],
  );
});

Deno.test("a rival that is better ends it, and one advert is no split brain", () => {
  const fake = new FakeCore([ONE]);
  fake.run(4000);
  fake.machine.hear(2, forgeAdvert({ priority: 50 }));
  fake.run(10_000);
  strictEqual(fake.logged("rival").length, 1);
  for (const priority of [50, 50, 200]) {
    fake.machine.hear(2, forgeAdvert({ priority }));
    fake.run(fake.machine.time + 1000);
  }
  deepStrictEqual(
    fake.logged("rival_gone").map(({ time, count, lasted }) => [
      time,
      count,
      lasted,
    ]),
    [[12_000, 2, 1000]],
  );
});

/** Two adverts of another master at each of these times, 200 ms apart. */
function contest(fake: FakeCore, ...times: readonly number[]): void {
  for (const at of times) {
    for (const time of [at, at + 200]) {
      fake.run(time);
      fake.machine.hear(2, forgeAdvert({ priority: 50 }));
      fake.settle();
    }
  }
}

Deno.test("each of three split brains within a minute has its beginning and its end", () => {
  const fake = new FakeCore([ONE]);
  fake.run(4000);
  contest(fake, 10_000, 20_000, 30_000);
  fake.run(40_000);
  deepStrictEqual(
    [...fake.logged("rival"), ...fake.logged("rival_gone")]
      .map(({ event, time, count }) => [event, time, count]),
    [
      ...[["rival", 10_000, 1], ["rival", 10_200, 2]],
      ...[["rival", 20_000, 1], ["rival", 20_200, 2]],
      ...[["rival", 30_000, 1], ["rival", 30_200, 2]],
      ...[14_200, 24_200, 34_200].map((at) => ["rival_gone", at, 2]),
    ],
  );
  fake.run(200_000);
  deepStrictEqual(fake.logged("rival_again"), []);
});

Deno.test("more split brains within a minute are counted, and that is told", () => {
  const fake = new FakeCore([ONE]);
  fake.run(4000);
  contest(fake, 10_000, 15_000, 20_000, 25_000, 30_000, 35_000);
  fake.run(84_999);
  strictEqual(fake.logged("rival").length, 6);
  deepStrictEqual(fake.logged("rival_again"), []);
  fake.run(200_000);
  deepStrictEqual(
    fake.logged("rival_again").map(({ time, level, message }) =>
      `${time} ${level} ${message}`
    ),
    [
      "85000 warning 192.0.2.251 advertised as master 3 more times within " +
      "10.2 s: 6 adverts answered, two masters for 0.6 s in all",
    ],
  );
  contest(fake, 210_000);
  strictEqual(fake.logged("rival").length, 8);
});

Deno.test("what was counted is told when the instance is master no more", () => {
  const fake = new FakeCore([ONE]);
  fake.run(4000);
  contest(fake, 10_000, 15_000, 20_000, 25_000);
  fake.machine.putLink(2, "eth0", { flags: 0x1 });
  fake.settle();
  deepStrictEqual(
    fake.logged("rival_again").map(({ times, count }) => [times, count]),
    [[1, 2]],
  );
});

Deno.test("a split brain that is counted with others has its lines when it lasts", () => {
  const fake = new FakeCore([ONE]);
  fake.run(4000);
  contest(fake, 10_000, 15_000, 20_000);
  for (let at = 25_000; at <= 90_000; at += 1000) contest(fake, at);
  fake.run(100_000);
  deepStrictEqual(
    fake.logged("rival").slice(6).map(({ time, lasted }) => [time, lasted]),
    [[85_000, 60_000]],
  );
  deepStrictEqual(
    fake.logged("rival_gone").slice(3).map(({ count, lasted }) => [
      ...[count, lasted],
    ]),
    [[132, 65_200]],
  );
  deepStrictEqual(fake.logged("rival_again"), []);
});

Deno.test("rivals without number are named up to 16, and the rest is counted each minute", () => {
  const fake = new FakeCore([ONE]);
  fake.run(4000);
  for (let i = 0; i < 40; i++) {
    const source = `192.0.2.${100 + i}`;
    const addresses = ["192.0.2.1"];
    fake.machine.hear(2, forgeAdvert({ priority: 50, source, addresses }));
    fake.run(fake.machine.time + 500);
  }
  fake.run(90_000);
  strictEqual(fake.logged("rival").length, 16);
  const left = fake.logged("left_out");
  deepStrictEqual(new Set(left.map(({ kind }) => kind)), new Set(["rival"]));
  strictEqual(left.reduce((sum, { count }) => sum + count, 0), 24);
});

Deno.test("adverts that cannot be sent are told of every minute, and when they can be", () => {
  const fake = new FakeCore([ONE]);
  fake.run(4000);
  fake.machine.refuse = (call) =>
    call === "send" ? failing("ENOBUFS", 105) : null;
  fake.run(70_000);
  deepStrictEqual(
    fake.logged("send_failed").map(({ time }) => time),
    [4605, 64_605],
  );
  fake.machine.refuse = () => null;
  fake.run(71_000);
  deepStrictEqual(
    fake.logged("send_works").map(({ time, count, lasted }) => [
      time,
      count,
      lasted,
    ]),
    [[70_605, 66, 66_000]],
  );
});

Deno.test("what is told comes in the order of its time", () => {
  const fake = new FakeCore([ONE], {}, slowMachine());
  fake.run(5000);
  fake.machine.putLink(2, "eth0", { flags: 0x1 });
  fake.run(10_000);
  const times = fake.posted.flatMap((message) => {
    if (message.type === "log") return [message.event.time ?? 0];
    return message.type === "transition" ? [message.transition.time] : [];
  });
  ok(new Set(times).size > 4);
  deepStrictEqual(times, times.toSorted((a, b) => a - b));
});

Deno.test("a reload is told of before what comes of it", () => {
  const fake = new FakeCore([ONE]);
  fake.run(4000);
  fake.posted.splice(0);
  fake.tell({
    ...{ type: "reload", removed: [], restarted: [], added: [] },
    changed: [{ ...ONE, priority: 90 }],
    settings: { syncGroups: [], vipLeaseSeconds: null, logLevel: "info" },
    tales: [{ event: "reload_more", count: 1 }],
  });
  fake.settle();
  deepStrictEqual(
    fake.posted.flatMap((message) =>
      message.type === "log" ? [message.event.event] : []
    ),
    ["reload_more", "priority"],
  );
});

Deno.test("what is below the level is not posted, but every change of state is", () => {
  for (const [logLevel, counted] of [["info", 0], ["debug", 1]] as const) {
    const fake = new FakeCore([ONE], { logLevel });
    fake.run(4000);
    fake.tell({ type: "stop" });
    deepStrictEqual(fake.transitions, [
      "VI_1 INIT BACKUP",
      "VI_1 BACKUP MASTER",
      "VI_1 MASTER INIT",
    ]);
    const lines = fake.logged("counters")
      .filter(({ instance }) => instance === "VI_1");
    strictEqual(lines.length, counted);
  }
});

Deno.test("lines that the side did not read in time are counted once it reads", () => {
  const fake = new FakeCore([ONE]);
  fake.run(1000);
  for (let i = 0; i < 3000; i++) fake.core.outbox.notice({ type: "ready" });
  fake.core.outbox.log({ event: "stopped" });
  fake.run(4000);
  strictEqual(fake.transitions.length, 2);
  fake.tell({ type: "read", count: 3000 });
  deepStrictEqual(fake.logged("events_lost").map(({ message }) => message), [
    "3 events were lost while the log stood still",
  ]);
});

Deno.test("frames that cannot be sent are told of every minute, by link", () => {
  const fake = new FakeCore([{
    ...INSTANCE,
    garp: { repeat: 1, delay: 0, refresh: 4000, interval: 0 },
  }]);
  fake.machine.refuse = (call) =>
    call === "sendFrame" ? failing("ENOBUFS", 105) : null;
  fake.run(70_000);
  deepStrictEqual(
    fake.logged("announce_failed").map(({ time, message }) =>
      `${time} ${message}`
    ),
    [
      '3609.375 "eth0": Cannot do it: ENOBUFS',
      '63609.375 "eth0": Cannot do it: ENOBUFS',
    ],
  );
});
